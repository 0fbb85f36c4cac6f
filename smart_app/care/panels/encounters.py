"""Encounters: what is booked, and the latest that took place."""

from __future__ import annotations

from datetime import date

from smart_app.care.material import Material
from smart_app.care.panel import Group, Line, Panel
from smart_app.care.visits import Visit, VisitKind, visits
from smart_app.care.wording import say_day


def encounters(material: Material) -> tuple[Group, ...]:
    record, today = material.record, material.today
    every = visits(record)
    booked = [Line(b.what, say_day(b.day, today), b.who, b.source) for b in material.bookings]
    planned = [_line(v, today) for v in reversed(every) if v.planned and v.start and v.start >= today]
    ahead = (*booked, *planned)
    past = tuple(_line(v, today) for v in every if not v.planned)
    latest = Group("Latest" if ahead else "", past, kinds=("Encounter",))
    return (Group("Booked", ahead), latest) if ahead else (latest,)


def _line(visit: Visit, today: date) -> Line:
    kind = "" if visit.kind is VisitKind.OTHER else visit.kind.value
    return Line(
        visit.what,
        visit.say_dates(today),
        detail=" · ".join(dict.fromkeys(filter(None, (kind, visit.why, visit.who)))),
        source=visit.source,
        tone="watch" if kind else "",
    )


PANEL = Panel(
    key="encounters",
    title="Encounters",
    place=50,
    kinds=("Encounter", "Appointment"),
    none="None found: no encounter on record.",
    fill=encounters,
)
