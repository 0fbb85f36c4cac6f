"""SAA: Adherence to antipsychotics in schizophrenia.

Our own rendering of the public definition (HEDIS SAA, measurement year 2026): age 18 and older with
schizophrenia or another psychosis; an antipsychotic dispensed on two days of the year; from the first
dispense of the year to its end a supply on at least 80 % of the days (proportion of days covered). Counts
what was dispensed, not ordered.
"""

from datetime import timedelta

from measures.criteria import criterion, once
from measures.events import Events, RecordCannotSay
from measures.measure import Group, Measure
from measures.medication_cover import Cover, by_product, cover
from measures.medication_time import dispense_period
from measures.shared.antipsychotics import ANTIPSYCHOTIC, SCHIZOPHRENIA, on_different_days
from measures.shared.hospice import in_hospice
from measures.shared.own_rendering import STEWARD, VERSION
from measures.time import Period

PERCENT = 80  # of the days from the first dispense


def dispenses(patient):
    return patient.find("MedicationDispense", (ANTIPSYCHOTIC,))


@once
def treatment(patient, period):
    """From the first dispense of the year to its end; None without one."""
    first = dispenses(patient).starting(period).earliest(at=lambda e: e.start.by_day()).first_day()
    return None if first is None else Period(first, period.end)


@once
def supply(patient, period):
    window = treatment(patient, period)
    if window is None:
        return Cover(0, Events(), Events())
    supplies = dispenses(patient).starting(Period(window.start, period.end))
    return cover(by_product(supplies), dispense_period, window.interval)


def days_of(window):
    return (window.end - window.start).days + 1


def days_needed(window):
    """80 % of the days, a part of a day counted as a whole one."""
    return -(-PERCENT * days_of(window) // 100)


@criterion("18 or older at the start of the period")
def of_age(patient, period):
    return patient.age_on(period.start) >= 18


@criterion("schizophrenia or another psychosis in the period")
def psychotic(patient, period):
    return patient.conditions(SCHIZOPHRENIA).overlapping(period)


@criterion("an antipsychotic dispensed on two days of the period")
def dispensed_twice(patient, period):
    found = dispenses(patient).starting(period)
    return found.related(found, lambda one, other: one is not other and on_different_days(one, other))


def so_far(_supply, patient, period):
    window = treatment(patient, period)
    return f"{supply(patient, period).days} of {days_of(window)} days supplied; {days_needed(window)} needed"


@criterion(
    "an antipsychotic supplied on 80 % of the days from the first dispense to the end of the year",
    nearest=lambda patient, period: supply(patient, period).used.latest(),
    why_not=so_far,
    do="Have the antipsychotic refilled in time, and ask what keeps the patient from taking it",
)
def adherent(patient, period):
    window = treatment(patient, period)
    return supply(patient, period).at_least(days_needed(window)) if window else False


def last_chance(found):
    """The last day on which an unbroken supply could begin and still make up the days that are missing."""
    try:
        window = treatment(found.record, found.period)
        missing = days_needed(window) - supply(found.record, found.period).days if window else 0
    except RecordCannotSay:
        return None
    return found.period.end - timedelta(days=missing - 1) if missing > 0 else None


def out_of_supply(found):
    """The day after the last supply of the year runs out, if each is begun on the day it is fetched."""
    used = supply(found.record, found.period).used.sure if treatment(found.record, found.period) else ()
    ends = [days.end.day for one in used if (days := dispense_period(one)) and days.end.day]
    return max(ends) + timedelta(days=1) if ends else None


MEASURE = Measure(
    id="SAA",
    title="Adherence to antipsychotics in schizophrenia",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    groups=(
        Group(
            initial_population=of_age & psychotic & dispensed_twice,
            exclusions=in_hospice,
            numerator=adherent,
            deadline=last_chance,
            due_from=out_of_supply,
        ),
    ),
)
