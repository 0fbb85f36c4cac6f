"""Moving an old export to today: every date of the set by the same whole number of days.

A demo on records that end years ago would show nothing but overdue care. Distances between
dates, times of day and zones stay as recorded; so does everybody's age at each event.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

Resource = dict[str, Any]

STALE_DAYS = 365  # a set whose newest record is older than this is moved
NEWEST_DAYS_AGO = 3  # where the newest record lands

# When something happened or was written down; the first element that is there, as R4 and STU3 name it.
RECORDED = (
    "effectiveDateTime", "effectivePeriod", "performedDateTime", "performedPeriod",
    "occurrenceDateTime", "authoredOn", "whenHandedOver", "recordedDate", "assertedDate",
    "onsetDateTime", "period", "started", "date",
)  # fmt: skip

_FULL = re.compile(r"(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}.*)?")
_PARTIAL = re.compile(r"\d{4}(-\d{2})?")
_DATE_NAME = re.compile(
    r"date|Date|start|end|onset|abatement|issued|authoredOn|recorded|created|performed|effective"
)
_NOT_DATES = {
    "value",
    "valueString",
    "reference",
    "url",
    "system",
    "code",
    "display",
    "text",
    "div",
    "data",
    "id",
}


def recorded_on(resource: Resource) -> date | None:
    """The day a clinical resource tells of; None for a Patient, or when it tells no full date."""
    if resource["resourceType"] == "Patient":
        return None
    for name in RECORDED:
        value = resource.get(name)
        if isinstance(value, dict):
            value = value.get("start")
        if isinstance(value, str) and _FULL.fullmatch(value):
            try:
                return date.fromisoformat(value[:10])
            except ValueError:  # 2019-02-30
                return None
    return None


def days_to_move(newest: date | None, today: date) -> int:
    """0 for a set that is fresh enough (or tells no day), else the whole days that bring it to today."""
    age = (today - newest).days if newest else 0
    return age - NEWEST_DAYS_AGO if age > STALE_DAYS else 0


def move(resource: Resource, days: int) -> Resource:
    """The resource itself with every date `days` later; a partial date keeps its precision."""
    nodes: list[tuple[str, Any]] = [("", resource)]  # by hand, not by recursion: depth is the file's choice
    while nodes:
        name, node = nodes.pop()
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            called = key if isinstance(key, str) else name
            if isinstance(value, str):
                if called not in _NOT_DATES:
                    node[key] = _moved(value, days, called)
            elif isinstance(value, dict | list):
                nodes.append((called, value))
    return resource


def _moved(text: str, days: int, name: str) -> str:
    try:
        if full := _FULL.fullmatch(text):
            return _later(full[1], days) + (full[2] or "")
        if _PARTIAL.fullmatch(text) and _DATE_NAME.search(name):
            middle = f"{text}-15" if len(text) == len("2019-04") else f"{text}-07-01"
            return _later(middle, days)[: len(text)]
    except (ValueError, OverflowError):  # 2019-02-30, or a year past 9999: whoever reads it will say so
        return text
    return text


def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
