"""PHQ-9, GAD-7 and C-SSRS: the last result, whether it climbs, and how long ago it was."""

from __future__ import annotations

from collections.abc import Callable

from measures.event import Event
from measures.risk.as_of import Known
from measures.risk.feature import Answer, feature
from measures.risk.results import Result, last, per_week, results
from measures.shared.suicide_risk import CSSRS, ITEM_9, is_positive, risk_level
from measures.terminology import LOINC, Code

YEAR = 365  # days
SIX_WEEKS = 42  # days

PHQ9 = Code(LOINC, "44261-6", "PHQ-9 total score")
PHQ9_TEEN = Code(LOINC, "89204-2", "PHQ-9 modified for teens, total score")
GAD7 = Code(LOINC, "70274-6", "GAD-7 total score")
SCALES = (("phq9", "PHQ-9", (PHQ9, PHQ9_TEEN), 27.0), ("gad7", "GAD-7", (GAD7,), 21.0))


def _scores(codes: tuple[Code, ...], most: float) -> Callable[[Known], list[Result]]:
    return lambda known: results(known, codes, least=0, most=most)


def _last(scores: Callable[[Known], list[Result]]) -> Callable[[Known], Answer]:
    return lambda known: last(known, scores(known), YEAR)


def _slope(scores: Callable[[Known], list[Result]]) -> Callable[[Known], Answer]:
    return lambda known: per_week(known, scores(known), SIX_WEEKS)


def _since(scores: Callable[[Known], list[Result]]) -> Callable[[Known], Answer]:
    def days(known: Known) -> Answer:
        found = scores(known)
        return Answer(float(known.ago(found[-1].fact)), (found[-1].fact,)) if found else Answer(None)

    return days


for _id, _name, _codes, _most in SCALES:
    _asked = _scores(_codes, _most)
    feature(f"{_id}_last", f"last {_name}", "points", "Observation", window=YEAR, worse=1)(_last(_asked))
    feature(
        f"{_id}_slope",
        f"six-week change of the {_name}",
        "points a week",
        "Observation",
        window=SIX_WEEKS,
        worse=1,
    )(_slope(_asked))
    feature(f"days_since_{_id}", f"days since the last {_name}", "days", "Observation", logged=True)(
        _since(_asked)
    )


@feature(
    "cssrs_level",
    "last C-SSRS",
    "0 to 3",
    "Observation",
    window=YEAR,
    worse=1,
    levels=("no risk found", "low", "moderate", "high"),
)
def cssrs_level(known: Known) -> Answer:
    """Its level; a result that is not understood is passed over."""
    return _last_understood(known, CSSRS, risk_level)


@feature(
    "phq9_item9",
    "thoughts of death or self-harm at the last PHQ-9",
    "yes or no",
    "Observation",
    window=YEAR,
    worse=1,
)
def phq9_item9(known: Known) -> Answer:
    return _last_understood(known, (ITEM_9,), is_positive)


def _last_understood(known: Known, codes: tuple[Code, ...], grade: Callable[[Event], int | None]) -> Answer:
    """The grade of the last result of the year that has one."""
    graded = known.once(grade, grade, None)
    for result in reversed(known.within(known.observed(*codes), YEAR)):
        found = graded(result.event)
        if found is not None:
            return Answer(float(found), (result,))
    return Answer(None)
