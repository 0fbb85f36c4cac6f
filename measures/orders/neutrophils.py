"""The absolute neutrophil count (ANC): whether the latest one lies below a bound."""

from __future__ import annotations

from measures.criteria import Criterion
from measures.event import Event
from measures.events import Events
from measures.orders.laboratory import NEUTROPHILS
from measures.record import PatientRecord
from measures.time import Period

DAYS = 31  # an older count says nothing of today
# A microliter holds so many of what the unit counts.
_UNITS = {
    "/uL": 1,
    "{cells}/uL": 1,
    "cells/uL": 1,
    "10*3/uL": 1000,
    "10*9/L": 1000,
    "K/uL": 1000,
    "10^9/L": 1000,
}


def latest_below(name: str, bound: int) -> Criterion:
    """A leaf for "the latest count of the last 31 days is below so many a microliter".

    It cannot say in a unit not known here, without a number, or where only one side of it is known (">500").
    """

    def is_below(result: Event) -> bool | None:
        value = result.value
        if value is None or value.unit not in _UNITS:
            return None
        return value.times(_UNITS[value.unit]).below(bound)

    def test(patient: PatientRecord, today: Period) -> Events:
        counts = patient.observations(NEUTROPHILS).concluding(today.reaching_back(days=DAYS))
        return counts.latest(at=lambda one: one.concluded).where(is_below)

    return Criterion(name, f"the latest neutrophil count of the last {DAYS} days is below {bound}/uL", test)
