"""What an order or a supply says its medicine is, wherever it says it: in itself, or by a reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from measures.record import PatientRecord
from measures.shapes import Resource


def medicine_of(patient: PatientRecord, source: Resource) -> Any:
    """What an order or a supply says of its medicine, or the Medication it refers to or, where the record has
    that not, what the reference calls it; None without any of these.
    """
    held = source.get("medicationCodeableConcept")
    if held:
        return held
    reference = source.get("medicationReference")
    medication = patient.referred_to(source, reference)
    return said_of(medication, reference)


def said_of(medication: Resource | None, reference: Any) -> Any:
    """What a Medication says it is, or is made of; else what the reference calls it; None without a word."""
    if medication and medication.get("code"):
        return medication["code"]
    items = [
        one.get("itemCodeableConcept") or (one.get("item") or {}).get("concept")  # R4; R5
        for one in (medication or {}).get("ingredient") or ()
    ]
    held = [item for item in items if item]
    if held:
        made_of = [coding for item in held for coding in item.get("coding") or ()]
        return {"coding": made_of, "text": " / ".join(item["text"] for item in held if item.get("text"))}
    return called(reference)


def called(reference: Any) -> Resource | None:
    """The words beside a reference, as a concept: many host EHRs send no Medication, but its name."""
    display = reference.get("display") if isinstance(reference, Mapping) else None
    return {"text": display} if isinstance(display, str) and display.strip() else None
