"""The few lines every EHR shows on its first page of a chart, in the words the resources carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from smart_app.demo_ehr.matching import at, codes_of
from smart_app.demo_ehr.parameters import KINDS
from smart_app.demo_ehr.search import Resource, Search, find

SHOWN = 6
CLOSED = {"resolved", "inactive", "remission", "entered-in-error", "refuted"}


@dataclass(frozen=True)
class Line:
    text: str
    day: str
    state: str = ""


@dataclass(frozen=True)
class Panel:
    title: str
    lines: tuple[Line, ...]  # the latest few
    more: int


def panels(chart: list[Resource]) -> list[Panel]:
    """Problems and medicines, each once, orders and visits; the latest first."""
    return [
        _panel("Problems", _once(_lines(chart, "Condition", "onset-date", _is_open))),
        _panel("Medicines", _once(_lines(chart, "MedicationRequest", "authoredon", _is_active))),
        _panel("Orders", _lines(chart, "ServiceRequest", "authored", _is_placed, states=True)),
        _panel("Visits", _lines(chart, "Encounter", "date", _took_place)),
    ]


def _lines(
    chart: Iterable[Resource], kind: str, by: str, wanted: Callable[[Resource], bool], *, states: bool = False
) -> list[Line]:
    latest_first = Search(kind, sort=((KINDS[kind][by], True),))
    found = find(latest_first, (one for one in chart if one["resourceType"] == kind and wanted(one)))
    return [Line(name_of(one), day_of(one), one.get("status", "") if states else "") for one in found]


def _once(lines: list[Line]) -> list[Line]:
    """The first line of each name: a problem is recorded anew at many visits."""
    first: dict[str, Line] = {}
    for line in lines:
        first.setdefault(line.text, line)
    return list(first.values())


def _panel(title: str, lines: list[Line]) -> Panel:
    return Panel(title, tuple(lines[:SHOWN]), max(0, len(lines) - SHOWN))


def name_of(resource: Resource) -> str:
    """What a resource calls itself: its text, else the display of its first code, else the code."""
    for field in ("code", "medicationCodeableConcept", "type", "class", "serviceType"):
        for concept in at(resource, field):
            if isinstance(concept, dict):
                named = [concept.get("text"), concept.get("display"), *at(concept, "coding.display")]
                named += [code for _, code in codes_of(concept)]
                if found := next((one for one in named if isinstance(one, str) and one), None):
                    return found
    return str(resource["resourceType"])


def day_of(resource: Resource) -> str:
    """The day it starts, as far as the record says: "2026-11-12", "2026-11" or ""."""
    fields = ("onsetDateTime", "authoredOn", "period.start", "onsetPeriod.start", "recordedDate")
    dates = (date for field in fields for date in at(resource, field))
    return next((date[:10] for date in dates if isinstance(date, str)), "")


def _codes(resource: Resource, field: str) -> set[str]:
    return {code for value in at(resource, field) for _, code in codes_of(value)}


def _is_open(condition: Resource) -> bool:
    return not CLOSED & (_codes(condition, "clinicalStatus") | _codes(condition, "verificationStatus"))


def _is_active(resource: Resource) -> bool:
    return resource.get("status") == "active"


def _took_place(encounter: Resource) -> bool:
    return encounter.get("status") not in ("cancelled", "entered-in-error")


def _is_placed(resource: Resource) -> bool:
    return resource.get("status") in ("draft", "active", "on-hold", "completed")
