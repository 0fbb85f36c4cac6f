"""FUA: Follow-up after an emergency visit for substance use, within 7 and within 30 days. Counts visits.

Our own rendering of the public definition (HEDIS FUA, measurement year 2026): age 13 and older; an
emergency visit for a substance use disorder or an overdose; care for substance use (a contact, a service or
a medicine) from the very day of the visit; of several within 31 days the first counts; one that leads to a
hospital stay within 30 days does not.
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
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.settings_of_care import emergency_visits, mainly_for
from measures.shared.substance_use import (
    OVERDOSE,
    SUBSTANCE_USE_DISORDER,
    TREAT_SUBSTANCE_USE,
    substance_use_care,
)
from measures.time import at_or_before


@once
def emergencies(patient, period):
    visits = mainly_for(patient, emergency_visits(patient, period), SUBSTANCE_USE_DISORDER, OVERDOSE)
    return first_in_31_days(visits.ending(with_days_running(period)))


@episode_criterion("an emergency visit for substance use or an overdose")
def in_emergency(patient, period, visit):
    return emergencies(patient, period).only(visit)


@episode_criterion("13 or older on that day")
def old_enough(patient, _period, visit):
    return at_or_before(patient.turns(13), visit.end)


def group(days):
    return Group(
        id=f"Group_{days}",
        title=f"Care within {days} days",
        initial_population=in_emergency & counted & old_enough,
        expected=in_emergency & old_enough,
        exclusions=admitted | died | in_hospice,
        numerator=seen_within(days, emergencies, substance_use_care, do=TREAT_SUBSTANCE_USE, same_day=True),
        deadline=due_after(days),
    )


MEASURE = Measure(
    id="FUA",
    title="Follow-up after emergency visit for substance use",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    episodes=emergencies,
    groups=(group(7), group(30)),
)
