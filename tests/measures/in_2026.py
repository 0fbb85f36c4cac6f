"""What a measure says of a made-up patient in 2026, in short words for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from measures.measure import GapStatus, Measure
from measures.time import Period
from tests.clinic import Resource, chart

YEAR = Period.year(2026)
OPEN, CLOSED, OUT = GapStatus.OPEN, GapStatus.CLOSED, GapStatus.NOT_APPLICABLE
UNKNOWN, DUE = GapStatus.UNKNOWN, GapStatus.PROSPECTIVE


def status(measure: Measure, *events: Resource, as_of: date | None = None, **more: Any) -> GapStatus:
    return measure.evaluate(chart(*events, **more), YEAR, as_of).status


def statuses(measure: Measure, *events: Resource, as_of: date | None = None, **more: Any) -> list[GapStatus]:
    """Of each group."""
    return [group.status for group in measure.evaluate(chart(*events, **more), YEAR, as_of).groups]
