"""Medicines that act on the mind, as bars: one row a medicine, from its first order to its end or to
today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from measures.record import PatientRecord
from smart_app.care.fills import Filled, filled
from smart_app.care.lanes import Lane, Latest, Reading, Shape, Side
from smart_app.care.medicines import Course, courses, short_name
from smart_app.care.scale import Height
from smart_app.care.states import absence
from smart_app.care.wording import count, say_day, say_span, say_when

ROW_PIXELS = 17
MOST_ROWS = 7


@dataclass(frozen=True)
class Medicines:
    place: int = 50

    def lane(self, record: PatientRecord, today: date) -> Lane:
        psychotropic = [course for course in courses(record, today) if course.group]
        rows = _rows(psychotropic)
        ordered = [_reading(course, rows[short_name(course.name)], today) for course in psychotropic]
        fills = filled(record)
        below = {name: len(rows) + number for number, name in enumerate(dict.fromkeys(f.name for f in fills))}
        readings = (*ordered, *(_fill(fill, below[fill.name], today) for fill in fills))
        height = 10 + ROW_PIXELS * max(1, min(len(rows) + len(below), MOST_ROWS))
        return Lane(
            key="medicines",
            label="Medicines",
            about="for mental health",
            side=Side.MIND,
            height=Height(0, 1, height),
            readings=readings,
            joined=False,
            latest=_latest(psychotropic, fills),
            absence=None
            if readings
            else absence(record.gathered, ("MedicationRequest",), "no mental health medicine on record"),
        )


def _rows(psychotropic: list[Course]) -> dict[str, int]:
    """A row for each medicine: those going on first, then the latest ended. Beyond the last row: in the table
    only.
    """
    latest: dict[str, tuple[bool, date]] = {}
    for course in psychotropic:
        rank = course.going_on, course.end or course.start or date.min
        latest[short_name(course.name)] = max(rank, latest.get(short_name(course.name), rank))
    return {name: row for row, name in enumerate(sorted(latest, key=lambda n: latest[n], reverse=True))}


def _reading(course: Course, row: int, today: date) -> Reading:
    until = today if course.going_on else course.end
    return Reading(
        course.start if row < MOST_ROWS else None,
        _say_dates(course, today),
        course.name,
        course.source,
        meaning=", ".join(filter(None, (course.group, course.status))),
        value=0,
        until=until or course.start,
        shape=Shape.BAR,
        tone="" if course.going_on else "ended",
        row=row,
        label=short_name(course.name),
    )


def _fill(fill: Filled, row: int, today: date) -> Reading:
    return Reading(
        fill.start if row < MOST_ROWS else None,
        say_span(fill.start, fill.end, today),
        fill.name,
        fill.source,
        meaning=f"{fill.group}, {count(fill.fills, 'fill')}, no order on record",
        value=0,
        until=min(fill.end, today),
        shape=Shape.BAR,
        tone="" if fill.end >= today else "ended",
        row=row,
        label=short_name(fill.name),
    )


def _say_dates(course: Course, today: date) -> str:
    if course.start is None:
        return say_when(course.event, today)
    if course.going_on:
        return f"since {say_day(course.start, today)}"
    return (
        say_span(course.start, course.end, today)
        if course.end
        else f"{say_day(course.start, today)}, end not recorded"
    )


def _latest(psychotropic: list[Course], fills: tuple[Filled, ...]) -> Latest | None:
    if not psychotropic:
        return Latest(str(len(fills)), word="filled, none ordered", stale=True) if fills else None
    active = {short_name(course.name) for course in psychotropic if course.going_on}
    return Latest(str(len(active)) if active else "none", word="active", stale=not active)


SERIES = Medicines()
