"""The risk of a crisis as the page shows it: a number that says what it is, and the reasons it is made of.

The page computes nothing here. Whoever scores hands over a RiskLine: a probability ("24 in 100") when the
score is calibrated, else points with a label that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from measures.risk.wording import in_100, say_points
from smart_app.care.risk_course import Course
from smart_app.care.wording import count, say_day

SHOWN_AT_ONCE = 3  # reasons
LEAST_SHARE = 4  # percent of the bar's width: the smallest reason can still be seen


@dataclass(frozen=True)
class Reason:
    """One part of the score. `points` add up to the score; `source` is the path of the fact behind it."""

    says: str
    points: float
    source: str = ""
    share: int = 0  # percent of the largest reason's points

    @property
    def says_points(self) -> str:
        return f"{round(self.points, 2):+g}".replace("-", "−")


@dataclass(frozen=True)
class Horizon:
    """One number of the top row: "24" "in 100" "next 30 days"."""

    value: str
    unit: str
    label: str


@dataclass(frozen=True)
class Beside:
    """Another outcome in one line: what may come, how likely by when, what weighs most, and who says so."""

    says: str
    values: tuple[str, ...]
    reasons: tuple[Reason, ...]
    by: str


@dataclass(frozen=True)
class RiskLine:
    """`label` says what kind of number it is ("expert points: not a probability"); it is always shown.

    `trend` is "▲ from 15" with `since` its day; `missing` are the inputs the record could not give, without
    which the score may be too low.
    """

    title: str
    horizons: tuple[Horizon, ...]
    reasons: tuple[Reason, ...]
    label: str
    trend: str = ""
    since: str = ""
    tone: str = ""  # "", "watch" or "high"
    missing: tuple[str, ...] = ()
    computed: str = ""
    course: Course | None = None
    beside: tuple[Beside, ...] = ()

    @property
    def first(self) -> tuple[Reason, ...]:
        return self.reasons[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> tuple[Reason, ...]:
        return self.reasons[SHOWN_AT_ONCE:]


def probabilities(
    title: str,
    chances: Sequence[tuple[int, float]],
    reasons: Sequence[Reason],
    label: str,
    *,
    before: tuple[float, date] | None = None,
    missing: Sequence[str] = (),
    computed: str = "",
    today: date,
) -> RiskLine:
    """A calibrated score: `chances` are (days, probability from 0 to 1), the nearest horizon first.

    `before` is the probability for the nearest horizon at an earlier day. Whole percent; what is neither 0
    nor 1 is never rounded to them.
    """
    horizons = [Horizon(in_100(p), "in 100", f"next {count(days, 'day')}") for days, p in chances]
    change = _Change(chances[0][1], before, in_100)
    return _line(title, horizons, reasons, label, change, missing, today, computed)


def points(
    title: str,
    total: float,
    most: float,
    reasons: Sequence[Reason],
    label: str,
    *,
    before: tuple[float, date] | None = None,
    missing: Sequence[str] = (),
    computed: str = "",
    today: date,
) -> RiskLine:
    """A score that is no probability: so many points of the most there can be."""
    change = _Change(total, before, say_points)
    top = Horizon(change.say(total), f"of {most:g}", "points")
    return _line(title, [top], reasons, label, change, missing, today, computed)


class _Change(NamedTuple):
    """A number, what it was on an earlier day, and how such a number is said."""

    now: float
    before: tuple[float, date] | None
    say: Callable[[float], str]

    @property
    def trend(self) -> str:
        if self.before is None:
            return ""
        then = self.say(self.before[0])
        if self.say(self.now) == then:
            return f"as before: {then}"
        return f"{'▲' if self.now > self.before[0] else '▼'} from {then}"


def _line(
    title: str,
    horizons: Sequence[Horizon],
    reasons: Sequence[Reason],
    label: str,
    change: _Change,
    missing: Sequence[str],
    today: date,
    computed: str,
) -> RiskLine:
    before = change.before
    return RiskLine(
        title,
        tuple(horizons),
        _ranked(reasons),
        label,
        trend=change.trend,
        since=say_day(before[1], today) if before else "",
        tone="high" if before and change.now > before[0] else "",
        missing=tuple(missing),
        computed=computed,
    )


def _ranked(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The weightiest first, each with its share of the weightiest."""
    most = max((abs(reason.points) for reason in reasons), default=0) or 1
    return tuple(
        Reason(r.says, r.points, r.source, max(round(abs(r.points) / most * 100), LEAST_SHARE))
        for r in sorted(reasons, key=lambda r: -abs(r.points))
    )
