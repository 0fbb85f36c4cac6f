"""Care plans and goals that stand."""

from __future__ import annotations

from datetime import date

from measures.event import Event
from measures.shapes import Standing
from smart_app.care.facts import plain, source_path
from smart_app.care.material import Material
from smart_app.care.panel import Group, Line, Panel
from smart_app.care.wording import say_day, say_when

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
    when = say_when(event, today) if event.day else _started(event, today)
    return Line(title or plain(event.display), when, source=source_path(event))


def _started(goal: Event, today: date) -> str:
    """Goal.startDate, which is no dateTime; nothing is said without one."""
    text = goal.source.get("startDate")
    try:
        return f"since {say_day(date.fromisoformat(text), today)}" if isinstance(text, str) else ""
    except ValueError:
        return str(text)


PANEL = Panel(
    key="plans",
    title="Plans and goals",
    place=60,
    kinds=("CarePlan", "Goal"),
    none="None found: no care plan or goal on record.",
    fill=plans,
)
