"""A fact as shown: its words, value and date, and the way to the resource it was read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from measures.event import Event
from measures.time import UNKNOWN
from smart_app.care.pressure import pressure
from smart_app.care.wording import say_quantity, say_when

FHIR_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9\-.]{1,64}")  # FHIR R4, datatype "id", but no step in a path
_PARENTHESIS = re.compile(
    r"\s*\((disorder|finding|procedure|situation|regime/therapy|observable entity|environment)\)$"
)


@dataclass(frozen=True)
class Fact:
    """`source` is a path relative to the chart page, empty when the resource has no id to be found by."""

    text: str
    value: str
    when: str
    source: str


def source_path(event: Event) -> str:
    """Where the chart shows the resource itself: "source/Observation/o1"."""
    return f"source/{event.reference}" if FHIR_ID.fullmatch(event.id) else ""


def begun_by(event: Event) -> int:
    """The last day on which it may have begun, to put events in order: what is undated comes first."""
    began = event.start.by_day()
    return began.earliest if began == UNKNOWN.by_day() else began.latest


def plain(words: str) -> str:
    """A display without SNOMED's semantic tag: "Stress (finding)" is "Stress"."""
    return _PARENTHESIS.sub("", words.strip())


def say_value(event: Event) -> str:
    """The result as a person would write it; empty where there is none."""
    if event.value is not None:
        return say_quantity(event.value)
    taken = pressure(event)
    return str(taken) if taken else plain(event.value_text)


def fact(event: Event, today: date) -> Fact:
    return Fact(plain(event.display), say_value(event), say_when(event, today), source_path(event))
