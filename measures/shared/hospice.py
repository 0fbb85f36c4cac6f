"""Hospice care in the period (shared library "Hospice" 6.18)."""

from measures.criteria import criterion
from measures.shapes import codings
from measures.terminology import LOINC, SNOMED, Code, ValueSet

INPATIENT = ValueSet("2.16.840.1.113883.3.666.5.307", "Encounter Inpatient")
HOSPICE_ENCOUNTER = ValueSet("2.16.840.1.113883.3.464.1003.1003", "Hospice Encounter")
HOSPICE_CARE = ValueSet("2.16.840.1.113883.3.526.3.1584", "Hospice Care Ambulatory")
HOSPICE_DIAGNOSIS = ValueSet("2.16.840.1.113883.3.464.1003.1165", "Hospice Diagnosis")
HOSPICE_ASSESSMENT = Code(LOINC, "45755-6", "Hospice care [Minimum Data Set]")
YES = Code(SNOMED, "373066001", "Yes")
DISCHARGED_TO_HOSPICE = frozenset({(SNOMED, "428361000124107"), (SNOMED, "428371000124100")})


def discharged_to_hospice(encounter):
    disposition = (encounter.source.get("hospitalization") or {}).get("dischargeDisposition")
    return not DISCHARGED_TO_HOSPICE.isdisjoint(codings(disposition))


@criterion("in hospice care during the period")
def in_hospice(patient, period):
    return (
        patient.encounters(INPATIENT).where(discharged_to_hospice).ending(period)
        + patient.encounters(HOSPICE_ENCOUNTER).overlapping(period)
        + patient.observations(HOSPICE_ASSESSMENT).valued(YES).overlapping(period)
        + patient.service_requests(HOSPICE_CARE).starting(period)
        + patient.procedures(HOSPICE_CARE).overlapping(period)
        + patient.conditions(HOSPICE_DIAGNOSIS).overlapping(period)
    )
