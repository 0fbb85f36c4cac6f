"""FUI: Follow-up after high-intensity care for substance use, within 7 and within 30 days. Counts episodes.

Our own rendering of the public definition (HEDIS FUI, measurement year 2026): age 13 and older; a hospital
stay or withdrawal management for a substance use disorder; care for substance use from the day after; an
episode that is followed by another within 30 days is left to that one. Residential stays count where the
record codes them so.
"""

from measures.criteria import episode_criterion, once
from measures.measure import Group, Measure
from measures.shared.follow_up import (
    counted,
    died,
    due_after,
    seen_within,
    with_days_running,
)
from measures.shared.hospice import in_hospice
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.settings_of_care import hospital_stays, mainly_for
from measures.shared.substance_use import (
    DETOXIFICATION,
    SUBSTANCE_USE_DISORDER,
    TREAT_SUBSTANCE_USE,
    substance_use_care,
)
from measures.time import at_or_before, days_between


@once
def episodes(patient, period):
    stays = mainly_for(patient, hospital_stays(patient, period), SUBSTANCE_USE_DISORDER)
    return (stays + patient.encounters(DETOXIFICATION)).ending(with_days_running(period))


@once
def care_elsewhere(patient, period):
    """Care for substance use that is no such episode itself."""
    return substance_use_care(patient, period).where(lambda one: one not in episodes(patient, period).sure)


@episode_criterion("left a hospital stay or withdrawal management for substance use")
def left(patient, period, episode):
    return episodes(patient, period).only(episode)


@episode_criterion("13 or older on that day")
def old_enough(patient, _period, episode):
    return at_or_before(patient.turns(13), episode.end)


@episode_criterion("back in hospital or withdrawal management within 30 days")
def readmitted(patient, period, episode):
    others = (hospital_stays(patient, period) + patient.encounters(DETOXIFICATION)).where(
        lambda one: one is not episode
    )
    return others.where(lambda one: days_between(episode.end, one.start, 0, 30))


def group(days):
    return Group(
        id=f"Group_{days}",
        title=f"Care within {days} days",
        initial_population=left & counted & old_enough,
        expected=left & old_enough,
        exclusions=readmitted | died | in_hospice,
        numerator=seen_within(days, episodes, care_elsewhere, do=TREAT_SUBSTANCE_USE),
        deadline=due_after(days),
    )


MEASURE = Measure(
    id="FUI",
    title="Follow-up after high-intensity care for substance use",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    episodes=episodes,
    groups=(group(7), group(30)),
)
