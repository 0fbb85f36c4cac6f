"""Courses of medicine: what was ordered, from when, until when, and whether it goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from measures.event import Event
from measures.medication_time import request_period
from measures.record import PatientRecord
from measures.shapes import UNREADABLE, Standing
from smart_app.care.facts import plain, source_path
from smart_app.care.psychotropics import psychotropic_class

_SHOWN = frozenset({"active", "completed", "stopped", "on-hold"})
_PROPOSALS = frozenset({"proposal", "plan", "option"})
_FORM = re.compile(
    r"\b(Extended Release|Delayed Release|Disintegrating|Oral|Tablet|Capsule|Solution|Film|Sublingual|"
    r"Injection|Injectable|Suspension|Transdermal|System|Patch|Chewable|\d+ ?HR)\b",
    re.IGNORECASE,
)
_SALTS = re.compile(
    r"\b(hydrochloride|hydrobromide|carbonate|fumarate|maleate|besylate|succinate|tartrate)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Course:
    """One order. `end` is the last day it supplies, which an active order may outlive; None when it does not
    say.
    """

    name: str
    group: str  # the psychotropic class, empty for other medicines
    directions: str
    start: date | None
    end: date | None
    status: str
    event: Event

    @property
    def going_on(self) -> bool:
        return self.status == "active"

    def days_overdue(self, today: date) -> int:
        """Days since the supply of an active order ran out; 0 when it has not, or when the order does not
        say.
        """
        return max((today - self.end).days, 0) if self.going_on and self.end else 0

    @property
    def source(self) -> str:
        return source_path(self.event)


def courses(record: PatientRecord, today: date) -> tuple[Course, ...]:
    """Every order that was carried out, the earliest first; proposals, drafts and refusals are left out."""
    orders = [
        event
        for event in record.every("MedicationRequest").sure
        if event.status in _SHOWN
        and event.standing is not Standing.NOT_DONE
        and event.source.get("intent") not in _PROPOSALS
    ]
    return tuple(
        sorted((_course(event, today) for event in orders), key=lambda c: (c.start or date.min, c.event.id))
    )


def short_name(name: str) -> str:
    """ "sertraline 100 MG Oral Tablet" is "sertraline 100 mg": what fits on a bar."""
    bare = " ".join(_SALTS.sub("", _FORM.sub("", name)).split())
    bare = re.sub(r"\bMG\b", "mg", re.sub(r"\bMCG\b", "mcg", bare)).strip(" ,/")
    return bare if len(bare) <= 30 else bare[:29].rsplit(" ", 1)[0].rstrip(" /,") + "…"


def _course(event: Event, today: date) -> Course:
    name = _name(event)
    start, end = _days_covered(event)
    if end and event.status != "active":
        end = min(end, today)  # an order over by today did not last as long as it was meant to
    return Course(
        name=name,
        group=psychotropic_class(name),
        directions=_directions(event.source),
        start=start or event.day,
        end=end,
        status=event.status,
        event=event,
    )


def _name(event: Event) -> str:
    """The concept's words, or those of the medication referred to."""
    reference = event.source.get("medicationReference")
    if "medicationCodeableConcept" in event.source or not isinstance(reference, Mapping):
        return plain(event.display)
    return str(reference.get("display") or _contained(event.source, reference) or "medicine not named")


def _contained(source: Mapping[str, Any], reference: Mapping[str, Any]) -> str:
    for resource in source.get("contained") or ():
        if isinstance(resource, Mapping) and f"#{resource.get('id')}" == reference.get("reference"):
            code = resource.get("code")
            if isinstance(code, Mapping):
                displays = (c.get("display") for c in code.get("coding") or () if isinstance(c, Mapping))
                return str(code.get("text") or next(filter(None, displays), ""))
    return ""


def _directions(source: Mapping[str, Any]) -> str:
    for dosage in source.get("dosageInstruction") or ():
        if isinstance(dosage, Mapping) and dosage.get("text"):
            return str(dosage["text"])
    return ""


def _days_covered(event: Event) -> tuple[date | None, date | None]:
    """First and last day of what was ordered; None where the order does not say, or says it unreadably."""
    try:
        covered = request_period(event)
    except UNREADABLE:
        return None, None
    return (covered.start.day, covered.end.day) if covered else (None, None)
