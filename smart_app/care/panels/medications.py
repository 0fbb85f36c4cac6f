"""Medicines: what is taken now, with directions, and what ended in the last year."""

from __future__ import annotations

from datetime import date

from measures.time import add_months
from smart_app.care.fills import Filled, filled
from smart_app.care.material import Material
from smart_app.care.medicines import Course, courses, short_name
from smart_app.care.panel import Group, Line, Panel
from smart_app.care.wording import count, say_day, say_moment, say_span


def medications(material: Material) -> tuple[Group, ...]:
    """Each medicine once: the latest order for it. Those for mental health come first."""
    record, today = material.record, material.today
    latest = {short_name(course.name): course for course in courses(record, today)}.values()
    active = sorted(
        (c for c in latest if c.going_on), key=lambda c: (not c.group, short_name(c.name).lower())
    )
    year_ago = add_months(today, -12)
    ended = [c for c in latest if not c.going_on and (c.end or c.start or date.min) >= year_ago]
    ended.sort(key=lambda c: c.end or c.start or date.min, reverse=True)
    fills = tuple(_filled(fill, today) for fill in filled(record) if fill.end >= year_ago)
    return (
        Group("Active", tuple(_line(course, today) for course in active), none="No active medicine found."),
        Group("Ended in 12 months", tuple(_line(course, today) for course in ended)),
        *([Group("Filled, not ordered here", fills)] if fills else []),
    )


def _filled(fill: Filled, today: date) -> Line:
    supplied = say_span(fill.start, fill.end, today)
    return Line(short_name(fill.name), supplied, f"{fill.group} · {count(fill.fills, 'fill')}", fill.source)


def _line(course: Course, today: date) -> Line:
    overdue = course.days_overdue(today)
    supply = f"supply ended {count(overdue, 'day')} ago" if overdue else ""
    return Line(
        short_name(course.name),
        note=_note(course, today),
        detail=" · ".join(filter(None, (course.directions, course.group, supply))),
        source=course.source,
        tone="watch" if overdue else "" if course.going_on else "soft",
    )


def _note(course: Course, today: date) -> str:
    if course.start is None:
        known = say_moment(course.event.start, today)
        since = f"since {known}" if course.going_on else f"{course.status}, from {known}"
        return since if known else course.status
    if course.going_on:
        return f"since {say_day(course.start, today)}"
    dates = (
        say_span(course.start, course.end, today) if course.end else f"from {say_day(course.start, today)}"
    )
    return f"{course.status}, {dates}"


PANEL = Panel(
    key="medications",
    title="Medications",
    place=20,
    kinds=("MedicationRequest",),
    none="None found: no medicine on record.",
    fill=medications,
)
