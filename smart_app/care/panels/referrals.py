"""Referrals and how far each has come: ordered, booked, seen, closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import IntEnum
from typing import Any

from measures.event import Event
from measures.shapes import Standing
from measures.terminology import SNOMED
from smart_app.care.facts import begun_by, plain, source_path
from smart_app.care.material import Material
from smart_app.care.panel import Group, Line, Panel
from smart_app.care.wording import say_day, say_when

_REFERRAL_CATEGORY = (SNOMED, "3457005")  # "Patient referral", US Core ServiceRequest Category
_WORDS = ("refer", "consult")
_CALLED_OFF = frozenset({"revoked", "entered-in-error"})
_HAPPENED = frozenset({"finished", "in-progress", "arrived", "onleave", "triaged"})
LONG_WITHOUT_BOOKING_DAYS = 14


class Stage(IntEnum):
    """In the order a referral goes through them."""

    ORDERED = 1
    BOOKED = 2
    SEEN = 3
    CLOSED = 4


def referrals(material: Material) -> tuple[Group, ...]:
    """Those still open first, the latest first; a revoked one is not shown."""
    record, today = material.record, material.today
    found = [e for e in record.every("ServiceRequest").sure if _is_referral(e)]
    found.sort(key=begun_by, reverse=True)
    staged = [(event, *_stage(event, material)) for event in found]
    staged.sort(key=lambda one: one[1] is Stage.CLOSED)
    return (Group("", tuple(_line(event, stage, when, today) for event, stage, when in staged)),)


def _is_referral(event: Event) -> bool:
    source = event.source
    if event.status in _CALLED_OFF or event.standing is Standing.NOT_DONE or event.status == "draft":
        return False
    categories = {
        (coding.get("system"), coding.get("code"))
        for concept in source.get("category") or ()
        for coding in concept.get("coding") or ()
    }
    return _REFERRAL_CATEGORY in categories or any(word in event.display.lower() for word in _WORDS)


def _stage(referral: Event, material: Material) -> tuple[Stage, str]:
    """How far it has come, and when that was. An answer counts by what it is based on, never by its name."""
    record, today = material.record, material.today
    done = [task for task in record.every("Task").sure if task.standing is Standing.DONE]
    if referral.status == "completed" or _answering(referral, done):
        return Stage.CLOSED, ""
    met = _answering(referral, record.every("Encounter").sure)
    seen = [e for e in met if e.status in _HAPPENED]
    if seen:
        return Stage.SEEN, say_when(seen[-1], today)
    booked = [say_day(b.day, today) for b in material.bookings if referral.reference in b.based_on]
    booked += [say_when(e, today) for e in met if e.status == "planned"]
    return (Stage.BOOKED, booked[0]) if booked else (Stage.ORDERED, "")


def _answering(referral: Event, events: Iterable[Event]) -> list[Event]:
    """The events based on the referral."""
    return [
        event for event in events if referral.id in {_id(b) for b in _listed(event.source.get("basedOn"))}
    ]


def _id(reference: Mapping[str, Any]) -> str:
    return str(reference.get("reference", "")).rpartition("/")[2]


def _listed(held: Any) -> list[Mapping[str, Any]]:
    return [one for one in held if isinstance(one, Mapping)] if isinstance(held, list) else []


def _line(event: Event, stage: Stage, when: str, today: date) -> Line:
    waited = (today - event.day).days if event.day else 0
    late = stage is Stage.ORDERED and waited > LONG_WITHOUT_BOOKING_DAYS
    waiting = f"nothing booked in {waited} days" if late else ""
    dated = "" if stage is Stage.CLOSED else when or say_when(event, today)
    return Line(
        plain(event.display),
        note=f"{stage.name.lower()} {dated}".strip(),
        detail=" · ".join(filter(None, (_to_whom(event), waiting))),
        source=source_path(event),
        tone="watch" if late else "soft" if stage is Stage.CLOSED else "",
    )


def _to_whom(event: Event) -> str:
    named = (str(one.get("display") or "") for one in _listed(event.source.get("performer")))
    return next(filter(None, named), "")


PANEL = Panel(
    key="referrals",
    title="Referrals",
    place=55,
    kinds=("ServiceRequest", "Encounter", "Appointment"),
    none="None found: no referral on record.",
    fill=referrals,
)
