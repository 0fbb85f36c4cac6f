"""C-SSRS results as levels. Used by the timeline's lane and by the safety line."""

from __future__ import annotations

from measures.event import Event
from measures.record import PatientRecord
from measures.shared.suicide_risk import CSSRS, RiskLevel, risk_level

__all__ = ["CSSRS", "RiskLevel", "risk_level", "screens"]


def screens(record: PatientRecord) -> tuple[Event, ...]:
    """Every C-SSRS with a result, dated or not, oldest first."""
    found = [event for event in record.find("Observation", CSSRS).sure if event.has_value]
    return tuple(sorted(found, key=lambda e: e.start.latest))
