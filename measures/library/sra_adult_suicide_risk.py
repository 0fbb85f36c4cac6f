"""SRA: Suicide risk assessed at each visit of an adult for major depression. Counts visits.

Our own rendering of the public definition (CCBHC SRA-A, CMS161): age 18 and older; at each visit for major
depression, by its reason or a diagnosis, the risk is assessed on a day of the visit: a completed
assessment, or a C-SSRS with a result.
"""

from measures.criteria import criterion, episode_criterion, once
from measures.measure import Group, Measure
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.settings_of_care import emergency_visits, for_any, outpatient_contacts
from measures.shared.suicide_risk import risk_screens
from measures.shared.visits import end_of_visit
from measures.terminology import SNOMED, Code, ValueSet
from measures.time import within

MAJOR_DEPRESSION = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1007", "Major Depression")
ASSESSED = Code(SNOMED, "225337009", "Suicide risk assessment")


@once
def visits(patient, period):
    contacts = outpatient_contacts(patient, period) + emergency_visits(patient, period)
    return for_any(patient, contacts.during(period), MAJOR_DEPRESSION)


@once
def assessments(patient, _period):
    return patient.procedures(ASSESSED) + risk_screens(patient, _period)


@criterion("18 or older at the start of the period")
def of_age(patient, period):
    return patient.age_on(period.start) >= 18


@episode_criterion("a visit for major depression")
def seen_for_depression(patient, period, visit):
    return visits(patient, period).only(visit)


@episode_criterion(
    "suicide risk assessed on the day of the visit",
    nearest=lambda patient, period: assessments(patient, period).latest(),
    why_not=lambda _assessment, _patient, _period: "not on the day of the visit",
    do="Assess the risk of suicide at the visit and record the assessment, or the level of a C-SSRS",
)
def assessed(patient, period, visit):
    days = visit.when.by_day()
    return assessments(patient, period).where(lambda done: within(done.start.by_day(), days))


MEASURE = Measure(
    id="SRA",
    title="Suicide risk assessed at each visit for major depression, adults",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    safety=True,
    episodes=visits,
    groups=(
        Group(
            initial_population=of_age & seen_for_depression,
            numerator=assessed,
            deadline=end_of_visit,
        ),
    ),
)
