"""CMS138: Tobacco use: screening and cessation intervention. Three rates.

Specification: CMS138FHIRPreventiveTobaccoCessation 0.0.001 (NCQA for CMS, QI-Core 4, content year 2024).
Names in quotes are that library's defines. Only the latest screening of the period counts; treatment counts
from six months before the period.
"""

from measures.criteria import criterion, once
from measures.measure import Group, Measure
from measures.medication_time import request_period
from measures.shared.hospice import in_hospice
from measures.shared.screening import ever_observed
from measures.shared.visits import (
    ANNUAL_WELLNESS,
    COUNSELING,
    EYE_CARE,
    GROUP_COUNSELING,
    HOME,
    OCCUPATIONAL_THERAPY,
    OFFICE,
    PHONE,
    PHYSICAL_THERAPY,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_ESTABLISHED_CHILD,
    PREVENTIVE_INITIAL,
    PREVENTIVE_INITIAL_CHILD,
    PSYCHIATRIC_EVALUATION,
    PSYCHOTHERAPY,
    VIRTUAL,
)
from measures.terminology import CPT, ICD10CM, Code, ValueSet
from measures.time import included

SCREENING = ValueSet("2.16.840.1.113883.3.526.3.1278", "Tobacco Use Screening")
USER = ValueSet("2.16.840.1.113883.3.526.3.1170", "Tobacco User")
NON_USER = ValueSet("2.16.840.1.113883.3.526.3.1189", "Tobacco Non User")
CESSATION_COUNSELING = ValueSet("2.16.840.1.113883.3.526.3.509", "Tobacco Use Cessation Counseling")
CESSATION_MEDICINE = ValueSet("2.16.840.1.113883.3.526.3.1190", "Tobacco Use Cessation Pharmacotherapy")
COUNSELED_FOR_TOBACCO = Code(ICD10CM, "Z71.6", "Tobacco abuse counseling")
PSYCHOANALYSIS = ValueSet("2.16.840.1.113883.3.526.3.1141", "Psychoanalysis")
SPEECH_AND_HEARING = ValueSet("2.16.840.1.113883.3.526.3.1530", "Speech and Hearing Evaluation")
NUTRITION = ValueSet("2.16.840.1.113883.3.464.1003.1006", "Nutrition Services")
HEALTH_BEHAVIOR = (Code(CPT, "96156", "Assessment"), Code(CPT, "96158", "Intervention, 30 minutes"))
OTHER_PREVENTIVE = (Code(CPT, "99429", "Unlisted"), Code(CPT, "99024", "Postoperative follow-up"))
VISITS = (OFFICE, HOME, PHONE, VIRTUAL, EYE_CARE, PSYCHIATRIC_EVALUATION, PSYCHOTHERAPY, PSYCHOANALYSIS)
THERAPIES = (OCCUPATIONAL_THERAPY, PHYSICAL_THERAPY, SPEECH_AND_HEARING, *HEALTH_BEHAVIOR)
PREVENTIVE = (PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL, ANNUAL_WELLNESS, COUNSELING, GROUP_COUNSELING)
PREVENTIVE_CHILD = (PREVENTIVE_ESTABLISHED_CHILD, PREVENTIVE_INITIAL_CHILD)


@once
def last_screening(patient, period):
    """ "Most Recent Tobacco Use Screening" of the period, also where it is a part of the social history."""
    screenings = patient.observations(SCREENING).in_category("survey", "social-history")
    return screenings.during(period).latest()


def treatment_window(period):
    return period.reaching_back(months=6)


def not_in_window(event, _patient, period):
    day, window = event.day, treatment_window(period)
    return f"before {window.start.isoformat()}" if day is not None and day < window.start else ""


@criterion("12 or older at the start of the period")
def old_enough(patient, period):
    return patient.age_on(period.start) >= 12


@criterion("two visits in the period")
def seen_twice(patient, period):
    return patient.encounters(*VISITS, *THERAPIES).during(period).at_least(2)


@criterion("a preventive visit in the period")
def seen_for_prevention(patient, period):
    kinds = (*PREVENTIVE, *PREVENTIVE_CHILD, NUTRITION, *OTHER_PREVENTIVE)
    return patient.encounters(*kinds).during(period)


@criterion(
    "the latest tobacco screening of the period says user or non-user",
    nearest=ever_observed(SCREENING),
    why_not=lambda screening, _patient, period: (
        "" if screening.day is None or screening.day < period.start else "it says neither user nor non-user"
    ),
    do="Ask about tobacco use and record whether the patient uses it",
)
def screened(patient, period):
    return last_screening(patient, period).valued(USER, NON_USER)


@criterion("the latest tobacco screening of the period says user")
def tobacco_user(patient, period):
    return last_screening(patient, period).valued(USER)


@criterion("the latest tobacco screening of the period says non-user")
def tobacco_non_user(patient, period):
    return last_screening(patient, period).valued(NON_USER)


@criterion(
    "cessation counseling in the period or the 6 months before",
    nearest=lambda patient, _period: patient.procedures(CESSATION_COUNSELING).latest(),
    why_not=not_in_window,
    do="Counsel on stopping tobacco and record it",
)
def counseled(patient, period):
    window = treatment_window(period)
    given = patient.procedures(CESSATION_COUNSELING).during(window)
    return given + patient.conditions(COUNSELED_FOR_TOBACCO).starting(window)


@criterion(
    "a medicine for stopping tobacco ordered in the period or the 6 months before",
    nearest=lambda patient, _period: patient.medication_requests(CESSATION_MEDICINE).latest(),
    why_not=not_in_window,
    do="Order a medicine for stopping tobacco",
)
def medicine_ordered(patient, period):
    return patient.medication_requests(CESSATION_MEDICINE).starting(treatment_window(period))


@criterion(
    "an active medicine for stopping tobacco, all within the period and the 6 months before",
    do="Record the medicine for stopping tobacco that the patient takes",
)
def medicine_taken(patient, period):
    def then(order):
        days = request_period(order)
        return None if days is None else included(days, treatment_window(period).interval)

    return patient.medication_requests(CESSATION_MEDICINE).with_status("active").where(then)


SEEN = seen_twice | seen_for_prevention
TREATED = counseled | medicine_ordered | medicine_taken

MEASURE = Measure(
    id="CMS138",
    title="Tobacco use: screening and cessation intervention",
    version="0.0.001",
    steward="NCQA",
    behavioral=True,
    groups=(
        Group(
            id="Group_1",
            title="Screened for tobacco use",
            initial_population=old_enough & SEEN,
            expected=old_enough,
            exclusions=in_hospice,
            numerator=screened,
        ),
        Group(
            id="Group_2",
            title="Tobacco users treated",
            initial_population=old_enough & SEEN,
            denominator=tobacco_user,
            expected=old_enough & tobacco_user,
            exclusions=in_hospice,
            numerator=TREATED,
        ),
        Group(
            id="Group_3",
            title="Screened, and treated if a tobacco user",
            initial_population=old_enough & SEEN,
            expected=old_enough,
            exclusions=in_hospice,
            numerator=screened & (tobacco_non_user | TREATED),
        ),
    ),
)
