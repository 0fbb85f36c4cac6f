"""CMS136: Follow-up care for children prescribed ADHD medication. Two rates: initiation, and continuation.

Specification: CMS136FHIRFollowUpADHDMeds 0.1.001 (NCQA for CMS, QI-Core 4, content year 2024). Names in
quotes are that library's defines. Days are counted from the first day of the first prescription after 120
days without; a visit on that day itself is no follow-up. What is left over of a medicine is taken later.
"""

from datetime import date, timedelta

from measures.criteria import criterion, once
from measures.event import on_another_day
from measures.events import Events, RecordCannotSay
from measures.measure import Group, Measure
from measures.medication_cover import cover
from measures.medication_time import begins, request_period
from measures.shapes import codings
from measures.shared.diagnoses import diagnosed_with
from measures.shared.hospice import INPATIENT, in_hospice
from measures.shared.visits import (
    CONSULTATION,
    COUNSELING,
    GROUP_COUNSELING,
    HOME,
    OFFICE,
    PHONE,
    PREVENTIVE_ESTABLISHED_CHILD,
    PREVENTIVE_INITIAL_CHILD,
    PSYCHIATRIC_EVALUATION,
    PSYCHOTHERAPY,
    VIRTUAL,
)
from measures.terminology import RXNORM, Code, ValueSet
from measures.time import Instant, Interval, Period, add_months, overlap, within

ATOMOXETINE = ValueSet("2.16.840.1.113883.3.464.1003.1170", "Atomoxetine")
CLONIDINE = ValueSet("2.16.840.1.113883.3.464.1003.1171", "Clonidine")
DEXMETHYLPHENIDATE = ValueSet("2.16.840.1.113883.3.464.1003.1172", "Dexmethylphenidate")
DEXTROAMPHETAMINE = ValueSet("2.16.840.1.113883.3.464.1003.1173", "Dextroamphetamine")
GUANFACINE = ValueSet("2.16.840.1.113883.3.464.1003.196.11.1252", "Guanfacine Medications")
LISDEXAMFETAMINE = ValueSet("2.16.840.1.113883.3.464.1003.1174", "Lisdexamfetamine")
METHAMPHETAMINE = Code(RXNORM, "977860", "methamphetamine hydrochloride 5 mg tablet")
METHYLPHENIDATE = ValueSet("2.16.840.1.113883.3.464.1003.1176", "Methylphenidate")
NARCOLEPSY = ValueSet("2.16.840.1.113883.3.464.1003.114.12.1011", "Narcolepsy")
MENTAL_DISORDER = ValueSet(
    "2.16.840.1.113883.3.464.1003.105.12.1203", "Mental Behavioral and Neurodevelopmental Disorders"
)
BEHAVIORAL_HEALTH = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1054", "Behavioral Health Follow up Visit")
MEDICATION_MANAGEMENT = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1055", "Psychotherapy and Pharmacologic Management"
)
AMBULATORY = ValueSet("2.16.840.1.113883.3.464.1003.122.12.1003", "Ambulatory")
STIMULANTS = (DEXMETHYLPHENIDATE, DEXTROAMPHETAMINE, LISDEXAMFETAMINE, METHAMPHETAMINE, METHYLPHENIDATE)
MEDICINES = (ATOMOXETINE, CLONIDINE, GUANFACINE, *STIMULANTS)
PRIMARY_CARE = (OFFICE, HOME, PREVENTIVE_ESTABLISHED_CHILD, PREVENTIVE_INITIAL_CHILD)
MENTAL_HEALTH_CARE = (BEHAVIORAL_HEALTH, PSYCHIATRIC_EVALUATION, PSYCHOTHERAPY)
OTHER_CARE = (COUNSELING, GROUP_COUNSELING, CONSULTATION, PHONE)
INITIATION, CONTINUATION = 30, 300  # days after the first
SUPPLY = 210  # days to be covered, of the first 301
CLEAR = 120  # days without a medicine before the first


def intake(period):
    """ "Intake Period": 1 March of the year before to the last of February."""
    year = period.start.year
    return Period(date(year - 1, 3, 1), date(year, 3, 1) - timedelta(days=1))


def taken_before(order, other):
    """Whether the other covers a day of the 120 before the order begins."""
    days, first = request_period(other), begins(order).by_day()
    clear = Interval(
        Instant(first.earliest - CLEAR, first.latest - CLEAR), Instant(first.earliest - 1, first.latest - 1)
    )
    return None if days is None else overlap(days.by_day(), clear)


@once
def first_order(patient, period):
    """ "First ADHD Medication Prescribed During Intake Period" """
    orders = patient.medication_requests(*MEDICINES)
    begun = orders.where(lambda order: within(begins(order), intake(period).interval))
    return begun.unrelated(orders.with_status("active"), taken_before).earliest(
        at=lambda order: begins(order).by_day()
    )


def days_after(patient, period, first, last):
    """The days from `first` to `last` after the prescription began ("IPSD"); None without one."""
    day = first_order(patient, period).first_day(at=begins)
    return Period(day + timedelta(days=first), day + timedelta(days=last)) if day else None


def stays(patient, period, days):
    """ "Inpatient Stay with Qualifying Diagnosis" of those days."""
    phase = days_after(patient, period, 1, days)
    mental = patient.encounters(INPATIENT).where(diagnosed_with(patient, MENTAL_DISORDER, principal=True))
    return mental.starting(phase) if phase else Events()


def is_ambulatory(patient):
    """Asks of an encounter whether a location of it is of an ambulatory type."""

    def test(encounter):
        named = [place.get("location") for place in encounter.source.get("location") or ()]
        places = [patient.referred_to(encounter.source, reference) for reference in named]
        types = [key for place in places if place for key in codings(place.get("type"))]
        if any(patient.vocabulary.holds(AMBULATORY, key) for key in types):
            return True
        return None if None in places else False

    return test


@once
def follow_ups(patient, _period):
    """ "Qualifying Numerator Encounter" """
    managed = patient.encounters(MEDICATION_MANAGEMENT).where(is_ambulatory(patient))
    return patient.encounters(*PRIMARY_CARE, *MENTAL_HEALTH_CARE, *OTHER_CARE) + managed


def follow_up_after(patient, period):
    phase = days_after(patient, period, 0, CONTINUATION)
    return follow_ups(patient, period).starting(phase).earliest() if phase else Events()


def not_in_initiation(visit, patient, period):
    phase = days_after(patient, period, 0, INITIATION)
    if phase is None or visit.day is None:
        return ""
    late = (visit.day - phase.start).days
    return f"{late} days after the prescription began; limit {INITIATION}" if late else "the day it began"


@criterion("6 or older on 1 March of the year before, 12 or younger at the end of February")
def of_age(patient, period):
    days = intake(period)
    return patient.age_on(days.start) >= 6 and patient.age_on(days.end) <= 12


@criterion("an ADHD medicine prescribed from 1 March to the end of February, after 120 days without")
def prescribed(patient, period):
    return first_order(patient, period)


@criterion("a visit in the 6 months up to the day it began")
def seen_before(patient, period):
    start = days_after(patient, period, 0, 0)
    if start is None:
        return False
    return patient.encounters(*PRIMARY_CARE).during(Period(add_months(start.start, -6), start.start))


@criterion("out of hospital for mental disorders in the 30 days after it began")
def out_of_hospital_30_days(patient, period):
    return first_order(patient, period).unless(stays(patient, period, INITIATION))


@criterion("out of hospital for mental disorders in the 300 days after it began")
def out_of_hospital_300_days(patient, period):
    return first_order(patient, period).unless(stays(patient, period, CONTINUATION))


@criterion("ADHD medicines prescribed for 210 of the first 301 days")
def medicated_210_days(patient, period):
    phase = days_after(patient, period, 0, CONTINUATION)
    if phase is None:
        return False
    by_medicine = [patient.medication_requests(medicine) for medicine in MEDICINES]
    return cover(by_medicine, request_period, phase.interval).at_least(SUPPLY)


@criterion(
    "narcolepsy by the end of the period",
    chart="If the patient has narcolepsy: record it on the problem list",
)
def narcoleptic(patient, period):
    return patient.conditions(NARCOLEPSY).starting_by(period.interval.end)


@criterion(
    "a follow-up visit in the 30 days after the prescription began",
    nearest=follow_up_after,
    why_not=not_in_initiation,
    do="See the child within 30 days of the first prescription: how the medicine works, side effects, growth",
)
def seen_in_30_days(patient, period):
    phase = days_after(patient, period, 1, INITIATION)
    return follow_ups(patient, period).starting(phase) if phase else False


@criterion(
    "follow-up visits on two days from the 31st to the 300th after it began (one may be virtual)",
    nearest=lambda patient, period: later_follow_ups(patient, period).latest(),
    why_not=lambda _visit, _patient, _period: "one of the two that are needed",
    do="See the child twice more by the 300th day; one of the visits may be virtual",
)
def seen_twice_more(patient, period):
    phase = days_after(patient, period, INITIATION + 1, CONTINUATION)
    if phase is None:
        return False
    partners = later_follow_ups(patient, period) + patient.encounters(VIRTUAL).starting(phase)
    return later_follow_ups(patient, period).related(partners, on_another_day)


def later_follow_ups(patient, period):
    phase = days_after(patient, period, INITIATION + 1, CONTINUATION)
    return follow_ups(patient, period).starting(phase) if phase else Events()


def end_of_initiation(found):
    return last_day(found, INITIATION)


def end_of_continuation(found):
    """Of the first 30 days, as long as there was no visit in them."""
    return last_day(found, CONTINUATION if found[seen_in_30_days].met else INITIATION)


def last_day(found, days):
    try:
        phase = days_after(found.record, found.period, 0, days)
    except RecordCannotSay:
        return None
    return phase.end if phase else None


MEASURE = Measure(
    id="CMS136",
    title="Follow-up care for children prescribed ADHD medication",
    version="0.1.001",
    steward="NCQA",
    behavioral=True,
    groups=(
        Group(
            id="Group_1",
            title="Initiation: a visit within 30 days",
            initial_population=of_age & prescribed & seen_before & out_of_hospital_30_days,
            exclusions=in_hospice | narcoleptic,
            numerator=seen_in_30_days,
            deadline=end_of_initiation,
        ),
        Group(
            id="Group_2",
            title="Continuation: two more visits within 300 days",
            initial_population=of_age
            & prescribed
            & seen_before
            & medicated_210_days
            & out_of_hospital_300_days,
            expected=of_age & prescribed & seen_before & out_of_hospital_300_days,
            exclusions=in_hospice | narcoleptic,
            numerator=seen_in_30_days & seen_twice_more,
            deadline=end_of_continuation,
        ),
    ),
)
