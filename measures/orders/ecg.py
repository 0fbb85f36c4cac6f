"""The ECGs of a record: filed as an observation, as a procedure, or as a report that somebody signed."""

from __future__ import annotations

from measures.events import Events
from measures.orders.problems import ECG
from measures.record import PatientRecord


def ecgs(patient: PatientRecord) -> Events:
    """All of them. Few clients prefetch reports: that none were gathered proves nothing, and stands in
    nobody's way; what is missing says so (`Need.elsewhere`).
    """
    reports = patient.find("DiagnosticReport", (ECG,))
    return patient.observations(ECG) + patient.procedures(ECG) + Events(reports.sure, reports.maybe)
