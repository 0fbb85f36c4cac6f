"""Self-harm, suicidal thoughts, overdoses and injuries: whether there were any, how many, how long ago.

An attempt or an overdose foretells the next one for years, so they are asked of the whole record.
"""

from __future__ import annotations

from collections.abc import Callable

from measures.risk.as_of import Fact, Known
from measures.risk.concepts import SELF_HARM, SUICIDAL_THOUGHTS
from measures.risk.feature import Answer, feature
from measures.risk.features.diagnoses import conditions

WINDOWS = ((365, "a year"), (1825, "five years"))  # days
OVERDOSE = frozenset({"overdose"})
INJURY = frozenset({"injury"})
LATELY = 365  # days


def _recorded(known: Known, kinds: frozenset[str]) -> list[Fact]:
    return [fact for fact, held in conditions(known) if held & kinds]


def _whether(found: list[Fact]) -> Answer:
    return Answer(float(bool(found)), found)


@feature("self_harm_ever", "self-harm or a suicide attempt on record", "yes or no", "Condition", worse=1)
def self_harm_ever(known: Known) -> Answer:
    return _whether(_recorded(known, SELF_HARM))


@feature(
    "suicidal_thoughts_365d", "suicidal thoughts in a year", "yes or no", "Condition", window=LATELY, worse=1
)
def suicidal_thoughts(known: Known) -> Answer:
    return _whether(known.within(_recorded(known, SUICIDAL_THOUGHTS), LATELY))


@feature("overdose_365d", "overdose in a year", "yes or no", "Condition", window=LATELY, worse=1)
def overdose(known: Known) -> Answer:
    return _whether(known.within(_recorded(known, OVERDOSE), LATELY))


@feature("overdose_ever", "overdose on record", "yes or no", "Condition", worse=1)
def overdose_ever(known: Known) -> Answer:
    return _whether(_recorded(known, OVERDOSE))


@feature("days_since_overdose", "days since the last overdose", "days", "Condition", worse=-1, logged=True)
def days_since_overdose(known: Known) -> Answer:
    found = _recorded(known, OVERDOSE)
    return Answer(float(known.ago(found[-1])), found[-1:]) if found else Answer(None)


def _injuries(days: int) -> Callable[[Known], Answer]:
    def count(known: Known) -> Answer:
        found = known.within(_recorded(known, INJURY), days)
        return Answer(float(len(found)), found)

    return count


for _days, _says in WINDOWS:
    feature(f"injuries_{_days}d", f"injuries in {_says}", "injuries", "Condition", window=_days, logged=True)(
        _injuries(_days)
    )
