"""Problems: behavioral and physical side by side; what is over is said to be over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from measures.event import Event
from measures.shapes import Standing
from measures.statuses import clinical_status
from measures.time import FOREVER
from smart_app.care.facts import begun_by, plain, source_path
from smart_app.care.material import Material
from smart_app.care.panel import Group, Line, Panel
from smart_app.care.problem_kinds import ProblemKind, problem_kind
from smart_app.care.wording import say_moment, say_when

_OVER = frozenset({"resolved", "inactive", "remission"})


def problems(material: Material) -> tuple[Group, ...]:
    record, today = material.record, material.today
    found = [e for e in record.every("Condition").sure if e.standing is Standing.DONE]
    return (
        Group("Behavioral", _lines((e for e in found if problem_kind(e) is ProblemKind.BEHAVIORAL), today)),
        Group("Physical", _lines((e for e in found if problem_kind(e) is ProblemKind.PHYSICAL), today)),
    )


def _lines(conditions: Iterable[Event], today: date) -> tuple[Line, ...]:
    """Each problem once, however many encounters list it: the one that still stands, else the latest."""
    by_name: dict[str, Event] = {}
    for event in sorted(conditions, key=lambda e: (not is_over(e), begun_by(e))):
        by_name[plain(event.display).lower()] = event
    ordered = sorted(by_name.values(), key=lambda e: (is_over(e), -begun_by(e)))
    return tuple(_line(event, today) for event in ordered)


def _line(event: Event, today: date) -> Line:
    status = clinical_status(event.source)
    over = is_over(event)
    since = say_when(event, today)
    ended = "" if status else f"to {say_moment(event.end, today)}"
    note = status or ended if over else f"since {since}" if since != "undated" else ""
    return Line(plain(event.display), note, source=source_path(event), tone="soft" if over else "")


def is_over(event: Event) -> bool:
    return clinical_status(event.source) in _OVER or event.end.latest < FOREVER.latest


PANEL = Panel(
    key="problems",
    title="Problems",
    place=10,
    kinds=("Condition",),
    none="None found: the problem list is empty.",
    fill=problems,
    wide=True,
)
