"""CMS122: Glycemic status (A1c or GMI) above 9 %. Lower is better.

Specification: CMS122FHIRDiabetesAssessGT9Pct 1.0.000 (NCQA for CMS, QI-Core 6).
"""

from measures.criteria import criterion, once
from measures.measure import proportion
from measures.shared.frailty import FRAIL_AND_ILL, NURSING_HOME
from measures.shared.hospice import in_hospice
from measures.shared.limits import at_most, result_in
from measures.shared.palliative import in_palliative_care
from measures.shared.visits import (
    ANNUAL_WELLNESS,
    HOME,
    OFFICE,
    PHONE,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
)
from measures.terminology import CPT, HCPCS, LOINC, Code, ValueSet

DIABETES = ValueSet("2.16.840.1.113883.3.464.1003.103.12.1001", "Diabetes")
A1C = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1013", "HbA1c Laboratory Test")
GMI = Code(LOINC, "97506-0", "Glucose management indicator")
NUTRITION = ValueSet("2.16.840.1.113883.3.464.1003.1006", "Nutrition Services")
NUTRITION_THERAPY = tuple(Code(CPT, code) for code in ("97802", "97803", "97804"))
NUTRITION_REASSESSED = tuple(Code(HCPCS, code) for code in ("G0270", "G0271"))
percent = result_in("%")


@once
def last_a1c(patient, period):
    """The results of the most recent day in the period on which A1c or GMI was measured."""
    return patient.observations(A1C, GMI).concluding(period).on_last_day()


def a1c_ever(patient, period):
    return patient.observations(A1C, GMI).latest()


def why_not_at_most_9(event, _patient, _period):
    result = percent(event)
    if result is None:
        return "its result is not in %"
    return "above 9 %" if result.above(9) else f"{result} may be above 9 % or not"


@criterion("18 to 75 at the end of the period")
def of_age(patient, period):
    return 18 <= patient.age_on(period.end) <= 75


@criterion("a visit in the period")
def seen(patient, period):
    kinds = (OFFICE, ANNUAL_WELLNESS, PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL, HOME, PHONE, NUTRITION)
    return patient.encounters(*kinds, *NUTRITION_THERAPY, *NUTRITION_REASSESSED).during(period)


@criterion("diabetes as a diagnosis of an encounter in the period")
def diabetic(patient, period):
    return patient.conditions(DIABETES).in_category("encounter-diagnosis").overlapping(period)


@criterion("A1c or GMI measured in the period", nearest=a1c_ever, do="Measure A1c", order="a1c_order")
def tested(patient, period):
    return last_a1c(patient, period)


@criterion("the latest A1c or GMI has a result", do="Record the result of the latest A1c")
def resulted(patient, period):
    return last_a1c(patient, period).with_value()


@criterion(
    "the lowest A1c or GMI of the latest day is at most 9 %",
    nearest=last_a1c,
    why_not=why_not_at_most_9,
    do="Treat, and measure A1c again: the last one of the year counts",
    order="a1c_order",
)
def at_most_9(patient, period):
    return last_a1c(patient, period).with_value().where(at_most(9, percent))


MEASURE = proportion(
    id="CMS122",
    title="Glycemic status assessment greater than 9 %",
    version="1.0.000",
    steward="NCQA",
    improvement="decrease",
    initial_population=of_age & seen & diabetic,
    expected=of_age & diabetic,
    exclusions=in_hospice | NURSING_HOME | FRAIL_AND_ILL | in_palliative_care,
    numerator=~(tested & resulted & at_most_9),
)
