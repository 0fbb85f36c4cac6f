"""FUM: Follow-up after an emergency visit for mental illness, within 7 and within 30 days. Counts visits.

Our own rendering of the public definition (HEDIS FUM, measurement year 2026): age 6 and older; an
outpatient contact that treats mental illness, from the very day of the emergency visit; of several
emergency visits within 31 days the first counts; one that leads to a hospital stay within 30 days does not.
"""

from measures.criteria import episode_criterion, once
from measures.measure import Group, Measure
from measures.shared.follow_up import (
    admitted,
    counted,
    died,
    due_after,
    first_in_31_days,
    seen_within,
    with_days_running,
)
from measures.shared.hospice import in_hospice
from measures.shared.mental_health import MENTAL_ILLNESS, SEE_FOR_MENTAL_ILLNESS, mental_health_visits
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.settings_of_care import emergency_visits, mainly_for
from measures.time import at_or_before


@once
def emergencies(patient, period):
    visits = mainly_for(patient, emergency_visits(patient, period), MENTAL_ILLNESS)
    return first_in_31_days(visits.ending(with_days_running(period)))


@episode_criterion("an emergency visit for mental illness")
def in_emergency(patient, period, visit):
    return emergencies(patient, period).only(visit)


@episode_criterion("6 or older on that day")
def old_enough(patient, _period, visit):
    return at_or_before(patient.turns(6), visit.end)


def group(days):
    return Group(
        id=f"Group_{days}",
        title=f"Seen within {days} days",
        initial_population=in_emergency & counted & old_enough,
        expected=in_emergency & old_enough,
        exclusions=admitted | died | in_hospice,
        numerator=seen_within(
            days, emergencies, mental_health_visits, do=SEE_FOR_MENTAL_ILLNESS, same_day=True
        ),
        deadline=due_after(days),
    )


MEASURE = Measure(
    id="FUM",
    title="Follow-up after emergency visit for mental illness",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    episodes=emergencies,
    groups=(group(7), group(30)),
)
