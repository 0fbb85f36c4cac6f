"""Who is compared with whom in a report; race, ethnicity, language and payer are no inputs of a score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from measures.age import whole_years
from measures.events import RecordCannotSay
from measures.record import PatientRecord
from measures.shapes import UNREADABLE

UNKNOWN = "(not on record)"
BANDS = (18, 30, 45, 65, 80)  # years
# US Core: http://hl7.org/fhir/us/core/StructureDefinition/us-core-race, and -ethnicity
_US_CORE = "StructureDefinition/us-core-"


def groups_of(record: PatientRecord, day: date) -> dict[str, str]:
    """The patient's group in each division."""
    patient = record.patient
    return {
        "sex": str(patient.get("gender") or UNKNOWN),
        "age": _band(record, day),
        "language": _first(_languages(patient)),
        "race": _first(_texts(patient, "race")),
        "ethnicity": _first(_texts(patient, "ethnicity")),
        "payer": _first(_payers(record)),
    }


def _band(record: PatientRecord, day: date) -> str:
    try:
        return age_band(whole_years(record.age_on(day)))
    except RecordCannotSay:
        return UNKNOWN


def age_band(years: int) -> str:
    """ "45 to 64", "80 and older"."""
    low, high = 0, None
    for at in BANDS:
        if years < at:
            high = at - 1
            break
        low = at
    return f"{low:02d} to {high}" if high is not None else f"{low} and older"


def _languages(patient: Mapping[str, Any]) -> Iterator[str]:
    for one in patient.get("communication") or ():
        yield from _concept(one.get("language"))


def _texts(patient: Mapping[str, Any], division: str) -> Iterator[str]:
    for extension in patient.get("extension") or ():
        if str(extension.get("url", "")).endswith(_US_CORE + division):
            parts = extension.get("extension") or ()
            for part in sorted(parts, key=lambda part: part.get("url") != "ombCategory"):
                coding = part.get("valueCoding") or {}
                if said := coding.get("display") or part.get("valueString"):
                    yield str(said)


def _payers(record: PatientRecord) -> Iterator[str]:
    for event in record.every("Coverage").sure:
        yield from _concept(event.source.get("type"))


def _concept(concept: Any) -> Iterator[str]:
    if isinstance(concept, Mapping):
        for coding in concept.get("coding") or ():
            if said := coding.get("display") or coding.get("code"):
                yield str(said)
        if concept.get("text"):
            yield str(concept["text"])


def _first(found: Iterator[str]) -> str:
    """What is said first; UNKNOWN where nothing is, or nothing that can be read."""
    try:
        return next(found, UNKNOWN)
    except UNREADABLE:
        return UNKNOWN
