"""CMS139: Falls: screening for future fall risk.

Specification: CMS139FHIRFallsScreening 0.2.001 (NCQA for CMS, QI-Core 4, content year 2024).
"""

from measures.criteria import criterion
from measures.measure import proportion
from measures.shared.hospice import in_hospice
from measures.shared.screening import ever_observed, not_within, reaching_back
from measures.shared.visits import (
    ANNUAL_WELLNESS,
    COUNSELING,
    EYE_CARE,
    HOME,
    LONG_TERM_CARE,
    NURSING_FACILITY,
    NURSING_FACILITY_DISCHARGE,
    OCCUPATIONAL_THERAPY,
    OFFICE,
    PHONE,
    PHYSICAL_THERAPY,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    VIRTUAL,
)
from measures.terminology import ValueSet

SCREENING = ValueSet("2.16.840.1.113883.3.464.1003.118.12.1028", "Falls Screening")
HEARING_VISIT = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1066", "Audiology Visit")
AT_THE_PRACTICE = (OFFICE, ANNUAL_WELLNESS, PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL, COUNSELING, EYE_CARE)
ELSEWHERE = (HOME, LONG_TERM_CARE, NURSING_FACILITY, NURSING_FACILITY_DISCHARGE, PHONE, VIRTUAL)
THERAPY = (HEARING_VISIT, OCCUPATIONAL_THERAPY, PHYSICAL_THERAPY)


@criterion("65 or older at the start of the period")
def old_enough(patient, period):
    return patient.age_on(period.start) >= 65


@criterion("a visit in the period")
def seen(patient, period):
    return patient.encounters(*AT_THE_PRACTICE, *ELSEWHERE, *THERAPY).during(period)


@criterion(
    "screened for the risk of falls in the period",
    nearest=ever_observed(SCREENING),
    why_not=not_within(reaching_back(years=0)),
    do="Ask about falls and screen for the risk of falling",
)
def screened(patient, period):
    return patient.observations(SCREENING).in_category("survey").during(period)


MEASURE = proportion(
    id="CMS139",
    title="Falls: screening for future fall risk",
    version="0.2.001",
    steward="NCQA",
    initial_population=old_enough & seen,
    expected=old_enough,
    exclusions=in_hospice,
    numerator=screened,
)
