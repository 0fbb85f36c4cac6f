"""CMS159: Depression remission at twelve months.

Specification: CMS159FHIRDepressionRemissionatTwelveMonths 0.3.000 (MN Community Measurement for CMS,
QI-Core 6). Names in quotes are that library's defines. A year after the first PHQ-9 above 9, give or take 60
days, the last PHQ-9 is to be below 5. Hospice and palliative care are told here in the measure's own way.
"""

from datetime import timedelta

from measures.criteria import criterion, once
from measures.events import RecordCannotSay
from measures.measure import Group, Measure
from measures.shared import palliative
from measures.shared.hospice import (
    HOSPICE_ASSESSMENT,
    HOSPICE_CARE,
    HOSPICE_DIAGNOSIS,
    HOSPICE_ENCOUNTER,
    INPATIENT,
    YES,
    discharged_to_hospice,
)
from measures.shared.limits import above, below, points
from measures.statuses import clinical_status, status_code
from measures.terminology import ValueSet
from measures.time import DAY, Instant, Interval, Period, add_months, at_or_before, before, included, overlap

PHQ_9 = ValueSet("2.16.840.1.113883.3.67.1.101.1.263", "PHQ 9 and PHQ 9M Tools")
VISIT = ValueSet("2.16.840.1.113762.1.4.1080.5", "Contact or Office Visit")
MAJOR_DEPRESSION = ValueSet("2.16.840.113883.3.67.1.101.3.2444", "Major Depression Including Remission")
DYSTHYMIA = ValueSet("2.16.840.1.113883.3.67.1.101.1.254", "Dysthymia")
BIPOLAR = ValueSet("2.16.840.1.113883.3.67.1.101.1.128", "Bipolar Disorder")
PERSONALITY = ValueSet("2.16.840.1.113883.3.67.1.101.1.246", "Personality Disorder Emotionally Labile")
PSYCHOTIC = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1104", "Schizophrenia or Psychotic Disorder")
DEVELOPMENTAL = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1152", "Pervasive Developmental Disorder")
ACTIVE = ("active", "recurrence", "relapse")
NOT_HELD = ("cancelled", "unknown")  # hospice encounters; those entered in error never count
NOT_PERFORMED = ("not-done", "unknown")


def identification(period):
    """ "Denominator Identification Period": from 14 to 2 months before the start of the period."""
    return Period(add_months(period.start, -14), add_months(period.start, -2) - timedelta(days=1))


def confirmed(patient, *disorders):
    """Active and confirmed: here a verification status must be given."""
    return patient.conditions(*disorders).where(
        lambda c: (
            clinical_status(c.source) in ACTIVE and status_code(c.source, "verificationStatus") == "confirmed"
        )
    )


@once
def depression_visits(patient, period):
    """ "Depression Encounter" """
    visits = patient.encounters(VISIT).ending(identification(period))
    depression = confirmed(patient, MAJOR_DEPRESSION, DYSTHYMIA)
    return visits.related(depression, lambda visit, condition: overlap(visit.when, condition.when))


@once
def index(patient, period):
    """ "Index Depression Assessment": the first PHQ-9 above 9 at such a visit, or up to 7 days before it."""

    def around(phq, visit):
        week_before = Instant(visit.start.earliest - 7 * DAY, visit.start.latest - 7 * DAY)
        return included(phq.when.by_day(), Interval(week_before, visit.end).by_day())

    scored = patient.observations(PHQ_9).related(depression_visits(patient, period), around).with_value()
    return scored.where(above(9, points)).earliest()


def assessment_period(patient, period):
    """ "Measure Assessment Period"; None without an index. Raises RecordCannotSay when its day is unknown."""
    day = index(patient, period).first_day()
    if day is None:
        return None
    year_after = add_months(day, 12)
    return Period(year_after - timedelta(days=60), year_after + timedelta(days=60))


def course(patient, period):
    """From the start of the identification to the end of the assessment period; None without an index."""
    window = assessment_period(patient, period)
    return Period(identification(period).start, window.end) if window else None


@once
def last_follow_up(patient, period):
    """The last PHQ-9 of the assessment period."""
    window = assessment_period(patient, period)
    follow_ups = patient.observations(PHQ_9).starting(window) if window else index(patient, period)
    return follow_ups.latest()


def phq_after_index(patient, period):
    first = index(patient, period)
    return patient.observations(PHQ_9).related(first, lambda phq, one: before(one.start, phq.start)).latest()


def not_in_window(phq, patient, period):
    window = assessment_period(patient, period)
    if window is None or phq.day is None:
        return ""
    return f"before {window.start}" if phq.day < window.start else f"after {window.end}"


@criterion(
    "a PHQ-9 above 9 around a visit for active, confirmed depression, 14 to 2 months before the period"
)
def had_high_phq(patient, period):
    return index(patient, period)


@criterion("12 or older at that PHQ-9")
def old_enough(patient, period):
    return index(patient, period).where(lambda phq: at_or_before(patient.turns(12), phq.start))


@criterion("12 to 17 at that PHQ-9")
def aged_12_to_17(patient, period):
    return index(patient, period).where(lambda phq: before(phq.start, patient.turns(18)))


@criterion("18 or older at that PHQ-9")
def aged_18(patient, period):
    return index(patient, period).where(lambda phq: at_or_before(patient.turns(18), phq.start))


@criterion("in hospice care")
def in_hospice(patient, period):
    days = course(patient, period)
    if days is None:
        return False
    held = patient.find("Encounter", (HOSPICE_ENCOUNTER,), None).where(lambda e: e.status not in NOT_HELD)
    done = patient.find("Procedure", (HOSPICE_CARE,), None).where(lambda e: e.status not in NOT_PERFORMED)
    return (
        patient.encounters(INPATIENT).where(discharged_to_hospice).ending(days)
        + held.overlapping(days)
        + patient.observations(HOSPICE_ASSESSMENT).valued(YES).overlapping(days)
        + patient.service_requests(HOSPICE_CARE).starting(days)
        + done.overlapping(days)
        + confirmed(patient, HOSPICE_DIAGNOSIS).overlapping(days)
    )


@criterion("in palliative care")
def in_palliative_care(patient, period):
    days = course(patient, period)
    if days is None:
        return False
    treated = patient.find("Procedure", (palliative.INTERVENTION,), None).where(
        lambda e: e.status not in NOT_PERFORMED
    )
    return (
        patient.observations(palliative.ASSESSMENT).overlapping(days)
        + confirmed(patient, palliative.DIAGNOSIS).overlapping(days)
        + patient.encounters(palliative.ENCOUNTER).overlapping(days)
        + treated.overlapping(days)
    )


@criterion("died by the end of the assessment period")
def died(patient, period):
    days = course(patient, period)
    if days is None or patient.died is None:
        return False
    return at_or_before(patient.died.by_day(), days.interval.end.by_day())


@criterion(
    "bipolar, personality, psychotic or pervasive developmental disorder, active and confirmed",
    chart="If the patient has one of these disorders: confirm it and record it on the problem list",
)
def other_disorder(patient, period):
    disorders = confirmed(patient, BIPOLAR, PERSONALITY, PSYCHOTIC, DEVELOPMENTAL)
    days = course(patient, period)
    return disorders.starting_by(days.interval.end) if days else False


@criterion(
    "a PHQ-9 from 60 days before to 60 days after a year from the first high one",
    nearest=phq_after_index,
    why_not=not_in_window,
    do="Repeat the PHQ-9 within 60 days of a year after the first high one",
    order="phq9_order",
)
def reassessed(patient, period):
    return last_follow_up(patient, period)


@criterion(
    "the last PHQ-9 of those days is below 5",
    nearest=last_follow_up,
    why_not=lambda phq, _patient, _period: f"{phq.value_text or 'no score'}; limit 4",
    do="Review the treatment and repeat the PHQ-9: the last one of those days counts",
)
def in_remission(patient, period):
    return last_follow_up(patient, period).where(below(5, points))


def known_window(found):
    try:
        return assessment_period(found.record, found.period)
    except RecordCannotSay:
        return None


def start_of_window(found):
    days = known_window(found)
    return days.start if days else None


def end_of_window(found):
    days = known_window(found)
    return days.end if days else None


MEASURE = Measure(
    id="CMS159",
    title="Depression remission at twelve months",
    version="0.3.000",
    steward="MNCM",
    behavioral=True,
    groups=(
        Group(
            initial_population=had_high_phq & old_enough,
            exclusions=in_hospice | in_palliative_care | died | other_disorder,
            numerator=reassessed & in_remission,
            strata={"12 to 17": aged_12_to_17, "18 and older": aged_18},
            due_from=start_of_window,
            deadline=end_of_window,
        ),
    ),
)
