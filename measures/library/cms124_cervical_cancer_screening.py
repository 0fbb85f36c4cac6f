"""CMS124: Cervical cancer screening.

Specification: CMS124FHIRCervicalCancerScreening 1.0.000 (NCQA for CMS, QI-Core 6). Look-backs count years
from the start of the period: "2 years" reaches three calendar years.
"""

from measures.criteria import criterion
from measures.measure import proportion
from measures.shared.hospice import in_hospice
from measures.shared.palliative import in_palliative_care
from measures.shared.screening import NO_RESULT, ever_observed, not_within, reaching_back, resulted
from measures.shared.sex import female
from measures.shared.visits import HOME, OFFICE, PHONE, PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL, VIRTUAL
from measures.terminology import ValueSet
from measures.time import at_or_before

PAP_TEST = ValueSet("2.16.840.1.113883.3.464.1003.108.12.1017", "Pap Test")
HPV_TEST = ValueSet("2.16.840.1.113883.3.464.1003.110.12.1059", "HPV Test")
NO_CERVIX = ValueSet("2.16.840.1.113883.3.464.1003.111.12.1016", "Congenital or Acquired Absence of Cervix")
HYSTERECTOMY = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1014", "Hysterectomy with No Residual Cervix")


def too_young_or_old(test, patient, period):
    """Why an HPV test does not count: the woman's age when it was taken, or its date."""
    if at_or_before(patient.turns(30), test.concluded) is False:
        return "taken before the age of 30"
    return not_within(reaching_back(years=4), NO_RESULT)(test, patient, period)


@criterion("24 to 64 at the end of the period")
def of_age(patient, period):
    return 24 <= patient.age_on(period.end) <= 64


@criterion("a visit in the period")
def seen(patient, period):
    kinds = (OFFICE, PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL, HOME, PHONE, VIRTUAL)
    return patient.encounters(*kinds).during(period)


@criterion(
    "no cervix: removed, or known to be absent, by the end of the period",
    chart="If the patient has no cervix: record its absence on the problem list",
)
def without_cervix(patient, period):
    end = period.interval.end
    return patient.procedures(HYSTERECTOMY).ending_by(end) + patient.conditions(NO_CERVIX).starting_by(end)


@criterion(
    "a Pap test with a result in the period or the 2 years before",
    nearest=ever_observed(PAP_TEST),
    why_not=not_within(reaching_back(years=2), NO_RESULT),
    do="Take a Pap test, or record the result of one taken elsewhere",
)
def pap_tested(patient, period):
    return resulted(patient, PAP_TEST).concluding(period.reaching_back(years=2))


@criterion(
    "an HPV test with a result, at 30 or older, in the period or the 4 years before",
    nearest=ever_observed(HPV_TEST),
    why_not=too_young_or_old,
    do="At 30 or older: take an HPV test, or record the result of one taken elsewhere",
)
def hpv_tested(patient, period):
    recent = resulted(patient, HPV_TEST).concluding(period.reaching_back(years=4))
    return recent.where(lambda test: at_or_before(patient.turns(30), test.concluded))


MEASURE = proportion(
    id="CMS124",
    title="Cervical cancer screening",
    version="1.0.000",
    steward="NCQA",
    initial_population=of_age & female & seen,
    expected=of_age & female,
    exclusions=in_hospice | without_cervix | in_palliative_care,
    numerator=pap_tested | hpv_tested,
)
