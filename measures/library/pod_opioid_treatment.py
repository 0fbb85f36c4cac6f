"""POD: Medicine for opioid use disorder, for 180 days without a break.

Our own rendering of the public definition (HEDIS POD, measurement year 2026): age 16 and older; a treatment
that begins from 1 July of the year before to 30 June, with none in the 31 days before; it lasts 180 days
without a break of 8 days or more. Dispenses tell it or, without any, orders.
"""

from datetime import date, timedelta

from measures.criteria import criterion, once
from measures.events import RecordCannotSay
from measures.measure import Group, Measure
from measures.shared.hospice import in_hospice
from measures.shared.opioid_treatment import OPIOID_USE_DISORDER, evidence, treatments
from measures.shared.own_rendering import STEWARD, VERSION
from measures.time import Period

LONG_ENOUGH = 180  # days
FREE = 31  # days before


def intake(period):
    return Period(date(period.start.year - 1, 7, 1), date(period.start.year, 6, 30))


@once
def first_treatment(patient, period):
    """The first treatment of the intake period that follows 31 days without; None when there is none."""
    days = intake(period)
    before = None
    for treatment in treatments(patient, period):
        is_new = before is None or (treatment.start - before.end).days > FREE
        if is_new and days.start <= treatment.start <= days.end:
            return treatment
        before = treatment
    return None


@criterion("a new treatment with medicine for opioid use disorder from 1 July of the year before to 30 June")
def treated(patient, period):
    treatment = first_treatment(patient, period)
    return bool(treatment) and evidence(treatment._replace(supplies=treatment.supplies[:1]))


@criterion("16 or older when it began")
def old_enough(patient, period):
    treatment = first_treatment(patient, period)
    return bool(treatment) and patient.age_on(treatment.start) >= 16


@criterion("opioid use disorder")
def has_disorder(patient, period):
    return patient.conditions(OPIOID_USE_DISORDER).starting_by(period.interval.end)


def last_supply(patient, period):
    return evidence(first_treatment(patient, period))


def so_far(_supply, patient, period):
    treatment = first_treatment(patient, period)
    return f"{treatment.days} of {LONG_ENOUGH} days, supplied until {treatment.end}"


@criterion(
    "the treatment lasts 180 days without a break of 8 days or more",
    nearest=last_supply,
    why_not=so_far,
    do="Have the medicine refilled before 8 days pass without it, and ask what stands in the way",
)
def treated_180_days(patient, period):
    treatment = first_treatment(patient, period)
    return evidence(treatment) if treatment and treatment.days >= LONG_ENOUGH else False


def from_treatment(day):
    def asked(found):
        try:
            treatment = first_treatment(found.record, found.period)
        except RecordCannotSay:
            return None
        return day(treatment) if treatment else None

    return asked


MEASURE = Measure(
    id="POD",
    title="Medicine for opioid use disorder for 180 days",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    groups=(
        Group(
            initial_population=treated & old_enough & has_disorder,
            exclusions=in_hospice,
            numerator=treated_180_days,
            deadline=from_treatment(lambda treatment: treatment.last_day_to_go_on),
            due_from=from_treatment(lambda treatment: treatment.end + timedelta(days=1)),
        ),
    ),
)
