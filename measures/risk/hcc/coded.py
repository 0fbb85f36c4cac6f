"""The diagnoses that were coded: on claims that count for risk adjustment, at visits, on the problem list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from measures.event import Event
from measures.record import PatientRecord
from measures.risk.hcc.claims import Fate, services_of
from measures.shapes import UNREADABLE, Standing
from measures.terminology import ICD10CM

Resource = dict[str, Any]


class Basis(StrEnum):
    """Where a code stands. Only claims count for payment; the others say what a claim could carry."""

    CLAIM = "claim"
    VISIT = "visit"
    PROBLEM_LIST = "problem list"


@dataclass(frozen=True)
class Coded:
    """One ICD-10-CM code on one day. `code` is without its dot; `day` None where the record has no full
    date."""

    code: str
    day: date | None
    basis: Basis
    reference: str

    def in_year(self, year: int) -> bool:
        return self.day is not None and self.day.year == year


def coded(
    record: PatientRecord, claims: Iterable[Resource], fates: Counter[Fate] | None = None
) -> tuple[Coded, ...]:
    """Every code of the record and of its claims, the earliest first; undated ones last. What became of each
    claim is added to `fates`.

    A claim that cannot be read is named in the record's problems and costs only itself.
    """
    counted = Counter() if fates is None else fates
    found = [*_charted(record), *(one for claim in claims for one in _claimed(claim, record, counted))]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.day or date.max, one.code, one.reference)))


def without_icd10(record: PatientRecord) -> int:
    """How many diagnoses carry no ICD-10-CM code: no category can be told from them."""
    return sum(all(system != ICD10CM for system, _ in event.codes) for event in _diagnoses(record))


def _diagnoses(record: PatientRecord) -> list[Event]:
    conditions = record.every("Condition").sure
    return [event for event in conditions if event.standing is Standing.DONE and event.is_coded]


def _charted(record: PatientRecord) -> Iterator[Coded]:
    for event in _diagnoses(record):
        basis = Basis.VISIT if _of_visit(event) else Basis.PROBLEM_LIST
        for system, code in event.codes:
            if system == ICD10CM:
                yield Coded(undotted(code), _written_on(event), basis, event.reference)


def _written_on(event: Event) -> date | None:
    """When it was put down: risk adjustment asks for the face-to-face visit, not for the onset."""
    return event.dated("recordedDate").start.day or event.day


def _of_visit(event: Event) -> bool:
    return any(
        coding.get("code") == "encounter-diagnosis"
        for concept in _parts(event.source.get("category"))
        for coding in _parts(concept.get("coding"))
    )


def _parts(held: object) -> list[Resource]:
    return [part for part in held if isinstance(part, dict)] if isinstance(held, list) else []


def _claimed(claim: Resource, record: PatientRecord, fates: Counter[Fate]) -> Iterator[Coded]:
    """The codes of a claim whose services make it eligible."""
    name = f"ExplanationOfBenefit/{claim.get('id', '?')}"
    try:
        fate, services = services_of(claim)
    except UNREADABLE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        record.problems.append(f"{name}: cannot be read as a claim ({reason}); it is left out")
        fate, services = Fate.UNREADABLE, ()
    fates[fate] += 1
    for service in services:
        for code in service.claim_diagnosis_codes or ():
            yield Coded(undotted(code), _day(service.service_date), Basis.CLAIM, name)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def undotted(code: str) -> str:
    """ "F33.2" as CMS's tables write it: "F332"."""
    return code.replace(".", "").strip().upper()
