"""Charts of the risk tests: one line an event, and what a record looked like on a day."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from itertools import count
from typing import Any

import numpy as np

from measures.record import PatientRecord
from measures.risk.data import Column, Data
from measures.terminology import ICD10CM, LOINC, RXNORM
from measures.vocabulary import starter_vocabulary
from tests.clinic import Number, quantity

Resource = dict[str, Any]
DAY = date(2026, 6, 1)
_ids = count(1)

DATES = ("period", "onsetDateTime", "recordedDate", "effectiveDateTime", "issued", "authoredOn", "start")


def of(kind: str, **elements: Any) -> Resource:
    return {
        "resourceType": kind,
        "id": f"{kind.lower()}-{next(_ids)}",
        "subject": {"reference": "Patient/p"},
        **elements,
    }


def ago(days: int) -> str:
    return (DAY - timedelta(days)).isoformat()


def stay(began: int, ended: int | None, *, why: str = "F20.0", where: str = "IMP") -> Resource:
    """Began and ended so many days ago."""
    period = {"start": ago(began)} | ({} if ended is None else {"end": ago(ended)})
    reason = [{"coding": [{"system": ICD10CM, "code": why}]}]
    return of("Encounter", status="finished", **{"class": {"code": where}}, period=period, reasonCode=reason)


def emergency(days: int, why: str = "S93.4") -> Resource:
    return stay(days, days, why=why, where="EMER")


def office(days: int) -> Resource:
    return stay(days, days, why="Z00.0", where="AMB")


def problem(code: str, days: int, *, ended: int | None = None, recorded: int | None = None) -> Resource:
    found = of(
        "Condition",
        code={"coding": [{"system": ICD10CM, "code": code}]},
        onsetDateTime=ago(days),
        clinicalStatus={"coding": [{"code": "active" if ended is None else "resolved"}]},
    )
    if ended is not None:
        found["abatementDateTime"] = ago(ended)
    if recorded is not None:
        found["recordedDate"] = ago(recorded)
    return found


def measured(code: str, value: Number, days: int) -> Resource:
    return of(
        "Observation",
        status="final",
        code={"coding": [{"system": LOINC, "code": code}]},
        effectiveDateTime=ago(days),
        valueQuantity=quantity(value, "{score}"),
    )


def phq9(score: Number, days: int) -> Resource:
    return measured("44261-6", score, days)


def ordered(name: str, days: int, supply: int) -> Resource:
    return of(
        "MedicationRequest",
        status="active",
        intent="order",
        medicationCodeableConcept={"text": name, "coding": [{"system": RXNORM, "code": name}]},
        authoredOn=ago(days),
        dispenseRequest={"expectedSupplyDuration": {"value": supply, "code": "d"}},
    )


def appointment(days: int, status: str) -> Resource:
    return {
        "resourceType": "Appointment",
        "id": f"appointment-{next(_ids)}",
        "status": status,
        "start": f"{ago(days)}T09:00:00Z",
        "participant": [
            {"actor": {"reference": "Patient/p"}},
            {"actor": {"reference": "Practitioner/d"}},
        ],
    }


PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1980-05-01", "gender": "female"}


def chart(*resources: Resource, patient: Resource = PATIENT) -> PatientRecord:
    return PatientRecord(patient, resources, starter_vocabulary())


def truncated(resources: list[Resource], day: date) -> list[Resource]:
    """What a copy of the record made at the end of the day would have held."""
    last = day.isoformat()
    kept = []
    for resource in deepcopy(resources):
        if any(_when(resource.get(element)) > last for element in DATES):
            continue
        period = resource.get("period")
        if isinstance(period, dict) and str(period.get("end", ""))[:10] > last:
            del period["end"]
            if resource["resourceType"] == "Encounter":
                resource["status"] = "in-progress"
        if str(resource.get("abatementDateTime", ""))[:10] > last:
            del resource["abatementDateTime"]
            resource["clinicalStatus"] = {"coding": [{"code": "active"}]}
        kept.append(resource)
    return kept


def _when(value: object) -> str:
    if isinstance(value, dict):
        return str(value.get("start", ""))[:10]
    return str(value or "")[:10]


def made_up(patients: int = 400, rows_each: int = 4, *, effect: float = 1.2, seed: int = 1) -> Data:
    """Rows whose event depends on two of four columns; one has holes."""
    random = np.random.default_rng(seed)
    rows = patients * rows_each
    x = random.normal(size=(rows, 4))
    z = -2.2 + effect * x[:, 0] + 0.5 * effect * x[:, 1]
    hazard = 1 / (1 + np.exp(-z))
    event = np.full(rows, 3)
    for interval in (2, 1, 0):
        event[random.random(rows) < hazard] = interval
    x[random.random(rows) < 0.3, 2] = np.nan
    columns = tuple(Column(f"x{at}", f"x{at}", worse=1 if at < 2 else 0, parent=f"x{at}") for at in range(4))
    groups = tuple(f"p{row // rows_each}" for row in range(rows))
    return Data(columns, x, groups, event.astype(np.int64), (30, 60, 90))
