"""After a psychiatric stay: whether anybody has seen the patient."""

from __future__ import annotations

from measures.risk.as_of import Known
from measures.risk.care import ACUTE, Setting, visits
from measures.risk.feature import Answer, feature

LIMIT = 7  # days after leaving
LATELY = 90  # days


@feature(
    "no_follow_up_7d",
    "left a psychiatric stay without being seen within 7 days",
    "yes or no",
    "Encounter",
    window=LATELY,
    worse=1,
)
def no_follow_up(known: Known) -> Answer:
    """Of the last psychiatric stay that ended within 90 days; while the 7 days run it is not yet missed, and
    who was back in hospital could not be seen.
    """
    stays = [
        visit.fact
        for visit in visits(known)
        if visit.setting is Setting.HOSPITAL
        and visit.psychiatric_from <= known.today
        and visit.fact.end is not None
        and known.today - visit.fact.end <= LATELY
    ]
    if not stays:
        return Answer(0.0)
    left = stays[-1].end
    if left is None or known.today - left <= LIMIT:
        return Answer(0.0, stays[-1:])
    after = [visit for visit in visits(known) if left <= visit.fact.day <= left + LIMIT]
    seen = any(visit.fact.day > left and visit.setting not in ACUTE for visit in after)
    back = any(visit.setting is Setting.HOSPITAL and visit.fact is not stays[-1] for visit in after)
    return Answer(float(not (seen or back)), stays[-1:])


@feature(
    "days_since_psychiatric_discharge",
    "days since leaving a psychiatric stay",
    "days",
    "Encounter",
    window=365,
    worse=-1,
    logged=True,
)
def days_since_discharge(known: Known) -> Answer:
    ends = [
        (visit.fact.end, visit.fact)
        for visit in visits(known)
        if visit.setting is Setting.HOSPITAL
        and visit.psychiatric_from <= known.today
        and visit.fact.end is not None
        and known.today - visit.fact.end < 365
    ]
    if not ends:
        return Answer(None)
    end, fact = max(ends, key=lambda one: one[0])
    return Answer(float(known.today - end), (fact,))
