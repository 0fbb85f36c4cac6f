"""What the page says of consent: the same for every patient."""

CONSENT_LINE = "Substance-use records appear only with the patient's consent."
"""The same for every patient: a note about *this* patient's hidden data would itself be a disclosure."""

CONSENT_MEANING = (
    "Records of substance-use treatment programmes are protected by 42 CFR Part 2. This page shows them only "
    "where a consent allows it. The line is the same on every chart: it does not say whether this patient "
    "has any."
)
