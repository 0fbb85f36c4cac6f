"""Overdoses and injuries: whether there were any, how many, how long ago.

An overdose foretells the next one for years, so it is asked of the whole record; `overdose_365d` stands among
the diagnoses.
"""

from __future__ import annotations

from collections.abc import Callable

from measures.risk.as_of import Fact, Known
from measures.risk.feature import Answer, feature
from measures.risk.features.diagnoses import conditions

WINDOWS = ((365, "a year"), (1825, "five years"))  # days


def _recorded(known: Known, kind: str) -> list[Fact]:
    return [fact for fact, held in conditions(known) if kind in held]


@feature("overdose_ever", "overdose on record", "yes or no", "Condition", worse=1)
def overdose_ever(known: Known) -> Answer:
    found = _recorded(known, "overdose")
    return Answer(float(bool(found)), found)


@feature("days_since_overdose", "days since the last overdose", "days", "Condition", worse=-1, logged=True)
def days_since_overdose(known: Known) -> Answer:
    found = _recorded(known, "overdose")
    return Answer(float(known.ago(found[-1])), found[-1:]) if found else Answer(None)


def _injuries(days: int) -> Callable[[Known], Answer]:
    def count(known: Known) -> Answer:
        found = known.within(_recorded(known, "injury"), days)
        return Answer(float(len(found)), found)

    return count


for _days, _says in WINDOWS:
    feature(f"injuries_{_days}d", f"injuries in {_says}", "injuries", "Condition", window=_days, logged=True)(
        _injuries(_days)
    )
