"""Counting one patient into the tally: populations, strata, gap status, and supplemental data."""

from __future__ import annotations

from collections.abc import Iterable

from measures.batch.job import Tally
from measures.measure import MeasureResult
from measures.record import PatientRecord
from measures.supplemental import supplemental_data

SUPPLEMENTAL = "supplemental"
STATUS = "status"


def count(record: PatientRecord, results: Iterable[MeasureResult]) -> Tally:
    """One patient, as the sum they add. Supplemental data count for who is in the initial population."""
    tally = Tally(patients=1)
    counts = tally.counts
    data = supplemental_data(record)
    for result in results:
        measure = result.measure.id
        for group in result.groups:
            name = group.group.id
            counts[measure, name, "", STATUS, group.status.value] += 1
            for stratum, populations in (("", group.populations), *group.strata.items()):
                for population, number in populations.items():
                    if number:
                        counts[measure, name, stratum, population] += number
        if any(group.populations["initial-population"] for group in result.groups):
            for element, code in data:
                counts[measure, SUPPLEMENTAL, element, code.system, code.value, code.display] += 1
    return tally
