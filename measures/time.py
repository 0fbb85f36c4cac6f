"""Time as clinical records know it: instants, days, partial dates, open and unknown ends.

Every comparison is three-valued, as in CQL (Appendix B, "Uncertainty"): True, False, or None when the record
cannot say. A moment is the span of milliseconds it may lie in, counted on the wall clock of the record's time
zone: "2025-03" lies somewhere in March, "2025-03-10" somewhere in that day, a full dateTime is one
millisecond.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from typing import NamedTuple

DAY = 86_400_000
"""Milliseconds in a day."""

_EPOCH = date(1970, 1, 1).toordinal()
_QUARTER = 15 * 60 * 1000
_FIRST_DAY, _LAST_DAY = 1 - _EPOCH, date.max.toordinal() - _EPOCH
_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_BEGINNING = -(2**62)
_END = 2**62


class Instant(NamedTuple):
    """A moment known to lie between two milliseconds, both included."""

    earliest: int
    latest: int

    @property
    def day(self) -> date | None:
        """The calendar day, when the record is precise enough to say which."""
        number = self.day_number
        return None if number is None else date.fromordinal(number + _EPOCH)

    @property
    def day_number(self) -> int | None:
        """The same, counted from 1970."""
        first = self.earliest // DAY
        return first if first == self.latest // DAY and _FIRST_DAY <= first <= _LAST_DAY else None

    def by_day(self) -> Instant:
        """The same moment at calendar-day precision, counted in days."""
        return Instant(self.earliest // DAY, self.latest // DAY)


UNKNOWN = Instant(_BEGINNING, _END)
"""A moment the record does not give."""

FOREVER = Instant(_END, _END)
"""The end of what is still going on."""


class Interval(NamedTuple):
    """From one moment to another, both included; a point in time has equal ends."""

    start: Instant
    end: Instant

    def by_day(self) -> Interval:
        """The same at calendar-day precision, counted in days."""
        return Interval(self.start.by_day(), self.end.by_day())


UNDATED = Interval(UNKNOWN, UNKNOWN)


def before(a: Instant, b: Instant) -> bool | None:
    """Whether a is earlier than b."""
    if a.latest < b.earliest:
        return True
    return False if a.earliest >= b.latest else None


def at_or_before(a: Instant, b: Instant) -> bool | None:
    """Whether a is no later than b."""
    if a.latest <= b.earliest:
        return True
    return False if a.earliest > b.latest else None


def both(a: bool | None, b: bool | None) -> bool | None:
    """Kleene's "and"."""
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def either(a: bool | None, b: bool | None) -> bool | None:
    """Kleene's "or"."""
    if a or b:
        return True
    return None if a is None or b is None else False


# Asked thousands of times of one record, so each of the three compares at once instead of calling the above.


def within(moment: Instant, interval: Interval) -> bool | None:
    """Whether the moment lies in the interval."""
    earliest, latest = moment
    start, end = interval
    if start.earliest > latest or earliest > end.latest:
        return False
    return True if start.latest <= earliest and latest <= end.earliest else None


def overlap(a: Interval, b: Interval) -> bool | None:
    """Whether the two have a moment in common."""
    a_start, a_end = a
    b_start, b_end = b
    if a_start.earliest > b_end.latest or b_start.earliest > a_end.latest:
        return False
    return True if a_start.latest <= b_end.earliest and b_start.latest <= a_end.earliest else None


def included(a: Interval, b: Interval) -> bool | None:
    """Whether all of a lies in b."""
    a_start, a_end = a
    b_start, b_end = b
    if b_start.earliest > a_start.latest or a_end.earliest > b_end.latest:
        return False
    return True if b_start.latest <= a_start.earliest and a_end.latest <= b_end.earliest else None


def read_instant(text: str, zone: tzinfo = UTC) -> Instant:
    """A FHIR date or dateTime of any precision, on the wall clock of `zone`.

    Raises ValueError when the text is no date. A time without an offset is taken as the zone's own.
    """
    length = len(text)
    if length > 10:
        return _read_time(text, zone)
    if length == 10:
        start = (date.fromisoformat(text).toordinal() - _EPOCH) * DAY
        return Instant(start, start + DAY - 1)
    if length == 7:
        year, month = int(text[:4]), int(text[5:])
        start = (date(year, month, 1).toordinal() - _EPOCH) * DAY
        return Instant(start, start + calendar.monthrange(year, month)[1] * DAY - 1)
    if length == 4:
        year = int(text)
        return Instant(
            (date(year, 1, 1).toordinal() - _EPOCH) * DAY,
            (date(year, 12, 31).toordinal() - _EPOCH + 1) * DAY - 1,
        )
    raise ValueError(f"{text!r} is not a FHIR date")


def _read_time(text: str, zone: tzinfo) -> Instant:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)  # a wall clock is counted as it stands
        zone = UTC
    since = moment - _FIRST_MOMENT
    millisecond = since.days * DAY + since.seconds * 1000 + since.microseconds // 1000
    if zone is not UTC:
        millisecond += _offset(zone, millisecond // _QUARTER)
    return Instant(millisecond, millisecond)


@lru_cache(maxsize=100_000)
def _offset(zone: tzinfo, quarter: int) -> int:
    """Milliseconds by which the zone's wall clock is ahead of UTC in a quarter of an hour counted from 1970.
    Since 1973 clocks have been changed only between two of them; to ask the zone each time costs as much as
    all else.
    """
    offset = (_FIRST_MOMENT + timedelta(milliseconds=quarter * _QUARTER)).astimezone(zone).utcoffset()
    return 0 if offset is None else offset // timedelta(milliseconds=1)


def day_instant(day: date) -> Instant:
    """Somewhere in this calendar day."""
    start = (day.toordinal() - _EPOCH) * DAY
    return Instant(start, start + DAY - 1)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is shorter (CQL date arithmetic)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_after(moment: Instant, months: int) -> Instant:
    """The same time of day so many calendar months later, or earlier; unknown and endless stay so."""

    def moved(millisecond: int) -> int:
        day, time = divmod(millisecond, DAY)
        if abs(millisecond) >= _END:
            return millisecond
        return (add_months(date.fromordinal(day + _EPOCH), months).toordinal() - _EPOCH) * DAY + time

    return Instant(moved(moment.earliest), moved(moment.latest))


@dataclass(frozen=True)
class Period:
    """A span of whole calendar days, first and last included: a measurement period, a look-back."""

    start: date
    end: date

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @cached_property
    def interval(self) -> Interval:
        """From the first millisecond of the first day to the last of the last."""
        first = day_instant(self.start).earliest
        last = day_instant(self.end).latest
        return Interval(Instant(first, first), Instant(last, last))

    def reaching_back(self, *, years: int = 0, months: int = 0, days: int = 0) -> Period:
        """The same end, but starting earlier by so much."""
        return Period(add_months(self.start, -12 * years - months) - timedelta(days), self.end)

    def first(self, *, months: int) -> Period:
        """The first months of it."""
        return Period(self.start, add_months(self.start, months) - timedelta(1))


def days_between(first: Instant, second: Instant, least: int, most: int) -> bool | None:
    """Whether `second` falls from `least` to `most` calendar days after `first`."""
    one, two = first.by_day(), second.by_day()
    return both(
        at_or_before(Instant(one.earliest + least, one.latest + least), two),
        at_or_before(two, Instant(one.earliest + most, one.latest + most)),
    )


def days_apart(first: Instant, second: Instant) -> int | None:
    """Calendar days from first to second; None when the record is not precise enough."""
    if first.day is None or second.day is None:
        return None
    return (second.earliest // DAY) - (first.earliest // DAY)
