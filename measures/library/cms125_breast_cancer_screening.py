"""CMS125: Breast cancer screening.

Specification: CMS125FHIRBreastCancerScreening 1.0.000 (NCQA for CMS, QI-Core 6). Names in quotes are that
library's defines.
"""

from datetime import date

from measures.criteria import criterion
from measures.measure import Group, Measure
from measures.shapes import codings
from measures.shared.frailty import FRAIL_AND_ILL, NURSING_HOME
from measures.shared.hospice import in_hospice
from measures.shared.palliative import in_palliative_care
from measures.shared.screening import NO_IMAGING, ever_observed, imaged, not_within
from measures.shared.sex import female
from measures.shared.visits import had_outpatient_visit
from measures.terminology import SNOMED, Code, ValueSet
from measures.time import Period

MAMMOGRAPHY = ValueSet("2.16.840.1.113883.3.464.1003.108.12.1018", "Mammography")
BOTH_REMOVED = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1005", "Bilateral Mastectomy")
BOTH_ABSENT = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1068", "History of bilateral mastectomy")
LEFT_REMOVED = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1133", "Unilateral Mastectomy Left")
LEFT_ABSENT = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1069", "Status Post Left Mastectomy")
RIGHT_REMOVED = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1134", "Unilateral Mastectomy Right")
RIGHT_ABSENT = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1070", "Status Post Right Mastectomy")
ONE_ABSENT = ValueSet(
    "2.16.840.1.113883.3.464.1003.198.12.1071", "Unilateral Mastectomy, Unspecified Laterality"
)
LEFT = Code(SNOMED, "7771000", "Left")
RIGHT = Code(SNOMED, "24028007", "Right")


def since_october(period):
    """ "October 1 Two Years Prior to the Measurement Period" to its end."""
    return Period(date(period.start.year - 2, 10, 1), period.end)


def breast_lost(patient, period, removed, absent, side):
    """ "Left/Right Mastectomy Procedure" or "Diagnosis": removed, or known to be absent, by the end."""
    end = period.interval.end
    absent_here = patient.conditions(absent) + patient.conditions(ONE_ABSENT).where(
        lambda c: side.key in codings(c.source.get("bodySite"))
    )
    return patient.procedures(removed).ending_by(end) + absent_here.starting_by(end)


@criterion("42 to 74 at the end of the period")
def of_age(patient, period):
    return 42 <= patient.age_on(period.end) <= 74


@criterion("42 to 51 at the end of the period")
def aged_42_to_51(patient, period):
    return 42 <= patient.age_on(period.end) <= 51


@criterion("52 to 74 at the end of the period")
def aged_52_to_74(patient, period):
    return 52 <= patient.age_on(period.end) <= 74


@criterion("both breasts removed", chart="If both breasts were removed: record it on the problem list")
def both_breasts_removed(patient, period):
    end = period.interval.end
    return patient.procedures(BOTH_REMOVED).ending_by(end) + patient.conditions(BOTH_ABSENT).starting_by(end)


@criterion("left breast removed")
def left_breast_removed(patient, period):
    return breast_lost(patient, period, LEFT_REMOVED, LEFT_ABSENT, LEFT)


@criterion("right breast removed")
def right_breast_removed(patient, period):
    return breast_lost(patient, period, RIGHT_REMOVED, RIGHT_ABSENT, RIGHT)


@criterion(
    "a mammogram since 1 October two years before the period",
    nearest=ever_observed(MAMMOGRAPHY),
    why_not=not_within(since_october, NO_IMAGING),
    do="Order a mammogram, or record the date of one done elsewhere",
    order="mammogram_order",
)
def screened(patient, period):
    return imaged(patient, MAMMOGRAPHY).ending(since_october(period))


MEASURE = Measure(
    id="CMS125",
    title="Breast cancer screening",
    version="1.0.000",
    steward="NCQA",
    groups=(
        Group(
            initial_population=of_age & female & had_outpatient_visit,
            expected=of_age & female,
            exclusions=in_hospice
            | both_breasts_removed
            | (left_breast_removed & right_breast_removed)
            | FRAIL_AND_ILL
            | NURSING_HOME
            | in_palliative_care,
            numerator=screened,
            strata={"42 to 51": aged_42_to_51, "52 to 74": aged_52_to_74},
        ),
    ),
)
