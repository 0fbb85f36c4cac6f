"""Supplemental data of a patient: sex, race, ethnicity and payer, as a measure report counts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from measures.record import PatientRecord
from measures.terminology import Code

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
SEX = "http://hl7.org/fhir/administrative-gender"
ELEMENTS = ("sex", "race", "ethnicity", "payer")


def supplemental_data(record: PatientRecord) -> tuple[tuple[str, Code], ...]:
    """(element, code) pairs, each once; an element that the record does not give is not there."""
    return tuple(dict.fromkeys(_found(record)))


def _found(record: PatientRecord) -> Iterator[tuple[str, Code]]:
    patient = record.patient
    gender = patient.get("gender")
    if isinstance(gender, str):
        yield "sex", Code(SEX, gender, gender)
    for extension in _parts(patient.get("extension")):
        for element in ("race", "ethnicity"):
            if extension.get("url") == f"{US_CORE}us-core-{element}":
                yield from ((element, code) for code in _categories(extension))
    for coverage in record.every("Coverage"):
        kind = coverage.source.get("type")
        for coding in _parts(kind.get("coding")) if isinstance(kind, Mapping) else ():
            if code := _code(coding):
                yield "payer", code


def _categories(extension: Mapping[str, Any]) -> Iterator[Code]:
    """The OMB categories of US Core's race or ethnicity."""
    for part in _parts(extension.get("extension")):
        if part.get("url") == "ombCategory" and (code := _code(part.get("valueCoding"))):
            yield code


def _code(coding: object) -> Code | None:
    if not isinstance(coding, Mapping) or not coding.get("code"):
        return None
    return Code(str(coding.get("system", "")), str(coding["code"]), str(coding.get("display", "")))


def _parts(elements: object) -> list[Mapping[str, Any]]:
    return [part for part in elements if isinstance(part, Mapping)] if isinstance(elements, list) else []
