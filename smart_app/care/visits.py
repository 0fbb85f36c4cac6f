"""Encounters as a clinician sorts them: ED, inpatient, crisis, and the rest; psychiatric or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from measures.event import Event
from measures.record import PatientRecord
from measures.terminology import HCPCS, ICD10CM
from smart_app.care.facts import plain, source_path
from smart_app.care.wording import say_day, say_span, say_when


class VisitKind(StrEnum):
    INPATIENT = "inpatient stay"
    CRISIS = "crisis contact"
    ED = "ED visit"
    OTHER = "visit"


# HL7 v3 ActCode (R4 Encounter.class) and the words some exports write instead.
_CLASSES = {
    "IMP": VisitKind.INPATIENT,
    "ACUTE": VisitKind.INPATIENT,
    "NONAC": VisitKind.INPATIENT,
    "INPATIENT": VisitKind.INPATIENT,
    "EMER": VisitKind.ED,
    "EMERGENCY": VisitKind.ED,
}
_CRISIS_CODES = frozenset(
    (HCPCS, code) for code in ("H2011", "S9484", "S9485")
)  # crisis intervention services
_PSYCHIATRIC_WORDS = ("psych", "behavioral", "behavioural", "mental health", "detox", "substance use")


@dataclass(frozen=True)
class Visit:
    """One encounter that took place, or is taking place. `end` is None while it goes on or when nobody
    said.
    """

    kind: VisitKind
    psychiatric: bool
    what: str
    why: str
    who: str
    start: date | None
    end: date | None
    going_on: bool
    planned: bool
    event: Event

    @property
    def source(self) -> str:
        return source_path(self.event)

    def say_dates(self, today: date) -> str:
        if self.start is None:
            return say_when(self.event, today)
        if self.going_on:
            return f"since {say_day(self.start, today)}"
        return say_span(self.start, self.end or self.start, today)


_TOOK_PLACE = frozenset({"finished", "in-progress", "arrived", "onleave", "triaged"})


def visits(record: PatientRecord) -> tuple[Visit, ...]:
    """All encounters but the cancelled ones, the latest first; undated ones last."""
    found = [
        _visit(record, e) for e in record.every("Encounter").sure if e.status in _TOOK_PLACE | {"planned"}
    ]
    return tuple(sorted(found, key=lambda v: v.start or date.min, reverse=True))


def _visit(record: PatientRecord, event: Event) -> Visit:
    source = event.source
    what = plain(event.display)
    diagnoses = _diagnoses(record, event)
    why = next(filter(None, (*_texts(source.get("reasonCode")), *(plain(d.display) for d in diagnoses))), "")
    services = " ".join((what, why, *_texts(source.get("serviceType")), *_texts(source.get("type")))).lower()
    return Visit(
        kind=_kind(event, services),
        psychiatric=any(word in services for word in _PSYCHIATRIC_WORDS) or _mental(event, diagnoses),
        what=what,
        why=plain(why),
        who=_who(source),
        start=event.day,
        end=event.end_day,
        going_on=event.status in _TOOK_PLACE - {"finished"},
        planned=event.status == "planned",
        event=event,
    )


def _kind(event: Event, services: str) -> VisitKind:
    if "crisis" in services or not _CRISIS_CODES.isdisjoint(event.codes):
        return VisitKind.CRISIS
    held = event.source.get("class")
    code = held.get("code") if isinstance(held, dict) else None
    return _CLASSES.get(str(code).upper(), VisitKind.OTHER)


def _diagnoses(record: PatientRecord, event: Event) -> tuple[Event, ...]:
    references = (
        entry.get("condition", {}).get("reference")
        for entry in event.source.get("diagnosis") or ()
        if isinstance(entry, dict) and isinstance(entry.get("condition"), dict)
    )
    return tuple(filter(None, (record.by_reference(r) for r in references if isinstance(r, str))))


def _mental(event: Event, diagnoses: tuple[Event, ...]) -> bool:
    """Whether it was for a diagnosis of ICD-10-CM chapter V (F01-F99)."""
    reasons = (*event.reasons, *(code for diagnosis in diagnoses for code in diagnosis.codes))
    return any(system == ICD10CM and code.startswith("F") for system, code in reasons)


def _texts(concepts: Any) -> list[str]:
    """The words of a CodeableConcept or a list of them."""
    found = []
    for concept in concepts if isinstance(concepts, list) else [concepts]:
        if isinstance(concept, dict):
            displays = (c.get("display") for c in concept.get("coding") or () if isinstance(c, dict))
            found.append(str(concept.get("text") or next(filter(None, displays), "")))
    return found


def _who(source: Any) -> str:
    for participant in source.get("participant") or ():
        individual = participant.get("individual") if isinstance(participant, dict) else None
        if isinstance(individual, dict) and individual.get("display"):
            return str(individual["display"])
    provider = source.get("serviceProvider")
    return str(provider.get("display", "")) if isinstance(provider, dict) else ""
