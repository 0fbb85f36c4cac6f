"""How the risk went, as a small drawing with a table that says the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from measures.risk.course import Said, horizons
from measures.risk.score import HORIZONS
from measures.risk.wording import in_100, say_points
from smart_app.care.wording import count, say_day

WIDTH, HEIGHT = 1000, 44  # units of the drawing; stretched to the width there is
_EDGE = 3  # units above and below, so that a line is not cut


@dataclass(frozen=True)
class CourseLine:
    """One horizon, drawn: `name` is "30 days" or "points", `key` its style."""

    name: str
    key: str
    path: str


@dataclass(frozen=True)
class CourseRow:
    """One day of the table."""

    when: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """`says` is the drawing in one sentence; `most` is what its upper edge stands for."""

    says: str
    lines: tuple[CourseLine, ...]
    rows: tuple[CourseRow, ...]
    most: str
    height: int = HEIGHT
    width: int = WIDTH

    @property
    def first(self) -> str:
        return self.rows[-1].when

    @property
    def last(self) -> str:
        return self.rows[0].when


def drawn_course(told: Sequence[Said], today: date, wanted: Collection[int] = HORIZONS) -> Course | None:
    """Of the horizons that are wanted; points have none. None for fewer than two days: there is no course to
    draw. The table has the latest first.
    """
    asked = [one for one in horizons(told) if one in wanted or not one]
    if len(told) < 2 or not asked:
        return None
    most = max(one.at[horizon] for one in told for horizon in asked) or 1.0
    first, last = told[0].day, told[-1].day
    names = [count(horizon, "day") if horizon else "points" for horizon in asked]
    lines = tuple(
        CourseLine(name, f"h{horizon}", _path(told, horizon, most, first, last))
        for name, horizon in zip(names, asked, strict=True)
    )
    rows = tuple(
        CourseRow(say_day(one.day, today), tuple(_said(one.at[horizon], horizon) for horizon in asked))
        for one in reversed(told)
    )
    ways = [f"{name}: {_way(told, horizon)}" for name, horizon in zip(names, asked, strict=True)]
    unit = " in 100" if asked[0] else ""
    since = f"From {say_day(first, today)} to {say_day(last, today)}"
    return Course(f"{since}, {', '.join(ways)}{unit}.", lines, rows, _said(most, asked[0]))


def _path(told: Sequence[Said], horizon: int, most: float, first: date, last: date) -> str:
    days = (last - first).days
    points = []
    for one in told:
        x = round((one.day - first).days / days * WIDTH)
        y = round(HEIGHT - _EDGE - one.at[horizon] / most * (HEIGHT - 2 * _EDGE), 1)
        points.append(f"{x} {y:g}")
    return "M" + "L".join(points)


def _way(told: Sequence[Said], horizon: int) -> str:
    """ "15 to 24", or "still 24"."""
    ends = [_said(one.at[horizon], horizon) for one in (told[0], told[-1])]
    return f"still {ends[0]}" if ends[0] == ends[1] else " to ".join(ends)


def _said(number: float, horizon: int) -> str:
    return in_100(number) if horizon else say_points(number)
