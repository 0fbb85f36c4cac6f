"""Whether a model still holds on the panel it scores: the drift of a night, and month by month how many
events came against how many were expected.

A month is told by the first night of it that was scored, each patient once, at the nearest horizon. Months
with too few events are told together: a ratio of three events says nothing, and might name somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any, TypeVar

from measures.risk.drift import SCORE

FEWEST_PATIENTS = 200  # with fewer, chance alone makes an index look like drift
FEWEST_EVENTS = 11  # of a period: fewer are not shown
LOW, HIGH = 0.8, 1.25  # observed over expected: outside, with the interval off 1, it is an alarm
TRAINED_DAYS = 365
"""For so long a model's training is recent; after that its scores say that they are stale."""

_Z = 1.96
One = TypeVar("One")


@dataclass(frozen=True)
class Night:
    """A panel as it was scored on a day. `drift` is as `measures/risk/drift.py` tells it; of the expert
    points against the first night, with the shares that were counted: they have no training to hold them.
    """

    as_of: date
    patients: int
    abstained: int
    drift: tuple[dict[str, Any], ...] = ()

    @property
    def enough(self) -> bool:
        """Whether so many patients were scored that their drift says something."""
        return self.patients - self.abstained >= FEWEST_PATIENTS

    @property
    def score(self) -> dict[str, Any] | None:
        """The drift of the score itself."""
        return next((one for one in self.drift if one["input"] == SCORE), None)

    def standing(self, stands: str) -> tuple[dict[str, Any], ...]:
        """The inputs, and the score, that stand so: "alarm", "watch" or "stable"."""
        return tuple(one for one in self.drift if one["stands"] == stands) if self.enough else ()


@dataclass(frozen=True)
class Month:
    """What was foretold on one day, and what came of it within the horizon."""

    as_of: date
    patients: int
    expected: float
    observed: int


@dataclass(frozen=True)
class BandMonth:
    """Of the patients with so many points on one day (`measures/risk/bands.py`), how many had the event."""

    as_of: date
    band: int
    patients: int
    observed: int


@dataclass(frozen=True)
class Period:
    """Months told together. `ratio` is observed over expected with its 95 % interval; all three are None
    while there are too few events to tell.
    """

    first: date
    last: date
    patients: int
    expected: float
    observed: int
    ratio: float | None
    low: float | None
    high: float | None

    @property
    def stands(self) -> str:
        """ "as expected", "more than expected", "fewer than expected", or "too few to tell"."""
        if self.ratio is None or self.low is None or self.high is None:
            return "too few to tell"
        if self.low > 1 and self.ratio > HIGH:
            return "more than expected"
        return "fewer than expected" if self.high < 1 and self.ratio < LOW else "as expected"


@dataclass(frozen=True)
class Watched:
    """What is known of one model on one panel; no night where it has scored no panel there. `stale` says why
    its scores are called so. The expert points are not `trained`: they have `bands` instead of periods, and
    are compared with the `first` night that had patients enough.
    """

    night: Night | None = None
    earlier: tuple[Night, ...] = ()
    periods: tuple[Period, ...] = ()
    stale: str = ""
    trained: bool = True
    bands: tuple[BandMonth, ...] = ()
    first: date | None = None


def periods(months: Iterable[Month]) -> tuple[Period, ...]:
    """The months in order, as many together as it takes to have events enough; the last may lack some."""
    ordered = sorted(months, key=lambda one: one.as_of)
    return tuple(_period(held) for held in together(ordered, lambda month: month.observed))


def together(months: Iterable[One], events: Callable[[One], int]) -> Iterator[list[One]]:
    """As many in a row as it takes to have FEWEST_EVENTS; the last may lack some."""
    held: list[One] = []
    for month in months:
        held.append(month)
        if sum(map(events, held)) >= FEWEST_EVENTS:
            yield held
            held = []
    if held:
        yield held


def _period(months: Sequence[Month]) -> Period:
    observed, expected = sum(one.observed for one in months), sum(one.expected for one in months)
    told = expected > 0 and (observed >= FEWEST_EVENTS or (observed == 0 and expected >= FEWEST_EVENTS))
    low, high = interval(observed, expected) if told else (None, None)
    return Period(
        months[0].as_of,
        months[-1].as_of,
        sum(one.patients for one in months),
        expected,
        observed,
        observed / expected if told else None,
        low,
        high,
    )


def interval(observed: int, expected: float) -> tuple[float, float]:
    """The 95 % interval of observed over expected, by Byar's approximation (Breslow and Day 1987, 2.13)."""
    low = observed * (1 - 1 / (9 * observed) - _Z / (3 * sqrt(observed))) ** 3 if observed else 0.0
    more = observed + 1
    high = more * (1 - 1 / (9 * more) + _Z / (3 * sqrt(more))) ** 3
    return low / expected, high / expected


def why_stale(trained_on: date | None, day: date, night: Night | None, told: Sequence[Period]) -> str:
    """Why scores of a model are to be called stale, in words; empty while they are not.

    Inputs that drift are told to whoever watches; a score is stale when the scores themselves have drifted,
    when events no longer come as foretold, or when the training lies too far back.
    """
    if trained_on is not None and day > trained_on + timedelta(TRAINED_DAYS):
        return f"trained on {trained_on}, more than {TRAINED_DAYS} days ago"
    if night is not None and night.score in night.standing("alarm"):
        return f"the scores of {night.as_of} are spread otherwise than at training"
    last = next((one for one in reversed(told) if one.ratio is not None), None)
    if last is not None and last.stands != "as expected":
        return f"{last.stands.removesuffix(' than expected')} events came than expected since {last.first}"
    return ""
