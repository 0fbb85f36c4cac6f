"""Which days of a window supplies of medicine cover together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from measures.event import Event
from measures.events import Events
from measures.time import DAY, Interval, before

Lasting = Callable[[Event], "Interval | None"]
"""Which days one supply covers, as `request_period` and `dispense_period` say."""


@dataclass(frozen=True)
class Cover:
    """On how many calendar days of the window there is certainly a supply, and which supplies these are.

    `unsure` are those of unknown date or length that may add to the days, with the types not gathered.
    """

    days: int
    used: Events
    unsure: Events

    def at_least(self, days: int) -> Events:
        """The supplies, provided they cover so many days."""
        if self.days >= days:
            return self.used
        return self.unsure if self.unsure.truth is None else Events()


def cover(medicines: Iterable[Events], lasting: Lasting, window: Interval) -> Cover:
    """What the supplies of each medicine cover of the window.

    Supplies of one medicine are laid end to end: what is fetched early is used later, neither lost nor
    counted twice (CumulativeMedicationDuration "rolloutIntervals"). A day covered by two medicines counts
    once.
    """
    covered: set[int] = set()
    used: list[Event] = []
    unsure = Events()
    last_day = window.end.by_day()
    for supplies in medicines:
        known = {e: days for e in supplies.sure if (days := _whole_days(lasting(e)))}
        for event, days in _end_to_end(known):
            inside = range(max(days.start, window.start.latest // DAY), min(days.stop, _after(window)))
            covered.update(inside)
            used += [event] if inside else []
        rest = Events((), [e for e in (*supplies.sure, *supplies.maybe) if e not in known], supplies.unread)
        unsure = unsure + rest.where(lambda e: before(last_day, e.start.by_day()) is not True)
    return Cover(len(covered), Events(used), unsure)


def by_product(supplies: Events) -> list[Events]:
    """The supplies of each product by itself: those that name the same codes, or the same Medication."""
    products: dict[object, set[Event]] = {}
    for supply in (*supplies.sure, *supplies.maybe):
        products.setdefault(_product(supply), set()).add(supply)
    return [supplies.where(held.__contains__) for held in products.values()] or [supplies]


def _product(supply: Event) -> object:
    return tuple(supply.codes) or str(supply.source.get("medicationReference"))


def _after(window: Interval) -> int:
    """The first day after the window."""
    return window.end.earliest // DAY + 1


def _whole_days(period: Interval | None) -> range | None:
    """The days of a period, counted from 1970; None unless the record says on which it begins and ends."""
    if period is None:
        return None
    first, last = period.start.day_number, period.end.day_number
    return None if first is None or last is None else range(first, last + 1)


def _end_to_end(known: dict[Event, range]) -> Iterable[tuple[Event, range]]:
    """Each put off until the one before is used up."""
    end: int | None = None
    for event, days in sorted(known.items(), key=lambda pair: pair[1].start):
        start = days.start if end is None else max(days.start, end)
        end = start + len(days)
        yield event, range(start, end)
