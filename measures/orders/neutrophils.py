"""The absolute neutrophil count (ANC): whether the latest one lies below a bound."""

from __future__ import annotations

from measures.counts import per_microliter
from measures.criteria import Criterion
from measures.event import Event
from measures.events import Events
from measures.orders.laboratory import NEUTROPHILS
from measures.quantity import Quantity
from measures.record import PatientRecord
from measures.time import Period

DAYS = 31  # an older count says nothing of today


def count_of(result: Event) -> Quantity | None:
    """The count in cells a microliter; None without a number, or in a unit that is not known for one.

    A unit is read by its code or, where that is a laboratory's own, by its text.
    """
    value = result.value
    if value is None:
        return None
    said = str((result.source.get("valueQuantity") or {}).get("unit") or "")
    return per_microliter(value) or per_microliter(value._replace(unit=said))


def latest_below(name: str, bound: int) -> Criterion:
    """A leaf for "the latest count of the last 31 days is below so many a microliter".

    The latest that can be read: one after it that cannot does not take back what it said. It cannot say where
    none can be read, or where only one side of the count is known (">500").
    """

    def is_below(result: Event) -> bool | None:
        count = count_of(result)
        return None if count is None else count.below(bound)

    def test(patient: PatientRecord, today: Period) -> Events:
        counts = patient.observations(NEUTROPHILS).concluding(today.reaching_back(days=DAYS))
        read = Events(one for one in counts.sure if count_of(one) is not None)
        return (read if read.sure else counts).latest(at=lambda one: one.concluded).where(is_below)

    return Criterion(name, f"the latest neutrophil count of the last {DAYS} days is below {bound}/uL", test)
