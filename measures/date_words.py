"""Dates in words, the same on every card and page: as much of a date as the record knows, and no more."""

from __future__ import annotations

from datetime import date, timedelta

from measures.time import DAY, Instant, read_instant

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = (date.min - _EPOCH).days, (date.max - _EPOCH).days


def month(day: date) -> str:
    """ "Nov": not strftime, which speaks the server's language."""
    return _MONTHS[day.month - 1]


def say_full_day(day: date) -> str:
    """ "12 Nov 2026": the year is never guessed."""
    return f"{day.day} {month(day)} {day.year}"


def say_known(moment: Instant) -> str:
    """ "12 Nov 2026", or "Nov 2026", or "2026"; empty where not even the year is known."""
    days = _days(moment)
    if days is None:
        return ""
    first, last = days
    if first == last:
        return say_full_day(first)
    return f"{month(first)} {first.year}" if first.month == last.month else str(first.year)


def say_on(moment: Instant) -> str:
    """The same within a sentence: "on 12 Nov 2026", "in Nov 2026"; empty where nothing is known."""
    return _placed(moment, say_known(moment))


def iso_known(moment: Instant) -> str:
    """As much as is known in the standard's own form: "2026-11-12", "2026-11", "2026"; else empty."""
    days = _days(moment)
    if days is None:
        return ""
    first, last = days
    parts = 10 if first == last else 7 if first.month == last.month else 4
    return first.isoformat()[:parts]


def iso_on(moment: Instant) -> str:
    """The same within a sentence: "on 2026-11-12", "in 2026-11"; empty where nothing is known."""
    return _placed(moment, iso_known(moment))


def say_written(text: str) -> str:
    """A FHIR date or dateTime as it stands in a resource, in words; what is none, as it was written."""
    try:
        return say_known(read_instant(text[:10]))
    except ValueError:
        return text


def _placed(moment: Instant, said: str) -> str:
    return f"{'in' if moment.day is None else 'on'} {said}" if said else ""


def _days(moment: Instant) -> tuple[date, date] | None:
    """The first and the last day it may lie on, within one year; None where the year is not known."""
    first, last = moment.earliest // DAY, moment.latest // DAY
    if not _FIRST <= first <= last <= _LAST:
        return None
    days = _EPOCH + timedelta(first), _EPOCH + timedelta(last)
    return days if days[0].year == days[1].year else None
