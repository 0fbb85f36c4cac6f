"""What the patient is said to take without an order of this chart: it counts as taken, and cards say how.

A MedicationStatement, or a MedicationRequest whose source reported it: US Core has no statements, and writes
what a patient says of his medicines as a reported plan. Nobody asks a host EHR for statements; those that
come with the chart are read.
"""

from __future__ import annotations

from measures.event import Event
from measures.events import Events
from measures.record import PatientRecord
from measures.shapes import Standing
from measures.terminology import ValueSet
from measures.time import Period, at_or_before, overlap

_NOTHING = Events()


def reported(patient: PatientRecord, *named: ValueSet) -> Events:
    """All that is reported of these medicines and stands, whenever it was."""
    if not patient.remember(reported, lambda: _has_any(patient)):
        return _NOTHING
    statements = patient.find("MedicationStatement", named).sure
    plans = patient.find("MedicationRequest", named, Standing.NEITHER).sure
    return Events((*statements, *(one for one in plans if _is_reported_plan(one))))


def reported_as_taken(patient: PatientRecord, today: Period, *named: ValueSet) -> Events:
    """What of it is taken today: what has ended is over, what begins later has not begun."""
    told = reported(patient, *named)
    return Events(one for one in told if _goes_on(one, today)) if told.sure else told


def is_reported(event: Event) -> bool:
    """Whether it is no prescription of this chart but what somebody said of the patient."""
    source = event.source
    told = source.get("reportedBoolean") is True or bool(source.get("reportedReference"))
    return event.kind == "MedicationStatement" or (event.kind == "MedicationRequest" and told)


def _has_any(patient: PatientRecord) -> bool:
    """Whether anything is reported at all: most charts hold nothing of the kind."""
    if "MedicationStatement" in patient.kinds():
        return True
    return any(order.source.get("intent") == "plan" for order in patient.every("MedicationRequest").sure)


def _is_reported_plan(order: Event) -> bool:
    return order.status == "active" and order.source.get("intent") == "plan" and is_reported(order)


def _goes_on(one: Event, today: Period) -> bool:
    """By its period, where it gives one; a date alone says when it was told, the status that it goes on."""
    if "effectivePeriod" in one.source:
        return overlap(one.when, today.interval) is not False
    return at_or_before(one.start, today.interval.end) is not False
