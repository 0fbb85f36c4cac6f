"""The two axes of a timeline: one shared time axis, and each lane's own height."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from measures.date_words import month
from measures.time import add_months

Span = Literal["3m", "12m", "all"]
SPANS: tuple[Span, ...] = get_args(Span)
SPAN_WORDS: dict[Span, str] = {"3m": "3 m", "12m": "12 m", "all": "All"}
SPAN_TITLES: dict[Span, str] = {"3m": "Three months", "12m": "Twelve months", "all": "All of the record"}

_TODAY_AT = 99.0  # percent of the plot's width: a little air to the right of today
_MOST_YEARS_TICKED = 10


@dataclass(frozen=True)
class Tick:
    """A line of the time axis. `minor` ticks lose their label on a narrow screen."""

    x: float
    label: str
    minor: bool


@dataclass(frozen=True)
class Window:
    """The days a timeline shows, first and last (today) included."""

    span: Span
    start: date
    end: date

    @classmethod
    def of(cls, span: Span, today: date, earliest: date | None = None) -> Window:
        """The window of a span; "all" reaches back to the earliest fact, a year at least."""
        year_ago = add_months(today, -12)
        if span == "3m":
            return cls(span, add_months(today, -3), today)
        if span == "12m" or earliest is None:
            return cls(span, year_ago, today)
        return cls(span, min(earliest, year_ago), today)

    def holds(self, day: date) -> bool:
        return self.start <= day <= self.end

    def x(self, day: date) -> float:
        """Where a day stands, in percent of the plot's width; days outside stand at its edge."""
        share = (day - self.start).days / max((self.end - self.start).days, 1)
        return round(min(max(share, 0.0), 1.0) * _TODAY_AT, 2)

    def ticks(self) -> tuple[Tick, ...]:
        """Fortnights, months, quarters or years, whichever leaves room for the labels."""
        days = (self.end - self.start).days
        if days <= 125:
            return tuple(self._fortnights())
        if days <= 460:
            return tuple(self._months(step=1))
        if days <= 4 * 366:
            return tuple(self._months(step=3))
        return tuple(self._years())

    def _fortnights(self) -> Iterator[Tick]:
        for first in self._firsts():
            for day in (first, first.replace(day=15)):
                if self.holds(day):
                    yield Tick(
                        self.x(day), month(day) if day.day == 1 else f"15 {month(day)}", minor=day.day != 1
                    )

    def _months(self, step: int) -> Iterator[Tick]:
        for first in self._firsts():
            if self.holds(first) and (first.month - 1) % step == 0:
                label = str(first.year) if first.month == 1 else month(first)
                yield Tick(self.x(first), label, minor=(first.month - 1) // step % 2 == 1)

    def _years(self) -> Iterator[Tick]:
        step = max(1, -(-(self.end.year - self.start.year) // _MOST_YEARS_TICKED))
        for year in range(self.start.year + 1, self.end.year + 1):
            if (self.end.year - year) % step == 0:
                yield Tick(self.x(date(year, 1, 1)), str(year), minor=(self.end.year - year) // step % 2 == 1)

    def _firsts(self) -> Iterator[date]:
        first = self.start.replace(day=1)
        while first <= self.end:
            yield first
            first = add_months(first, 1)


@dataclass(frozen=True)
class Height:
    """A lane's own axis: values between low and high over so many CSS pixels, high at the top."""

    low: float
    high: float
    pixels: int
    margin: int = 6

    def y(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return round(
            self.pixels - self.margin - min(max(share, 0.0), 1.0) * (self.pixels - 2 * self.margin), 1
        )

    def stretched(self, values: tuple[float, ...], least: float = 0) -> Height:
        """The same height with room for all the values, and a span of `least` at the least."""
        low, high = min((self.low, *values)), max((self.high, *values))
        air = max(0.0, least - (high - low)) / 2
        return Height(low - air, high + air, self.pixels, self.margin)

    def fitted(self, values: tuple[float, ...], least: float = 0) -> Height:
        """The same pixels for the values alone, wherever they lie."""
        return Height(min(values), max(values), self.pixels, self.margin).stretched((), least)
