"""Screens for social needs whose answers are filed one by one, or as the parts of one Observation."""

from collections.abc import Iterator, Mapping

from measures.event import Event
from measures.terminology import LOINC, Code

SCREENS = (
    Code(LOINC, "96777-8", "AHC health-related social needs screening"),
    Code(LOINC, "93025-5", "PRAPARE"),
    Code(LOINC, "88121-9", "Hunger Vital Sign"),
)


def parts_of(event: Event) -> Iterator[Event]:
    """The event itself, then each of its components as an event of its own of the same date and reference."""
    yield event
    held = event.source.get("component")
    whole = {name: value for name, value in event.source.items() if not _is_told(name)}
    for part in held if isinstance(held, list) else ():
        if isinstance(part, Mapping):
            told = {name: value for name, value in part.items() if _is_told(name)}
            yield Event(event.kind, whole | told, event.reading)


def _is_told(element: str) -> bool:
    """Whether the element says what was asked or answered."""
    return element in ("code", "component", "dataAbsentReason") or element.startswith("value")
