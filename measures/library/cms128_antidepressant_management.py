"""CMS128: Antidepressant medication management. Two rates: the acute phase, and the continuation phase.

Specification: CMS128FHIRAntidepressantMedManagement 0.3.000 (NCQA for CMS, QI-Core 6). Names in quotes are
that library's defines. Counts what the pharmacy dispensed, not what was ordered: without dispenses the record
cannot say. What is fetched early of one product is used later.
"""

from datetime import date, timedelta

from measures.criteria import criterion, once
from measures.events import Events, RecordCannotSay
from measures.measure import Group, Measure
from measures.medication_cover import Cover, by_product, cover
from measures.medication_time import dispense_period, request_period
from measures.shared.hospice import in_hospice
from measures.shared.visits import (
    ANNUAL_WELLNESS,
    HOME,
    NURSING_FACILITY,
    OFFICE,
    PHONE,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    PSYCHIATRIC_EVALUATION,
    PSYCHOTHERAPY,
    VIRTUAL,
)
from measures.terminology import ValueSet
from measures.time import Period, at_or_before, days_between, overlap

ANTIDEPRESSANT = ValueSet("2.16.840.1.113883.3.464.1003.196.12.1213", "Antidepressant Medication")
MAJOR_DEPRESSION = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1007", "Major Depression")
MEDICAL_VISITS = (OFFICE, PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL, ANNUAL_WELLNESS, HOME, NURSING_FACILITY)
OTHER_VISITS = (PSYCHIATRIC_EVALUATION, PSYCHOTHERAPY, PHONE, VIRTUAL)
ACUTE_PHASE, ACUTE_SUPPLY = 114, 84  # days after the first dispense; days to be covered
CONTINUATION_PHASE, CONTINUATION_SUPPLY = 231, 180


def dispenses(patient):
    return patient.find("MedicationDispense", (ANTIDEPRESSANT,))


@once
def first_dispense(patient, period):
    """ "IPSD": the first antidepressant dispensed from 1 May of the year before to 30 April."""
    intake = Period(date(period.start.year - 1, 5, 1), date(period.start.year, 4, 30))
    return dispenses(patient).starting(intake).earliest(at=lambda e: e.start.by_day())


def supply(patient, period, phase):
    """What was dispensed for the first day and so many days after it."""
    start = first_dispense(patient, period).first_day()
    if start is None:
        return Cover(0, Events(), Events())
    window = Period(start, start + timedelta(days=phase))
    return cover(by_product(dispenses(patient)), dispense_period, window.interval)


@once
def acute_supply(patient, period):
    return supply(patient, period, ACUTE_PHASE)


@once
def continuation_supply(patient, period):
    return supply(patient, period, CONTINUATION_PHASE)


@criterion("an antidepressant first dispensed from 1 May of the year before to 30 April")
def started(patient, period):
    return first_dispense(patient, period)


@criterion("18 or older on that day")
def old_enough(patient, period):
    return first_dispense(patient, period).where(lambda e: at_or_before(patient.turns(18), e.start))


@criterion("major depression that began up to 60 days before or after that day")
def depressed(patient, period):
    return patient.conditions(MAJOR_DEPRESSION).related(
        first_dispense(patient, period), lambda c, first: days_between(first.start, c.start, -60, 60)
    )


@criterion("a visit up to 60 days before or after that day")
def seen(patient, period):
    return patient.encounters(*MEDICAL_VISITS, *OTHER_VISITS).related(
        first_dispense(patient, period), lambda v, first: days_between(first.start, v.start, -60, 60)
    )


@criterion("an antidepressant already taken in the 105 days before")
def already_taking(patient, period):
    start = first_dispense(patient, period).first_day()
    if start is None:
        return False
    before = Period(start - timedelta(days=105), start - timedelta(days=1)).interval

    def taken_then(order):
        days = request_period(order)
        return None if days is None else overlap(days, before)

    return patient.medication_requests(ANTIDEPRESSANT).with_status("active").where(taken_then)


@criterion(
    "an antidepressant supplied for 84 of the first 115 days",
    nearest=lambda patient, period: acute_supply(patient, period).used.latest(),
    why_not=lambda _last, patient, period: f"{acute_supply(patient, period).days} of 84 days supplied",
    do="Have the antidepressant refilled in time, and ask what keeps the patient from taking it",
)
def supplied_84_days(patient, period):
    return acute_supply(patient, period).at_least(ACUTE_SUPPLY)


@criterion(
    "an antidepressant supplied for 180 of the first 232 days",
    nearest=lambda patient, period: continuation_supply(patient, period).used.latest(),
    why_not=lambda _last, patient, period: (
        f"{continuation_supply(patient, period).days} of 180 days supplied"
    ),
    do="Have the antidepressant refilled in time, and ask what keeps the patient from taking it",
)
def supplied_180_days(patient, period):
    return continuation_supply(patient, period).at_least(CONTINUATION_SUPPLY)


def last_chance(supplied, phase, needed):
    """The last day on which an unbroken supply could begin and still make up the days that are missing."""

    def deadline(found):
        try:
            start = first_dispense(found.record, found.period).first_day()
            missing = needed - supplied(found.record, found.period).days
        except RecordCannotSay:
            return None
        return start + timedelta(days=phase - missing + 1) if start else None

    return deadline


MEASURE = Measure(
    id="CMS128",
    title="Antidepressant medication management",
    version="0.3.000",
    steward="NCQA",
    behavioral=True,
    groups=(
        Group(
            id="Group_1",
            title="Acute phase: 12 weeks",
            initial_population=started & old_enough & depressed & seen,
            exclusions=in_hospice | already_taking,
            numerator=supplied_84_days,
            deadline=last_chance(acute_supply, ACUTE_PHASE, ACUTE_SUPPLY),
        ),
        Group(
            id="Group_2",
            title="Continuation phase: 6 months",
            initial_population=started & old_enough & depressed & seen,
            exclusions=in_hospice | already_taking,
            numerator=supplied_180_days,
            deadline=last_chance(continuation_supply, CONTINUATION_PHASE, CONTINUATION_SUPPLY),
        ),
    ),
)
