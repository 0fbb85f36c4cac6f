"""Check-ups: who comes without a complaint is known, and what is wrong is found early."""

from __future__ import annotations

from measures.risk.as_of import Known
from measures.risk.care import ACUTE, visits
from measures.risk.feature import Answer, feature

LONGEST = 1825  # days: what is longer ago than five years counts as not known


@feature(
    "days_since_check_up",
    "days since the last check-up",
    "days",
    "Encounter",
    window=LONGEST,
    logged=True,
)
def days_since_check_up(known: Known) -> Answer:
    check_ups = (one.fact for one in visits(known) if one.check_up and one.setting not in ACUTE)
    found = known.within(check_ups, LONGEST)
    return Answer(float(known.ago(found[-1])), found[-1:]) if found else Answer(None)
