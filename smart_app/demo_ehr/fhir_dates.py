"""FHIR dates as the stretch of time they cover, and how a search prefix compares two stretches.

A date without a zone is taken as UTC: this server's zone. (FHIR R4, search.html#date)
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Any

Span = tuple[datetime, datetime]  # [start, end)

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)
PREFIXES = ("eq", "ne", "lt", "gt", "le", "ge", "sa", "eb")

_DATE = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"(T(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.(?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?$"
)


def span(text: str) -> Span:
    """The time that "2026", "2026-11", "2026-11-12" or "2026-11-12T09:30:00-05:00" covers.

    Raises ValueError for anything else.
    """
    found = _DATE.match(text)
    if not found:
        raise ValueError(f"{text!r} is not a FHIR date")
    part = found.groupdict()
    year, month, day = int(part["year"]), int(part["month"] or 1), int(part["day"] or 1)
    if part["hour"] is None:
        start = datetime(year, month, day, tzinfo=UTC)
        days = 1 if part["day"] else monthrange(year, month)[1] if part["month"] else _days_in(year)
        return start, _after(start, timedelta(days=days))
    zone = "+00:00" if part["zone"] in (None, "Z") else part["zone"]
    micro = ((part["fraction"] or "") + "000000")[:6]
    clock = f"{part['hour']}:{part['minute']}:{part['second'] or '00'}.{micro}"
    start = datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{clock}{zone}")
    if part["fraction"]:
        covers = timedelta(milliseconds=1)
    else:
        covers = timedelta(seconds=1) if part["second"] else timedelta(minutes=1)
    return start, _after(start, covers)


def spans_in(value: Any) -> Span | None:
    """What a resource's date, dateTime, instant or Period covers; None when it holds no readable date."""
    try:
        if isinstance(value, str):
            return span(value)
        if isinstance(value, dict) and ("start" in value or "end" in value):
            start = span(value["start"])[0] if value.get("start") else BEGINNING
            return start, span(value["end"])[1] if value.get("end") else END
    except (ValueError, TypeError):
        return None
    return None


def prefixed(text: str) -> tuple[str, Span]:
    """("ge", span) of "ge2026-01-01"; no prefix means eq. An unencoded "+" arrives as a space."""
    prefix, rest = (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)
    return prefix, span(rest.replace(" ", "+"))


def matches(prefix: str, asked: Span, held: Span) -> bool:
    """Whether what the resource holds answers what was asked, by the R4 table of prefixes."""
    inside = asked[0] <= held[0] and held[1] <= asked[1]
    after, before = held[1] > asked[1], held[0] < asked[0]
    return {
        "eq": inside,
        "ne": not inside,
        "gt": after,
        "lt": before,
        "ge": after or inside,
        "le": before or inside,
        "sa": held[0] >= asked[1],
        "eb": held[1] <= asked[0],
    }[prefix]


def _days_in(year: int) -> int:
    return 366 if monthrange(year, 2)[1] == 29 else 365


def _after(start: datetime, covers: timedelta) -> datetime:
    try:
        return start + covers
    except OverflowError:  # the last day, month or year there is
        return END
