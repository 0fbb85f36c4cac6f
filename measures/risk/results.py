"""Measured numbers as of a day: the last, and how fast they change."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from measures.event import Event
from measures.quantity import Quantity
from measures.risk.as_of import Fact, Known
from measures.risk.feature import Answer
from measures.terminology import Code


class Result(NamedTuple):
    """One number, in the feature's unit."""

    number: float
    fact: Fact


def of_value(event: Event) -> float | None:
    value = event.value
    return value.number if value else None


def results(
    known: Known,
    codes: tuple[Code, ...],
    *,
    least: float,
    most: float,
    number: Callable[[Event], float | None] = of_value,
) -> list[Result]:
    """The results with one of the codes, the latest last; those no living patient can have are left out."""

    def found() -> list[Result]:
        read = known.once(codes, number, None)
        numbers = [(read(fact.event), fact) for fact in known.observed(*codes)]
        return [
            Result(value, fact) for value, fact in numbers if value is not None and least <= value <= most
        ]

    return known.remember(codes, found)


def last(known: Known, found: Sequence[Result], days: int) -> Answer:
    """The last number, if it is of the last so many days."""
    if not found or known.ago(found[-1].fact) >= days:
        return Answer(None)
    return Answer(found[-1].number, (found[-1].fact,))


def per_week(known: Known, found: Sequence[Result], days: int) -> Answer:
    """The least-squares slope a week over the last so many days; not known without two days of results."""
    return _slope(known, found, days, 7.0)


def per_year(known: Known, found: Sequence[Result], days: int) -> Answer:
    """The least-squares slope a year; not known without two days of results."""
    return _slope(known, found, days, 365.25)


def _slope(known: Known, found: Sequence[Result], days: int, unit: float) -> Answer:
    first = known.today - days + 1
    recent = [result for result in found if result.fact.day >= first]
    if len({result.fact.day for result in recent}) < 2:
        return Answer(None)
    x = [result.fact.day / unit for result in recent]
    middle = math.fsum(x) / len(x)
    mean = math.fsum(result.number for result in recent) / len(recent)
    spread = math.fsum((day - middle) ** 2 for day in x)
    slope = math.fsum((day - middle) * (r.number - mean) for day, r in zip(x, recent, strict=True)) / spread
    return Answer(slope, tuple(result.fact for result in recent))


def percent_a1c(quantity: Quantity | None) -> float | None:
    """A1c in percent (NGSP) whether it was sent so or in mmol/mol (IFCC)."""
    if quantity is None:
        return None
    return quantity.number / 10.929 + 2.15 if quantity.unit.startswith("mmol") else quantity.number
