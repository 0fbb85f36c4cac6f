"""Medicines known from what a pharmacy handed over: fills that follow each other make a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from measures.event import Event
from measures.record import PatientRecord
from measures.shapes import Standing
from smart_app.care.facts import plain, source_path
from smart_app.care.psychotropics import ingredient, psychotropic_class

BREAK_DAYS = 30  # a later fill than so many days after the supply ended begins a new course


@dataclass(frozen=True)
class Filled:
    """One or more fills. `end` is the last day supplied, as far as the fills say; `source` is the latest."""

    name: str
    group: str
    start: date
    end: date
    fills: int
    source: str


def filled(record: PatientRecord) -> tuple[Filled, ...]:
    """The mental health medicines that were handed over, and for which no order is on record."""
    ordered = {ingredient(e.display) for e in record.every("MedicationRequest").sure}
    found: dict[str, list[Event]] = {}
    for event in record.every("MedicationDispense").sure:
        what = ingredient(event.display)
        if event.standing is Standing.DONE and event.day and what and what not in ordered:
            found.setdefault(what, []).append(event)
    return tuple(course for events in found.values() for course in _courses(events))


def _courses(events: list[Event]) -> list[Filled]:
    courses: list[Filled] = []
    for event in sorted(events, key=lambda e: e.day or date.min):
        start = event.day or date.min
        end = start + timedelta(days=max(_days(event) - 1, 0))
        last = courses[-1] if courses else None
        name = plain(event.display)
        if last and start <= last.end + timedelta(days=BREAK_DAYS):
            first, fills = last.start, last.fills + 1
            courses[-1] = Filled(name, last.group, first, max(end, last.end), fills, source_path(event))
        else:
            courses.append(Filled(name, psychotropic_class(name), start, end, 1, source_path(event)))
    return courses


def _days(event: Event) -> int:
    supply = event.source.get("daysSupply")
    number = supply.get("value") if isinstance(supply, Mapping) else None
    return int(number) if isinstance(number, (int, float)) else 1
