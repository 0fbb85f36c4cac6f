"""Time zones by their name in the IANA database, as host EHR files write them."""

from __future__ import annotations

from datetime import UTC, tzinfo
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


@cache
def zone(name: str) -> tzinfo:
    """The zone of this name, such as America/Denver; ValueError, with what is near, for none."""
    if name == "UTC":
        return UTC  # which spares each moment of a record a question
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(name, sorted(available_timezones()), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "write it as in 'America/Denver'"
        raise ValueError(f"there is no time zone {name[:60]!r}; {hint}") from None


def checked_zone(name: str) -> str:
    """The name, if there is such a zone."""
    zone(name)
    return name
