"""CMS137: Initiation and engagement of substance use disorder treatment. Two rates.

Specification: CMS137FHIRSUDTreatmentInitEngage 0.0.002 (NCQA for CMS, QI-Core 4, content year 2024). Names in
quotes are that library's defines. Days are counted from the first day of the first episode (day 0), and then
from the first treatment, which itself is no engagement.
"""

from datetime import timedelta

from measures.criteria import criterion, once
from measures.events import RecordCannotSay
from measures.measure import Group, Measure
from measures.shared.diagnoses import diagnosed_with
from measures.shared.hospice import in_hospice
from measures.shared.visits import OFFICE, PHONE, PSYCHOTHERAPY, VIRTUAL
from measures.terminology import ValueSet
from measures.time import Period, at_or_before, before, days_apart, days_between, within

SUBSTANCE_USE = ValueSet("2.16.840.1.113883.3.464.1003.106.12.1001", "Substance Use Disorder")
TREATMENT = ValueSet("2.16.840.1.113883.3.464.1003.106.12.1005", "Substance Use Disorder Treatment")
LONG_ACTING = ValueSet("2.16.840.1.113883.3.464.1003.1149", "Substance Use Disorder Long Acting Medication")
LONG_ACTING_GIVEN = ValueSet(
    "2.16.840.1.113883.3.464.1003.1156", "Substance Use Disorder Long Acting Medication Administration"
)
SHORT_ACTING = ValueSet("2.16.840.1.113883.3.464.1003.1150", "Substance Use Disorder Short Acting Medication")
SHORT_ACTING_GIVEN = ValueSet(
    "2.16.840.1.113883.3.464.1003.1157", "Substance Use Disorder Short Acting Medication Administration"
)
EMERGENCY = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1010", "Emergency Department Evaluation and Management Visit"
)
DETOXIFICATION = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1059", "Detoxification Visit")
ADMISSION = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1004", "Initial Hospital Inpatient Visit")
DISCHARGE = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1007", "Discharge Services Hospital Inpatient")
DISCHARGE_SAME_DAY = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1006", "Discharge Services Hospital Inpatient Same Day Discharge"
)
PLANNED_CARE = (OFFICE, PHONE, VIRTUAL, ADMISSION, DISCHARGE, DISCHARGE_SAME_DAY)
CRISIS_CARE = (EMERGENCY, DETOXIFICATION)
LAST_ONSET = 47  # days before the end of the period
CLEAR = 60  # days without treatment before the episode
TO_START, TO_ENGAGE = 13, 34  # days after the episode, and after the first treatment


@once
def first_episode(patient, period):
    """ "First SUD Episode During Measurement Period": a visit during which a disorder began."""
    last_day = Period(period.start, period.end - timedelta(days=LAST_ONSET)).interval.end
    disorders = patient.conditions(SUBSTANCE_USE).where(lambda c: at_or_before(c.start, last_day))
    visits = patient.encounters(*PLANNED_CARE, *CRISIS_CARE).during(period)
    return visits.related(disorders, lambda visit, c: within(c.start, visit.when)).earliest()


@once
def psychosocial_visits(patient, _period):
    """ "Psychosocial Visit": treatment or psychotherapy, or a call or virtual visit for the disorder."""
    remote = patient.encounters(PHONE, VIRTUAL).where(diagnosed_with(patient, SUBSTANCE_USE))
    return patient.procedures(TREATMENT, PSYCHOTHERAPY) + remote


def medicines(patient, ordered, given):
    return patient.medication_requests(*ordered) + patient.procedures(*given)


def history(patient):
    """ "History of SUD Diagnosis or Treatment", whenever it was."""
    crisis = patient.encounters(*CRISIS_CARE)
    visits = patient.encounters(*PLANNED_CARE).unrelated(crisis, lambda visit, other: visit is other)
    return (
        patient.procedures(TREATMENT, PSYCHOTHERAPY)
        + medicines(patient, (LONG_ACTING, SHORT_ACTING), (LONG_ACTING_GIVEN, SHORT_ACTING_GIVEN))
        + visits.where(diagnosed_with(patient, SUBSTANCE_USE))
    )


def any_treatment(patient, period):
    drugs = medicines(patient, (LONG_ACTING, SHORT_ACTING), (LONG_ACTING_GIVEN, SHORT_ACTING_GIVEN))
    return psychosocial_visits(patient, period) + drugs


def soon_after_episode(patient, period, treatments):
    """Those from the day of the episode to the 13th after it; the episode's own visit is none."""
    return treatments.related(
        first_episode(patient, period),
        lambda t, episode: t is not episode and days_between(episode.start, t.start, 0, TO_START),
    )


@once
def first_treatment(patient, period):
    """What was done on the day treatment began."""
    return soon_after_episode(patient, period, any_treatment(patient, period)).earliest(
        at=lambda e: e.start.by_day()
    )


def engaging(patient, period, treatments):
    """Those on the 34 days after the first treatment."""
    return treatments.related(
        first_treatment(patient, period), lambda t, first: days_between(first.start, t.start, 1, TO_ENGAGE)
    )


def too_late_to_start(patient, period):
    late = any_treatment(patient, period).related(
        first_episode(patient, period), lambda t, episode: t is not episode and before(episode.start, t.start)
    )
    return late.earliest()


def days_late(treatment, patient, period):
    since = [days_apart(episode.start, treatment.start) for episode in first_episode(patient, period).sure]
    return f"{since[0]} days after the episode; limit {TO_START}" if since and since[0] else ""


@criterion("13 or older at the start of the period")
def old_enough(patient, period):
    return patient.age_on(period.start) >= 13


@criterion("13 to 17 at the start of the period")
def aged_13_to_17(patient, period):
    return 13 <= patient.age_on(period.start) <= 17


@criterion("18 to 64 at the start of the period")
def aged_18_to_64(patient, period):
    return 18 <= patient.age_on(period.start) <= 64


@criterion("65 or older at the start of the period")
def aged_65(patient, period):
    return patient.age_on(period.start) >= 65


@criterion("a visit at which a substance use disorder began, 47 days or more before the end of the period")
def had_episode(patient, period):
    return first_episode(patient, period)


@criterion("a new episode: no treatment for substance use in the 60 days before")
def new_episode(patient, period):
    return first_episode(patient, period).unrelated(
        history(patient), lambda episode, t: days_between(t.start, episode.start, 1, CLEAR)
    )


@criterion(
    "psychosocial treatment within 14 days of the episode",
    nearest=too_late_to_start,
    why_not=days_late,
    do="Begin psychosocial treatment for substance use: a visit, psychotherapy, or a call with the diagnosis",
)
def treated(patient, period):
    return soon_after_episode(patient, period, psychosocial_visits(patient, period))


@criterion(
    "a medicine for substance use within 14 days of the episode",
    do="Order or give a medicine for the substance use disorder",
)
def medicated(patient, period):
    drugs = medicines(patient, (LONG_ACTING, SHORT_ACTING), (LONG_ACTING_GIVEN, SHORT_ACTING_GIVEN))
    return soon_after_episode(patient, period, drugs)


@criterion(
    "a long-acting medicine within 34 days after treatment began",
    do="Order or give a long-acting medicine for the substance use disorder",
)
def engaged_by_long_acting(patient, period):
    return engaging(patient, period, medicines(patient, (LONG_ACTING,), (LONG_ACTING_GIVEN,)))


@criterion(
    "two more treatments, by visit or short-acting medicine, within 34 days after treatment began",
    nearest=lambda patient, period: engaging(patient, period, any_treatment(patient, period)).latest(),
    why_not=lambda _treatment, _patient, _period: "one of the two that are needed",
    do="Continue treatment: two more visits or short-acting medicines",
)
def engaged_twice(patient, period):
    drugs = medicines(patient, (SHORT_ACTING,), (SHORT_ACTING_GIVEN,))
    return engaging(patient, period, psychosocial_visits(patient, period) + drugs).at_least(2)


def to_start_by(found):
    return _after(first_episode(found.record, found.period), TO_START)


def to_engage_by(found):
    begun = first_treatment(found.record, found.period)
    return _after(begun, TO_ENGAGE) if begun.truth else to_start_by(found)


def _after(events, days):
    try:
        day = events.first_day()
    except RecordCannotSay:
        return None
    return day + timedelta(days=days) if day else None


STRATA = {"13 to 17": aged_13_to_17, "18 to 64": aged_18_to_64, "65 and older": aged_65}

MEASURE = Measure(
    id="CMS137",
    title="Initiation and engagement of substance use disorder treatment",
    version="0.0.002",
    steward="NCQA",
    behavioral=True,
    groups=(
        Group(
            id="Group_1",
            title="Treatment begun within 14 days",
            initial_population=old_enough & had_episode & new_episode,
            exclusions=in_hospice,
            numerator=treated | medicated,
            strata=STRATA,
            deadline=to_start_by,
        ),
        Group(
            id="Group_2",
            title="Engaged in treatment within 34 days of its beginning",
            initial_population=old_enough & had_episode & new_episode,
            exclusions=in_hospice,
            numerator=(treated | medicated) & (engaged_by_long_acting | engaged_twice),
            strata=STRATA,
            deadline=to_engage_by,
        ),
    ),
)
