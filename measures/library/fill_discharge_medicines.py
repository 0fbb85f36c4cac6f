"""FILL: Medicines prescribed on leaving hospital are filled. Counts prescriptions.

Our own, for care: no steward has such a measure. A prescription for home that stands is filled from the day
it was written, or the medicine is still at home for a week. For a week after leaving it is prospective; then
it is a gap, which a fill closes, and nobody asks any more 90 days after. Where no pharmacy sends its supplies
it is unknown.
"""

from datetime import timedelta

from measures.criteria import episode_criterion, once
from measures.measure import Group, Measure
from measures.shared.discharge_medicines import DAYS_TO_FILL, LONGEST, fills, orders_for_home
from measures.shared.follow_up import died
from measures.shared.hospice import in_hospice
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.settings_of_care import hospital_stays
from measures.time import days_between


@once
def prescriptions(patient, period):
    stays = hospital_stays(patient, period).ending(period.reaching_back(days=LONGEST))
    return orders_for_home(patient, stays)


@episode_criterion("prescribed on leaving hospital in the year, or in the 90 days before it")
def prescribed_on_leaving(patient, period, order):
    return prescriptions(patient, period).only(order)


@episode_criterion("back in hospital within 30 days")
def readmitted(patient, period, order):
    return hospital_stays(patient, period).where(lambda stay: days_between(order.start, stay.start, 1, 30))


@episode_criterion(
    "filled since, or still at home for a week",
    do="Call about the medicine: ask what stood in the way, and have it filled",
)
def filled(patient, period, order):
    return fills(patient, period, order)


def days_after(days):
    def day(found):
        order = found.episode
        return order.day + timedelta(days=days) if order and order.day else None

    return day


MEASURE = Measure(
    id="FILL",
    title="Medicines prescribed on leaving hospital are filled",
    version=VERSION,
    steward=STEWARD,
    episodes=prescriptions,
    groups=(
        Group(
            initial_population=prescribed_on_leaving,
            exclusions=readmitted | died | in_hospice,
            numerator=filled,
            due_from=days_after(DAYS_TO_FILL + 1),
            deadline=days_after(LONGEST),
        ),
    ),
)
