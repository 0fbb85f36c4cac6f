"""A record as it would be if it held other resources: to find one at fault, or what an order would close."""

from __future__ import annotations

from collections.abc import Iterable

from measures.record import PatientRecord
from measures.shapes import Resource


def supposing(record: PatientRecord, resources: Iterable[Resource]) -> PatientRecord:
    """The same patient, asked for the same, on the same calendar, and of whom these resources are known. They
    are this patient's: those of a record, or such as were written for it.
    """
    return PatientRecord(
        record.patient,
        resources,
        record.vocabulary,
        gathered=record.gathered,
        zone=record.zone,
        read_on=record.read_on,
        vouched_for=True,
    )
