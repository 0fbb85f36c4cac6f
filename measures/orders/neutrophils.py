"""The absolute neutrophil count (ANC): whether the latest one lies below a bound."""

from measures.criteria import Criterion
from measures.orders.asking import results
from measures.orders.laboratory import NEUTROPHILS

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


def latest_below(name, bound):
    """A leaf for "the latest count of the last 31 days is below so many a microliter".

    It cannot say in a unit not known here, without a number, or where only one side of it is known (">500").
    """

    def is_below(result):
        value = result.value
        return (
            None
            if value is None or value.unit not in _UNITS
            else value.times(_UNITS[value.unit]).below(bound)
        )

    def test(patient, today):
        counts = results(patient, today, DAYS, NEUTROPHILS)
        return counts.latest(at=lambda one: one.concluded).where(is_below)

    return Criterion(name, f"the latest neutrophil count of the last {DAYS} days is below {bound}/uL", test)
