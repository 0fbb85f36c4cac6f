"""A day at the desk: what day it is in these tests, and the events that only the pages look at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from measures.gather import EVERYTHING, Gathered
from measures.terminology import LOINC, Code
from smart_app.care.appointments import bookings
from smart_app.care.material import Material
from tests.clinic import Number, Resource, chart, event, observed

TODAY = date(2026, 11, 21)

PHQ9 = Code(LOINC, "44261-6")
A1C = Code(LOINC, "4548-4")
WEIGHT = Code(LOINC, "29463-7")
CSSRS = Code(LOINC, "93374-7")
LEVELS = {
    "low": Code(LOINC, "LA9194-7"),
    "moderate": Code(LOINC, "LA6751-7"),
    "high": Code(LOINC, "LA9193-9"),
}


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days)).isoformat()


def desk(
    *events: Resource, booked: tuple[Resource, ...] = (), gathered: Gathered = EVERYTHING, **patient: Any
) -> Material:
    """What the page is made from, on TODAY."""
    return Material(chart(*events, gathered=gathered, **patient), TODAY, bookings(booked, "pat-1", TODAY))


def score(code: Code, number: Number, days: int, unit: str = "{score}", **more: Any) -> Resource:
    return observed(code, days_ago(days), value=number, unit=unit, **more)


def screen(level: str, days: int, **more: Any) -> Resource:
    """A C-SSRS that came to a level."""
    return observed(CSSRS, days_ago(days), value=LEVELS[level], **more)


def encounter(
    class_: str, start: int, end: int | None, *, what: str = "Visit", status: str = "finished", **more: Any
) -> Resource:
    """An encounter from `start` to `end` days ago; without an end it goes on."""
    period = {"start": days_ago(start)} | ({} if end is None else {"end": days_ago(end)})
    return event(
        "Encounter",
        status=status,
        period=period,
        type=[{"text": what}],
        **({"class": {"code": class_}} | more),
    )


def stay(start: int, end: int | None, *, psychiatric: bool = False, **more: Any) -> Resource:
    service = {"text": "Psychiatry"} if psychiatric else None
    status = "finished" if end is not None else "in-progress"
    return encounter("IMP", start, end, what="Hospital admission", serviceType=service, status=status, **more)


def appointment(days_ahead: int, *, status: str = "booked", patient: str = "pat-1", **more: Any) -> Resource:
    who = [{"actor": {"reference": f"Patient/{patient}"}}, {"actor": {"display": "Noor Elmgrove, MD"}}]
    return {
        "resourceType": "Appointment",
        "id": f"a{days_ahead}",
        "status": status,
        "start": f"{days_ago(-days_ahead)}T15:00:00-05:00",
        "serviceType": [{"text": "Follow-up"}],
        "participant": who,
    } | more


def order(
    name: str, days: int, *, status: str = "active", supply: int | None = None, **more: Any
) -> Resource:
    """A prescription by name."""
    return event(
        "MedicationRequest",
        status=status,
        intent="order",
        medicationCodeableConcept={"text": name},
        authoredOn=days_ago(days),
        dispenseRequest={"expectedSupplyDuration": {"value": supply, "code": "d"}} if supply else None,
        **more,
    )
