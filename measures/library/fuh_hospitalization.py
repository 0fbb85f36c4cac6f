"""FUH: Follow-up after hospitalization for mental illness, within 7 and within 30 days. Counts stays.

Our own rendering of the public definition (HEDIS FUH, measurement year 2026): age 6 and older; an outpatient
contact that treats mental illness, from the day after discharge; a stay that is followed by another within 30
days is left to that one.
"""

from measures.criteria import episode_criterion, once
from measures.measure import Group, Measure
from measures.shared.follow_up import counted, died, due_after, seen_within, with_days_running
from measures.shared.hospice import in_hospice
from measures.shared.mental_health import MENTAL_ILLNESS, SEE_FOR_MENTAL_ILLNESS, mental_health_visits
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.settings_of_care import hospital_stays, mainly_for
from measures.time import at_or_before, days_between


@once
def discharges(patient, period):
    stays = mainly_for(patient, hospital_stays(patient, period), MENTAL_ILLNESS)
    return stays.ending(with_days_running(period))


@episode_criterion("discharged after a hospital stay for mental illness")
def discharged(patient, period, stay):
    return discharges(patient, period).only(stay)


@episode_criterion("6 or older at discharge")
def old_enough(patient, _period, stay):
    return at_or_before(patient.turns(6), stay.end)


@episode_criterion("back in hospital within 30 days")
def readmitted(patient, period, stay):
    others = hospital_stays(patient, period).where(lambda one: one is not stay)
    return others.where(lambda one: days_between(stay.end, one.start, 0, 30))


def group(days):
    return Group(
        id=f"Group_{days}",
        title=f"Seen within {days} days",
        initial_population=discharged & counted & old_enough,
        expected=discharged & old_enough,
        exclusions=readmitted | died | in_hospice,
        numerator=seen_within(days, discharges, mental_health_visits, do=SEE_FOR_MENTAL_ILLNESS),
        deadline=due_after(days),
    )


MEASURE = Measure(
    id="FUH",
    title="Follow-up after hospitalization for mental illness",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    episodes=discharges,
    groups=(group(7), group(30)),
)
