"""Orders and medicines written in FHIR R5, told in the words of R4, in which everything here reads.

R5 puts into one element what R4 has two for: `medication: {concept}` or `{reference}`, of a service
`code: {concept}`, of a reason `reason: [{concept}]`. What stands there in the words of R4 is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from measures.shapes import Resource, codings

_OTHERWISE = frozenset({"medication", "code", "reason", "reported", "dosage"})
"""The elements in which R5 can say otherwise what R4 says, or a statement otherwise than an order."""


def in_words_of_r4(resource: Resource) -> Resource:
    """The resource itself where it is R4; else a copy with the elements of R4 beside its own.

    Of a MedicationStatement of either release the dosage is told as an order tells it.
    """
    if _OTHERWISE.isdisjoint(resource):
        return resource
    told: dict[str, Any] = {}
    medication, code, reason = (resource.get(element) for element in ("medication", "code", "reason"))
    if isinstance(medication, Mapping):
        told["medicationCodeableConcept"] = medication.get("concept")
        told["medicationReference"] = medication.get("reference")
    if isinstance(reason, list):
        held = [one for one in reason if isinstance(one, Mapping)]
        told |= {"reasonCode": _each(held, "concept"), "reasonReference": _each(held, "reference")}
    if resource.get("reported") is True:
        told["reportedBoolean"] = True
    if resource.get("resourceType") == "MedicationStatement":
        told["dosageInstruction"] = resource.get("dosage")
    told = {element: value for element, value in told.items() if value and not resource.get(element)}
    if isinstance(code, Mapping) and isinstance(code.get("concept"), Mapping):
        told["code"] = code["concept"]
    if resource.get("status") == "recorded":
        told["status"] = _standing(resource)
    return {**resource, **told} if told else resource


def _each(held: Iterable[Resource], element: str) -> list[Any]:
    return [one[element] for one in held if isinstance(one.get(element), Mapping)]


def _standing(statement: Resource) -> str:
    """R5 tells apart whether what a statement speaks of is taken (MedicationStatement.adherence)."""
    adherence = statement.get("adherence")
    if not isinstance(adherence, Mapping):
        return "active"
    said = {code for _, code in codings(adherence.get("code"))}
    return "active" if any(str(code).startswith("taking") for code in said) else "unknown"
