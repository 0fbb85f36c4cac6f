"""What time it is. Nothing outside this package reads a clock: times are handed down as arguments."""

import time
from datetime import UTC, date, datetime, tzinfo


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: tzinfo = UTC) -> date:
    """The calendar day in a zone; a clinic's evening in Denver is already tomorrow in UTC."""
    return datetime.now(zone).date()


def monotonic() -> float:
    """Seconds on a clock that only moves forward, for measuring how long something took."""
    return time.monotonic()
