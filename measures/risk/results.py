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
    """One number, in the feature's unit; None where the record tells only a bound of it (">14")."""

    number: float | None
    fact: Fact


def of_value(event: Event) -> Quantity | None:
    return event.value


def results(
    known: Known,
    codes: tuple[Code, ...],
    *,
    least: float,
    most: float,
    read: Callable[[Event], Quantity | None] = of_value,
) -> list[Result]:
    """The results with one of the codes, the latest last; those no living patient can have are left out."""

    def found() -> list[Result]:
        once = known.once(codes, read, None)
        quantities = [(once(fact.event), fact) for fact in known.observed(*codes)]
        return [
            Result(None if quantity.comparator else quantity.number, fact)
            for quantity, fact in quantities
            if quantity is not None and least <= quantity.number <= most
        ]

    return known.remember(codes, found)


def last(known: Known, found: Sequence[Result], days: int) -> Answer:
    """The last number, if it is of the last so many days. Of a bound none, nor an earlier one instead."""
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
    recent = [(one.number, one.fact) for one in found if one.fact.day >= first and one.number is not None]
    if len({fact.day for _, fact in recent}) < 2:
        return Answer(None)
    x = [fact.day / unit for _, fact in recent]
    middle = math.fsum(x) / len(x)
    mean = math.fsum(number for number, _ in recent) / len(recent)
    spread = math.fsum((day - middle) ** 2 for day in x)
    slope = (
        math.fsum((day - middle) * (number - mean) for day, (number, _) in zip(x, recent, strict=True))
        / spread
    )
    return Answer(slope, tuple(fact for _, fact in recent))


def percent_a1c(quantity: Quantity | None) -> Quantity | None:
    """A1c in percent (NGSP) whether it was sent so or in mmol/mol (IFCC)."""
    if quantity is None or not quantity.unit.startswith("mmol"):
        return quantity
    return quantity._replace(number=quantity.number / 10.929 + 2.15, unit="%")
