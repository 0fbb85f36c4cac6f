"""Care plans and goals that stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from measures.event import Event
from measures.shapes import Standing
from smart_app.care.facts import plain, source_path
from smart_app.care.material import Material
from smart_app.care.panel import Group, Line, Panel
from smart_app.care.wording import say_date, say_moment, say_number, say_unit

_GOALS_OVER = frozenset({"completed", "cancelled", "rejected", "proposed"})


def plans(material: Material) -> tuple[Group, ...]:
    record, today = material.record, material.today
    care = [e for e in record.every("CarePlan").sure if e.status == "active"]
    goals = [e for e in record.every("Goal").sure if _stands(e)]
    return (
        Group(
            "Plans",
            tuple(_line(event, str(event.source.get("title") or ""), today) for event in care),
            kinds=("CarePlan",),
        ),
        Group("Goals", tuple(_line(event, "", today) for event in goals), kinds=("Goal",)),
    )


def _stands(goal: Event) -> bool:
    status = goal.source.get("lifecycleStatus", goal.status)
    return goal.standing is not Standing.ERROR and status not in _GOALS_OVER


def _line(event: Event, title: str, today: date) -> Line:
    when = say_moment(event.start, today) or _started(event, today)
    return Line(title or plain(event.display), when, _target(event, today), source_path(event))


def _target(goal: Event, today: date) -> str:
    """Goal.target: what is to be reached by when, "target below 5 by 1 Mar"."""
    for target in goal.source.get("target") or ():
        if not isinstance(target, Mapping):
            continue
        quantity, bounds = target.get("detailQuantity"), target.get("detailRange")
        parts = [_amount(quantity)] if isinstance(quantity, Mapping) else []
        if isinstance(bounds, Mapping):
            ends = ((word, bounds.get(end)) for word, end in (("from", "low"), ("to", "high")))
            parts += [f"{word} {_amount(end)}" for word, end in ends if isinstance(end, Mapping)]
        due = target.get("dueDate")
        parts += [f"by {say_date(due, today)}"] if isinstance(due, str) else []
        if parts:
            return f"target {' '.join(parts)}"
    return ""


def _amount(quantity: Mapping[str, Any]) -> str:
    number, comparator = quantity.get("value"), str(quantity.get("comparator") or "")
    said = say_number(number) if isinstance(number, (int, float)) else str(number)
    return f"{comparator} {said} {say_unit(str(quantity.get('unit') or ''))}".strip()


def _started(goal: Event, today: date) -> str:
    """Goal.startDate, which is no dateTime; nothing is said without one."""
    text = goal.source.get("startDate")
    return f"since {say_date(text, today)}" if isinstance(text, str) else ""


PANEL = Panel(
    key="plans",
    title="Plans and goals",
    place=60,
    kinds=("CarePlan", "Goal"),
    none="None found: no care plan or goal on record.",
    fill=plans,
)
