"""Antipsychotic medicines, and the blood tests they call for."""

from measures.criteria import criterion, once
from measures.measure import Group
from measures.medication_time import request_period
from measures.shared.hospice import in_hospice
from measures.shared.screening import ever_observed
from measures.terminology import ValueSet
from measures.time import overlap

ANTIPSYCHOTIC = ValueSet("throughline:antipsychotics", "Antipsychotic medicines")
GLUCOSE = ValueSet("throughline:glucose", "Glucose in blood, serum or plasma")
A1C = ValueSet("2.16.840.1.113883.3.464.1003.198.12.1013", "HbA1c Laboratory Test")
LDL = ValueSet("throughline:ldl", "LDL cholesterol")
OTHER_LIPIDS = ValueSet("throughline:other-lipids", "Cholesterol other than LDL, or triglycerides")
SCHIZOPHRENIA = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1104", "Schizophrenia or Psychotic Disorder")
BIPOLAR = ValueSet("2.16.840.1.113883.3.67.1.101.1.128", "Bipolar Disorder")
DIABETES = ValueSet("2.16.840.1.113883.3.464.1003.103.12.1001", "Diabetes")


@once
def dispensed_or_ordered(patient, period):
    """What was dispensed or ordered in the period."""
    dispensed = patient.find("MedicationDispense", (ANTIPSYCHOTIC,))
    return (dispensed + patient.medication_requests(ANTIPSYCHOTIC)).starting(period)


def taken_in(period):
    """Whether an order lasts into the period; an active one of no stated length goes on."""

    def test(order):
        days = request_period(order)
        if days is None:
            return None
        lasts = overlap(days, period.interval)
        return True if lasts is None and order.status == "active" and order.day else lasts

    return test


@criterion("an antipsychotic dispensed, ordered or still running in the period")
def on_antipsychotic(patient, period):
    running = patient.medication_requests(ANTIPSYCHOTIC).where(taken_in(period))
    return dispensed_or_ordered(patient, period) + running


@criterion("an antipsychotic dispensed or ordered on two days of the period, or ordered with a refill")
def continued_antipsychotic(patient, period):
    found = dispensed_or_ordered(patient, period)
    refilled = patient.medication_requests(ANTIPSYCHOTIC).where(taken_in(period)).where(has_refill)
    another_day = found.related(found, lambda one, other: one is not other and on_different_days(one, other))
    return another_day + refilled


def has_refill(order):
    return bool((order.source.get("dispenseRequest") or {}).get("numberOfRepeatsAllowed"))


def on_different_days(one, other):
    if one.day is None or other.day is None:
        return None
    return one.day != other.day


@criterion("schizophrenia, another psychosis or bipolar disorder in the period")
def psychotic_or_bipolar(patient, period):
    return patient.conditions(SCHIZOPHRENIA, BIPOLAR).overlapping(period)


@criterion("diabetes in the period")
def diabetic(patient, period):
    return patient.conditions(DIABETES).overlapping(period)


@criterion(
    "A1c or glucose measured in the period",
    nearest=ever_observed(A1C, GLUCOSE),
    do="Measure A1c or glucose",
    order="a1c_order",
)
def glucose_tested(patient, period):
    return patient.observations(A1C, GLUCOSE).concluding(period)


@criterion("A1c measured in the period", nearest=ever_observed(A1C), do="Measure A1c", order="a1c_order")
def a1c_tested(patient, period):
    return patient.observations(A1C).concluding(period)


@criterion(
    "cholesterol or triglycerides measured in the period",
    nearest=ever_observed(LDL, OTHER_LIPIDS),
    do="Measure cholesterol and triglycerides",
    order="lipid_order",
)
def lipids_tested(patient, period):
    return patient.observations(LDL, OTHER_LIPIDS).concluding(period)


@criterion(
    "LDL cholesterol measured in the period",
    nearest=ever_observed(LDL),
    do="Measure LDL cholesterol",
    order="lipid_order",
)
def ldl_tested(patient, period):
    return patient.observations(LDL).concluding(period)


def metabolic_groups(population):
    """Three rates: both tests, glucose alone, lipids alone; the first tells what to do."""
    numerators = {
        "Glucose and lipids": glucose_tested & lipids_tested,
        "Glucose": glucose_tested,
        "Lipids": lipids_tested,
    }
    return tuple(
        Group(
            id=f"Group_{number}",
            title=title,
            initial_population=population,
            exclusions=in_hospice,
            numerator=numerator,
        )
        for number, (title, numerator) in enumerate(numerators.items(), 1)
    )
