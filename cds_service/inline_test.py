"""The test patients of a rule file: a chart in one line per event, and whether a card is expected.

    tests:
      - says: seen for diabetes, no A1c this year
        as_of: 2026-06-30
        born: 1966-04-02
        chart:
          - Condition ICD10CM|E11.9 2020-03-01
          - Encounter SNOMED|185349003 2026-02-01
          - Observation LOINC|4548-4 2025-02-01 9.4 %
        expects: card

A line is the resource type, SYSTEM|code (a name of measures/terminology.py, or a URL) and its day, of an
Observation also value and unit. A chart may hold small FHIR resources among its lines. `drafts` are the
orders being signed, in the same form; `not_read` are the resource types that the host EHR did not send.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cds_service.outside.yaml_file import did_you_mean
from measures import terminology
from measures.shapes import SHAPES

PATIENT = "test-patient"
SYSTEMS: Mapping[str, str] = {
    name: value
    for name, value in vars(terminology).items()
    if name.isupper() and isinstance(value, str) and value.startswith(("http", "urn:"))
}
_LINE = re.compile(
    r"(?P<kind>[A-Za-z]+)\s+(?P<system>[^|\s]+)\|(?P<code>\S+)\s+(?P<day>\S+)(?:\s+(?P<value>.+))?"
)

Resource = dict[str, Any]


def _a_type(name: str) -> str:
    if name not in SHAPES:
        raise ValueError(f"nothing is read of {name!r}{did_you_mean(name, list(SHAPES))}")
    return name


class TestPart(BaseModel):
    """One test patient as the file says it."""

    __test__ = False  # pytest takes every Test... for its own
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    says: Annotated[str, Field(min_length=1, max_length=200)]
    as_of: date
    born: date = date(1980, 1, 1)
    gender: Literal["female", "male", "other", "unknown"] = "unknown"
    chart: Annotated[list[str | dict[str, Any]], Field(max_length=200)] = []
    drafts: Annotated[list[str | dict[str, Any]], Field(max_length=20)] = []
    not_read: Annotated[list[Annotated[str, AfterValidator(_a_type)]], Field(max_length=20)] = []
    expects: Literal["card", "no card"]


@dataclass(frozen=True)
class TestPatient:
    """One test patient, ready to be tried; `where` is its place in the file, as `file:line`."""

    __test__ = False

    where: str
    says: str
    as_of: date
    patient: Resource
    resources: tuple[Resource, ...]
    drafts: tuple[Resource, ...]
    not_read: tuple[str, ...]
    expects_card: bool


class NotUnderstood(ValueError):
    """A line of a chart that cannot be read; the message says the mend."""


def test_patient(part: TestPart, where: str) -> TestPatient:
    """The patient of a part whose lines were checked. Raises NotUnderstood."""
    return TestPatient(
        where=where,
        says=part.says,
        as_of=part.as_of,
        patient={
            "resourceType": "Patient",
            "id": PATIENT,
            "birthDate": part.born.isoformat(),
            "gender": part.gender,
        },
        resources=tuple(resource(line, n) for n, line in enumerate(part.chart)),
        drafts=tuple(resource(line, n, draft=True) for n, line in enumerate(part.drafts)),
        not_read=tuple(part.not_read),
        expects_card=part.expects == "card",
    )


test_patient.__test__ = False  # type: ignore[attr-defined]


def resource(line: str | Resource, number: int, *, draft: bool = False) -> Resource:
    """The resource that a line means; one that is FHIR already is only given id and patient."""
    own: Resource = {"id": f"{'draft' if draft else 'event'}-{number}"}
    about = {"subject": {"reference": f"Patient/{PATIENT}"}}
    if isinstance(line, dict):
        if not isinstance(line.get("resourceType"), str):
            raise NotUnderstood("a resource begins with resourceType")
        told: Resource = _with_texts_for_days(line)
        return own | about | told
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise NotUnderstood("write TYPE SYSTEM|code DAY, such as Condition ICD10CM|E11.9 2026-02-01")
    kind, system = found["kind"], found["system"]
    if kind not in _KINDS:
        raise NotUnderstood(f"no line can be a {kind!r}{did_you_mean(kind, list(_KINDS))}")
    if system not in SYSTEMS and not system.startswith(("http", "urn:")):
        raise NotUnderstood(f"there is no code system {system!r}{did_you_mean(system, list(SYSTEMS))}")
    try:
        day = date.fromisoformat(found["day"]).isoformat()
    except ValueError:
        raise NotUnderstood(f"{found['day']!r} is no day such as 2026-02-01") from None
    concept = {"coding": [{"system": SYSTEMS.get(system, system), "code": found["code"]}]}
    written = _KINDS[kind](concept, day)
    if draft:
        written |= {"status": "draft"}
    return {"resourceType": kind} | own | about | written | _value(kind, found["value"])


def _value(kind: str, text: str | None) -> Resource:
    if text is None:
        return {}
    if kind != "Observation":
        raise NotUnderstood(f"only an Observation has a value; leave out {text!r}")
    if "|" in text and " " not in text.strip():
        system, _, code = text.strip().partition("|")
        return {"valueCodeableConcept": {"coding": [{"system": SYSTEMS.get(system, system), "code": code}]}}
    number, _, unit = text.strip().partition(" ")
    try:
        quantity: Resource = {"value": float(number)}
    except ValueError:
        raise NotUnderstood(f"{text!r} is neither a number with its unit nor SYSTEM|code") from None
    return {"valueQuantity": quantity | ({"unit": unit, "code": unit} if unit else {})}


def _with_texts_for_days(value: Any) -> Any:
    """YAML reads a day as a date; FHIR has texts."""
    if isinstance(value, dict):
        return {str(key): _with_texts_for_days(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_texts_for_days(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _condition(concept: Resource, day: str) -> Resource:
    categories = ("problem-list-item", "encounter-diagnosis")
    return {
        "code": concept,
        "onsetDateTime": day,
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "category": [{"coding": [{"code": one}]} for one in categories],
    }


_KINDS: Mapping[str, Callable[[Resource, str], Resource]] = {
    "Condition": _condition,
    "Encounter": lambda concept, day: {
        "status": "finished",
        "type": [concept],
        "period": {"start": day, "end": day},
    },
    "Observation": lambda concept, day: {"status": "final", "code": concept, "effectiveDateTime": day},
    "Procedure": lambda concept, day: {
        "status": "completed",
        "code": concept,
        "performedPeriod": {"start": day, "end": day},
    },
    "MedicationRequest": lambda concept, day: {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": concept,
        "authoredOn": day,
    },
    "ServiceRequest": lambda concept, day: {
        "status": "active",
        "intent": "order",
        "code": concept,
        "authoredOn": day,
    },
}
