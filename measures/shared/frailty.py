"""Frailty with advanced illness, and long-term nursing-home care (shared library "AdvancedIllnessandFrailty"
1.27).
"""

from measures.criteria import criterion
from measures.medication_time import request_period
from measures.terminology import LOINC, SNOMED, Code, ValueSet
from measures.time import overlap

FRAILTY_DEVICE = ValueSet("2.16.840.1.113883.3.464.1003.118.12.1300", "Frailty Device")
FRAILTY_DIAGNOSIS = ValueSet("2.16.840.1.113883.3.464.1003.113.12.1074", "Frailty Diagnosis")
FRAILTY_ENCOUNTER = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1088", "Frailty Encounter")
FRAILTY_SYMPTOM = ValueSet("2.16.840.1.113883.3.464.1003.113.12.1075", "Frailty Symptom")
ADVANCED_ILLNESS = ValueSet("2.16.840.1.113883.3.464.1003.110.12.1082", "Advanced Illness")
DEMENTIA_MEDICATION = ValueSet("2.16.840.1.113883.3.464.1003.196.12.1510", "Dementia Medications")
EQUIPMENT_USED = Code(LOINC, "98181-1", "Medical equipment used")
HOUSING_STATUS = Code(LOINC, "71802-3", "Housing status")
LIVES_IN_NURSING_HOME = Code(SNOMED, "160734000", "Lives in nursing home")


@criterion("66 or older at the end of the period")
def aged_66(patient, period):
    return patient.age_on(period.end) >= 66


@criterion("66 to 80 at the end of the period")
def aged_66_to_80(patient, period):
    return 66 <= patient.age_on(period.end) <= 80


@criterion("81 or older at the end of the period")
def aged_81(patient, period):
    return patient.age_on(period.end) >= 81


@criterion("a sign of frailty in the period")
def frail(patient, period):
    return (
        patient.device_requests(FRAILTY_DEVICE).starting(period)
        + patient.observations(EQUIPMENT_USED).valued(FRAILTY_DEVICE).ending(period)
        + patient.conditions(FRAILTY_DIAGNOSIS).overlapping(period)
        + patient.encounters(FRAILTY_ENCOUNTER).overlapping(period)
        + patient.observations(FRAILTY_SYMPTOM).overlapping(period)
    )


@criterion("an advanced illness, or a dementia medicine, in the period or the year before")
def advanced_illness(patient, period):
    two_years = period.reaching_back(years=1)

    def taken_then(order):
        days = request_period(order)
        return None if days is None else overlap(days, two_years.interval)

    dementia_medicine = (
        patient.medication_requests(DEMENTIA_MEDICATION).with_status("active").where(taken_then)
    )
    return patient.conditions(ADVANCED_ILLNESS).starting(two_years) + dementia_medicine


@criterion("living long-term in a nursing home")
def in_nursing_home(patient, period):
    known = patient.observations(HOUSING_STATUS).ending_by(period.interval.end)
    return known.latest(at=lambda e: e.end).valued(LIVES_IN_NURSING_HOME)


FRAIL_AND_ILL = aged_66 & frail & advanced_illness
"""Excludes from most measures at 66 or older."""

FRAIL_BY_AGE = (aged_66_to_80 & frail & advanced_illness) | (aged_81 & frail)
"""As above, but at 81 or older frailty is enough (blood pressure)."""

NURSING_HOME = aged_66 & in_nursing_home
