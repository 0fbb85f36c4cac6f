"""Palliative care in the period (shared library "PalliativeCare" 1.18)."""

from measures.criteria import criterion
from measures.terminology import LOINC, Code, ValueSet

ASSESSMENT = Code(LOINC, "71007-9", "Functional Assessment of Chronic Illness Therapy - Palliative Care")
DIAGNOSIS = ValueSet("2.16.840.1.113883.3.464.1003.1167", "Palliative Care Diagnosis")
ENCOUNTER = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1090", "Palliative Care Encounter")
INTERVENTION = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1135", "Palliative Care Intervention")


@criterion("in palliative care during the period")
def in_palliative_care(patient, period):
    return (
        patient.observations(ASSESSMENT).overlapping(period)
        + patient.conditions(DIAGNOSIS).overlapping(period)
        + patient.encounters(ENCOUNTER).overlapping(period)
        + patient.procedures(INTERVENTION).overlapping(period)
    )
