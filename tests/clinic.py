"""A tiny made-up clinic: a patient's chart in one line per event.

Every value set holds exactly one code, its own OID under urn:test, so a test names concepts and never codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from measures.gather import EVERYTHING, Gathered, State
from measures.record import PatientRecord
from measures.terminology import Code, CodeKey, ValueSet, Vocabulary

Resource = dict[str, Any]
Named = Code | ValueSet
Number = float | str
_ids = count(1)

PART_2 = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"}]}
"""The `meta` of what a programme under 42 CFR Part 2 disclosed."""


class EveryValueSet(Mapping[str, frozenset[CodeKey]]):
    """As if each value set there is were loaded, holding one code: its own OID."""

    def __getitem__(self, oid: str) -> frozenset[CodeKey]:
        return frozenset({("urn:test", oid)})

    def __contains__(self, oid: object) -> bool:
        return True

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


class _OwnOid(Mapping[CodeKey, tuple[str, ...]]):
    def __getitem__(self, code: CodeKey) -> tuple[str, ...]:
        if code[0] != "urn:test":
            raise KeyError(code)
        return (code[1],)

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


def clinic_vocabulary() -> Vocabulary:
    vocabulary = Vocabulary({}, label="clinic", content_hash="clinic", for_reporting=False)
    vocabulary.codes_in, vocabulary.oids_by_code = EveryValueSet(), _OwnOid()
    return vocabulary


VOCABULARY = clinic_vocabulary()


def concept(name: Named) -> Resource:
    system, code = ("urn:test", name.oid) if isinstance(name, ValueSet) else name.key
    return {"coding": [{"system": system, "code": code}]}


def event(kind: str, **elements: Any) -> Resource:
    """A resource of the patient, with an id of its own unless one is given."""
    own = {
        "resourceType": kind,
        "id": f"{kind.lower()}-{next(_ids)}",
        "subject": {"reference": "Patient/pat-1"},
    }
    return own | {name: value for name, value in elements.items() if value is not None}


def visit(name: Named, day: str, end: str | None = None, status: str = "finished", **more: Any) -> Resource:
    """An encounter; `day` and `end` may be full dateTimes."""
    return event(
        "Encounter", type=[concept(name)], status=status, period={"start": day, "end": end or day}, **more
    )


def observed(
    name: Named,
    day: str | None,
    *,
    value: Named | Number | None = None,
    unit: str = "%",
    status: str = "final",
    **more: Any,
) -> Resource:
    """An observation: with a coded value, a quantity (beyond what can be measured: ">14"), or none."""
    result: Resource = {}
    if isinstance(value, (Code, ValueSet)):
        result = {"valueCodeableConcept": concept(value)}
    elif value is not None:
        result = {"valueQuantity": quantity(value, unit)}
    return event("Observation", code=concept(name), status=status, effectiveDateTime=day, **result, **more)


def quantity(number: Number, unit: str) -> Resource:
    """With its comparator, if the number is told as a bound: ">14"."""
    if not isinstance(number, str):
        return {"value": number, "code": unit, "unit": unit}
    comparator, digits = re.fullmatch(r"(\D*)(.*)", number).groups()  # type: ignore[union-attr]
    return {"value": float(digits), "comparator": comparator, "code": unit, "unit": unit}


def refused(name: Named, day: str, because: Named) -> Resource:
    """A cancelled observation with its reason, issued that day."""
    reason = {"url": "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDoneReason"}
    extension = [reason | {"valueCodeableConcept": concept(because)}]
    return event("Observation", code=concept(name), status="cancelled", issued=day, extension=extension)


def diagnosed(
    name: Named,
    day: str | None,
    until: str | None = None,
    *,
    clinical: str | None = "active",
    verification: str | None = None,
    category: str | None = "problem-list-item",
    **more: Any,
) -> Resource:
    return event(
        "Condition",
        code=concept(name),
        onsetDateTime=day,
        abatementDateTime=until,
        clinicalStatus={"coding": [{"code": clinical}]} if clinical else None,
        verificationStatus={"coding": [{"code": verification}]} if verification else None,
        category=[{"coding": [{"code": category}]}] if category else None,
        **more,
    )


def performed(
    name: Named, day: str, end: str | None = None, status: str = "completed", **more: Any
) -> Resource:
    return event(
        "Procedure",
        code=concept(name),
        status=status,
        performedPeriod={"start": day, "end": end or day},
        **more,
    )


def referred(name: Named, day: str, status: str = "active", **more: Any) -> Resource:
    return event("ServiceRequest", code=concept(name), status=status, intent="order", authoredOn=day, **more)


def prescribed(
    name: Named, day: str | None, days: int | None = None, status: str = "active", **more: Any
) -> Resource:
    """An order for medication, for so many days of supply."""
    supply = {"expectedSupplyDuration": {"value": days, "code": "d"}} if days else None
    medication = concept(name)
    return event(
        "MedicationRequest",
        medicationCodeableConcept=medication,
        status=status,
        intent="order",
        authoredOn=day,
        dispenseRequest=supply,
        **more,
    )


def dispensed(name: Named, day: str, days: int, **more: Any) -> Resource:
    return event(
        "MedicationDispense",
        medicationCodeableConcept=concept(name),
        status="completed",
        whenHandedOver=day,
        daysSupply={"value": days, "code": "d"},
        **more,
    )


def device(name: Named, day: str, **more: Any) -> Resource:
    return event(
        "DeviceRequest",
        codeCodeableConcept=concept(name),
        status="active",
        intent="order",
        authoredOn=day,
        **more,
    )


def pressure(systolic: Number, diastolic: Number, day: str, **more: Any) -> Resource:
    """A blood pressure panel (LOINC 85354-9) in mm[Hg]."""

    def side(code: str, number: Number) -> Resource:
        return {
            "code": concept(Code("http://loinc.org", code)),
            "valueQuantity": quantity(number, "mm[Hg]"),
        }

    parts = [side("8480-6", systolic), side("8462-4", diastolic)]
    panel = concept(Code("http://loinc.org", "85354-9"))
    return event("Observation", code=panel, status="final", effectiveDateTime=day, component=parts, **more)


def chart(
    *events: Resource, born: str | None = "1980-05-01", gathered: Gathered = EVERYTHING, **more: Any
) -> PatientRecord:
    """The record of patient pat-1, with the vocabulary in which every value set holds its own OID."""
    patient = {"resourceType": "Patient", "id": "pat-1", "birthDate": born, **more}
    return PatientRecord(patient, events, VOCABULARY, gathered=gathered)


def all_but(*kinds: str, state: State = State.FAILED) -> Gathered:
    """Everything was gathered but these resource types."""
    return Gathered(dict.fromkeys(kinds, state), otherwise=State.GATHERED)


def references(events: Iterable[Any]) -> list[str]:
    return [event.reference for event in events]
