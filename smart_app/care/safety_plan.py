"""Safety plans, wherever a chart keeps them: care plans, procedures, documents."""

from __future__ import annotations

from measures.event import Event
from measures.record import PatientRecord
from measures.shapes import Standing
from measures.shared.suicide_risk import is_safety_plan
from smart_app.care.facts import begun_by

PLAN_KINDS = ("CarePlan", "Procedure", "DocumentReference")


def safety_plans(record: PatientRecord) -> tuple[Event, ...]:
    """Plans that stand, the latest first. Ask also whether PLAN_KINDS were gathered: none found may prove
    nothing.
    """
    found = [
        event
        for kind in PLAN_KINDS
        for event in record.every(kind).sure
        if event.standing is Standing.DONE and is_safety_plan(event)
    ]
    return tuple(sorted(found, key=begun_by, reverse=True))
