"""One FHIR resource made readable: what it says, in the order it says it, without the wire's punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from measures.terminology import HCPCS, ICD10CM, LOINC, RXNORM, SNOMED
from smart_app.care.wording import say_number, say_unit

DEEPEST = 6  # levels; what lies deeper is still in the resource itself, shown below

_SKIPPED = frozenset(
    {"resourceType", "text", "contained", "implicitRules"}
)  # text is somebody's markup: never shown
_SYSTEMS = {LOINC: "LOINC", SNOMED: "SNOMED CT", RXNORM: "RxNorm", ICD10CM: "ICD-10-CM", HCPCS: "HCPCS"}
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CHOICES = re.compile(
    r"^(value|effective|onset|abatement|performed|medication|occurrence|deceased|serviced)"
    r"(DateTime|Period|Quantity|CodeableConcept|Reference|String|Integer|Boolean|Age|Range)$"
)


@dataclass(frozen=True)
class Entry:
    """One element: either `says` something, or has `parts`."""

    label: str
    says: str = ""
    parts: tuple[Entry, ...] = ()


def describe(resource: Mapping[str, Any]) -> tuple[Entry, ...]:
    """The elements of a resource, first level in the order received."""
    return tuple(_entries(resource, 0))


def _entries(holder: Mapping[str, Any], depth: int) -> Iterator[Entry]:
    for name, value in holder.items():
        if depth or name not in _SKIPPED:
            yield from _entry(_label(name), value, depth)


def _entry(label: str, value: Any, depth: int) -> Iterator[Entry]:
    if isinstance(value, list):
        for one in value:
            yield from _entry(label, one, depth)
    elif not isinstance(value, Mapping):
        yield Entry(label, _primitive(value))
    elif says := _datatype(value):
        yield Entry(label, says)
    elif depth < DEEPEST:
        yield Entry(label, parts=tuple(_entries(value, depth + 1)))
    else:
        yield Entry(label, "…")


def _label(name: str) -> str:
    """ "authoredOn" is "Authored on", "valueQuantity" is "Value"."""
    stem = _CHOICES.sub(r"\1", name)
    words = _WORD_STARTS.sub(" ", stem).lower()
    return words[:1].upper() + words[1:]


def _primitive(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _datatype(value: Mapping[str, Any]) -> str:
    """The datatypes people know by sight, in one line; empty for everything else."""
    keys = value.keys()
    if "coding" in keys or keys == {"text"}:
        return _concept(value)
    if (
        "value" in keys
        and keys <= {"value", "unit", "system", "code", "comparator"}
        and _is_number(value["value"])
    ):
        unit = say_unit(str(value.get("unit") or value.get("code") or ""))
        return f"{value.get('comparator', '')}{say_number(value['value'])} {unit}".strip()
    if keys <= {"reference", "display", "type"} and keys:
        return " · ".join(str(value[k]) for k in ("display", "reference") if k in keys)
    if keys <= {"start", "end"} and keys:
        return f"{value.get('start', '…')} – {value.get('end', 'not ended')}"
    if isinstance(value.get("code"), str) and keys <= {
        "system",
        "code",
        "display",
        "version",
        "userSelected",
    }:
        return _coding(value)
    return ""


def _concept(concept: Mapping[str, Any]) -> str:
    codings = concept.get("coding") or ()
    said = [_coding(c) for c in codings if isinstance(c, Mapping)] if isinstance(codings, list) else []
    text = str(concept.get("text") or "")
    return " · ".join(filter(None, (text, *(c for c in said if c != text))))


def _coding(coding: Mapping[str, Any]) -> str:
    system = str(coding.get("system") or "")
    code = " ".join(filter(None, (_SYSTEMS.get(system, ""), str(coding.get("code") or ""))))
    display = str(coding.get("display") or "")
    return f"{display} ({code})" if display and code else display or code


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
