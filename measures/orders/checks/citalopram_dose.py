"""Citalopram above 40 mg a day, or above 20 mg over 60 or with a medicine that slows its breakdown
(CYP2C19).

Of those that do, the ones that labels name and that are often taken: omeprazole and esomeprazole,
cimetidine, fluconazole and voriconazole, fluvoxamine. A poor metabolizer and disease of the liver have the
same limit; the detail says so, for no record can be trusted to hold either.
"""

from measures.criteria import criterion
from measures.orders.asking import ordered, taking
from measures.orders.check import CURRENT, LOWER, REMOVE, Citation, Kind, Mend, OrderCheck, Severity
from measures.orders.dose_limits import dose_above, dose_notes, dose_words
from measures.orders.medicines import CITALOPRAM, CYP2C19_INHIBITORS, FLUVOXAMINE

LATER = 60  # years; the label says "greater than 60": from the 61st birthday
MOST, LESS = 40, 20  # mg a day
INHIBITORS = (CYP2C19_INHIBITORS, FLUVOXAMINE)


@criterion("over 60")
def older(patient, today):
    return patient.age_on(today.end) > LATER


def inhibitors(patient, today):
    return patient.drafts.medication_requests(*INHIBITORS) + taking(patient, today, *INHIBITORS)


@criterion("a medicine that slows the breakdown of citalopram, taken or ordered as well")
def inhibited(patient, today):
    return inhibitors(patient, today)


def most(found):
    return MOST if (older | inhibited).met(found) is False else LESS


def limit(patient, today, _draft):
    """Such as "20 mg over 60" or "20 mg with omeprazole"."""
    if older.test(patient, today):
        return f"{LESS} mg over {LATER}"
    slowing = inhibitors(patient, today).sure
    return f"{LESS} mg with {slowing[0].display}" if slowing else f"{MOST} mg"


CHECK = OrderCheck(
    id="citalopram-dose",
    title="Citalopram above its limit",
    version="4",
    citations=(
        Citation("FDA drug safety communication: citalopram, QT", "2012-03"),
        Citation("FDA label of citalopram, Dosage and Administration (section 2)", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(CITALOPRAM),
    when=dose_above(MOST, CITALOPRAM) | ((older | inhibited) & dose_above(LESS, CITALOPRAM)),
    says=(
        "{draft.name} ordered at {patient.age}: {dose}; at most {limit}",
        "{draft.name} ordered: {dose}; at most 40 mg (20 mg over 60)",
    ),
    detail=(
        "QT lengthens with the dose, and more is no more effective. At most 20 mg with omeprazole, "
        "cimetidine and other inhibitors of CYP2C19, in disease of the liver and in poor metabolizers "
        "too. If this order takes the place of an earlier one, end that one."
    ),
    mends=(Mend(LOWER, most=most), REMOVE),
    figures={"dose": dose_words(CITALOPRAM), "limit": limit},
    notes=dose_notes(CITALOPRAM),
)
