"""CMS130: Colorectal cancer screening.

Specification: CMS130FHIRColorectalCancerScreening 1.0.000 (NCQA for CMS, QI-Core 6). Look-backs count years
from the start of the period: "9 years" reaches ten calendar years.
"""

from measures.criteria import criterion
from measures.measure import Group, Measure
from measures.shared.frailty import FRAIL_AND_ILL, NURSING_HOME
from measures.shared.hospice import in_hospice
from measures.shared.palliative import in_palliative_care
from measures.shared.screening import (
    NO_IMAGING,
    NO_RESULT,
    ever_observed,
    ever_performed,
    imaged,
    not_within,
    reaching_back,
    resulted,
)
from measures.shared.visits import had_outpatient_visit
from measures.terminology import ValueSet

STOOL_TEST = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1011", "Fecal Occult Blood Test (FOBT)")
STOOL_DNA_TEST = ValueSet("2.16.840.1.113883.3.464.1003.108.12.1039", "sDNA FIT Test")
SIGMOIDOSCOPY = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1010", "Flexible Sigmoidoscopy")
CT_COLONOGRAPHY = ValueSet("2.16.840.1.113883.3.464.1003.108.12.1038", "CT Colonography")
COLONOSCOPY = ValueSet("2.16.840.1.113883.3.464.1003.108.12.1020", "Colonoscopy")
CANCER = ValueSet("2.16.840.1.113883.3.464.1003.108.12.1001", "Malignant Neoplasm of Colon")
COLECTOMY = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1019", "Total Colectomy")


@criterion("46 to 75 at the end of the period")
def of_age(patient, period):
    return 46 <= patient.age_on(period.end) <= 75


@criterion("46 to 49 at the end of the period")
def aged_46_to_49(patient, period):
    return 46 <= patient.age_on(period.end) <= 49


@criterion("50 to 75 at the end of the period")
def aged_50_to_75(patient, period):
    return 50 <= patient.age_on(period.end) <= 75


@criterion(
    "colorectal cancer by the end of the period",
    chart="If the patient has, or had, colorectal cancer: record it on the problem list",
)
def had_cancer(patient, period):
    return patient.conditions(CANCER).starting_by(period.interval.end)


@criterion("the whole colon removed by the end of the period")
def colon_removed(patient, period):
    return patient.procedures(COLECTOMY).ending_by(period.interval.end)


@criterion(
    "a stool blood test with a result in the period",
    nearest=ever_observed(STOOL_TEST),
    why_not=not_within(reaching_back(years=0), NO_RESULT),
    do="Order a stool blood test (FIT or FOBT)",
    order="fit_order",
)
def stool_tested(patient, period):
    return resulted(patient, STOOL_TEST).concluding(period)


@criterion(
    "a stool DNA test with a result in the period or the 2 years before",
    nearest=ever_observed(STOOL_DNA_TEST),
    why_not=not_within(reaching_back(years=2), NO_RESULT),
    do="Order a stool DNA test",
)
def stool_dna_tested(patient, period):
    return resulted(patient, STOOL_DNA_TEST).concluding(period.reaching_back(years=2))


@criterion(
    "a colonoscopy in the period or the 9 years before",
    nearest=ever_performed(COLONOSCOPY),
    why_not=not_within(reaching_back(years=9)),
    do="Refer for colonoscopy, or record the date of one done elsewhere",
)
def had_colonoscopy(patient, period):
    return patient.procedures(COLONOSCOPY).ending(period.reaching_back(years=9))


@criterion(
    "a flexible sigmoidoscopy in the period or the 4 years before",
    nearest=ever_performed(SIGMOIDOSCOPY),
    why_not=not_within(reaching_back(years=4)),
    do="Refer for flexible sigmoidoscopy",
)
def had_sigmoidoscopy(patient, period):
    return patient.procedures(SIGMOIDOSCOPY).ending(period.reaching_back(years=4))


@criterion(
    "a CT colonography in the period or the 4 years before",
    nearest=ever_observed(CT_COLONOGRAPHY),
    why_not=not_within(reaching_back(years=4), NO_IMAGING),
    do="Order CT colonography",
)
def had_ct_colonography(patient, period):
    return imaged(patient, CT_COLONOGRAPHY).ending(period.reaching_back(years=4))


MEASURE = Measure(
    id="CMS130",
    title="Colorectal cancer screening",
    version="1.0.000",
    steward="NCQA",
    groups=(
        Group(
            initial_population=of_age & had_outpatient_visit,
            expected=of_age,
            exclusions=in_hospice
            | had_cancer
            | colon_removed
            | FRAIL_AND_ILL
            | NURSING_HOME
            | in_palliative_care,
            numerator=stool_tested
            | stool_dna_tested
            | had_colonoscopy
            | had_sigmoidoscopy
            | had_ct_colonography,
            strata={"46 to 49": aged_46_to_49, "50 to 75": aged_50_to_75},
        ),
    ),
)
