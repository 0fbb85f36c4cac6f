"""CMS165: Controlling high blood pressure.

Specification: CMS165FHIRControllingHighBP 1.0.000 (NCQA for CMS, QI-Core 6): the release bounds the
qualifying reading to the period, which the draft did not.
"""

from measures.criteria import criterion, once
from measures.measure import proportion
from measures.shared.blood_pressure import BLOOD_PRESSURE, diastolic, reading_ever, systolic
from measures.shared.frailty import FRAIL_BY_AGE, NURSING_HOME
from measures.shared.hospice import INPATIENT, in_hospice
from measures.shared.limits import below
from measures.shared.palliative import in_palliative_care
from measures.shared.visits import had_outpatient_visit
from measures.terminology import ValueSet
from measures.time import within

HYPERTENSION = ValueSet("2.16.840.1.113883.3.464.1003.104.12.1011", "Essential Hypertension")
PREGNANCY = ValueSet("2.16.840.1.113883.3.526.3.378", "Pregnancy")
ESRD = ValueSet("2.16.840.1.113883.3.526.3.353", "End Stage Renal Disease")
TRANSPLANT_RECIPIENT = ValueSet("2.16.840.1.113883.3.464.1003.109.12.1029", "Kidney Transplant Recipient")
CKD_5 = ValueSet("2.16.840.1.113883.3.526.3.1002", "Chronic Kidney Disease, Stage 5")
TRANSPLANT = ValueSet("2.16.840.1.113883.3.464.1003.109.12.1012", "Kidney Transplant")
DIALYSIS = ValueSet("2.16.840.1.113883.3.464.1003.109.12.1013", "Dialysis Services")
ESRD_MONTHLY = ValueSet("2.16.840.1.113883.3.464.1003.109.12.1014", "ESRD Monthly Outpatient Services")
EMERGENCY = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1010", "Emergency Department Visit")
# Encounter classes whose blood pressures do not count (v3-ActCode).
ACUTE_CLASSES = ("EMER", "IMP", "ACUTE", "NONAC", "PRENC", "SS")


@once
def last_readings(patient, period):
    """The readings of the most recent day with both components, taken outside hospital and emergency care."""
    hospital = patient.encounters(INPATIENT, EMERGENCY)
    readings = patient.observations(BLOOD_PRESSURE).concluding(period)
    taken_outside = readings.unrelated(hospital, lambda bp, stay: within(bp.concluded, stay.when))
    linked_outside = readings.where(lambda bp: taken_at_outpatient_visit(patient, bp))
    complete = (taken_outside + linked_outside).where(
        lambda bp: systolic(bp) is not None and diastolic(bp) is not None
    )
    return complete.on_last_day()


def taken_at_outpatient_visit(patient, reading):
    """Whether the reading's own encounter is known, and of no acute class."""
    visit = patient.by_reference((reading.source.get("encounter") or {}).get("reference", ""))
    return visit is not None and (visit.source.get("class") or {}).get("code") not in ACUTE_CLASSES


@criterion("18 to 85 at the end of the period")
def of_age(patient, period):
    return 18 <= patient.age_on(period.end) <= 85


@criterion("essential hypertension in the first six months of the period")
def hypertensive(patient, period):
    return patient.conditions(HYPERTENSION).overlapping(period.first(months=6))


@criterion("pregnancy, end-stage kidney disease or a kidney transplant in the period")
def pregnant_or_kidney_failure(patient, period):
    return patient.conditions(PREGNANCY, ESRD, TRANSPLANT_RECIPIENT, CKD_5).overlapping(period)


@criterion("a kidney transplant or dialysis by the end of the period")
def kidney_replaced(patient, period):
    end = period.interval.end
    return patient.procedures(TRANSPLANT, DIALYSIS).ending_by(end) + patient.encounters(
        ESRD_MONTHLY
    ).starting_by(end)


def not_counted(bp, patient, period):
    if within(bp.concluded, period.interval) is True:
        return "taken in hospital or emergency care" if diastolic(bp) else "not both numbers"
    return ""


@criterion(
    "blood pressure measured outside hospital in the period",
    nearest=reading_ever,
    why_not=not_counted,
    do="Measure blood pressure",
)
def measured(patient, period):
    return last_readings(patient, period)


@criterion(
    "lowest systolic of the latest day below 140 mm[Hg]",
    nearest=last_readings,
    why_not=lambda bp, _patient, _period: f"systolic {systolic(bp).without_unit()}; limit 139",
    do="Treat, and measure again: the last day of the year with a reading counts",
)
def systolic_controlled(patient, period):
    return last_readings(patient, period).where(below(140, systolic))


@criterion(
    "lowest diastolic of the latest day below 90 mm[Hg]",
    nearest=last_readings,
    why_not=lambda bp, _patient, _period: f"diastolic {diastolic(bp).without_unit()}; limit 89",
    do="Treat, and measure again: the last day of the year with a reading counts",
)
def diastolic_controlled(patient, period):
    return last_readings(patient, period).where(below(90, diastolic))


MEASURE = proportion(
    id="CMS165",
    title="Controlling high blood pressure",
    version="1.0.000",
    steward="NCQA",
    initial_population=of_age & hypertensive & had_outpatient_visit,
    expected=of_age & hypertensive,
    exclusions=in_hospice
    | pregnant_or_kidney_failure
    | kidney_replaced
    | FRAIL_BY_AGE
    | NURSING_HOME
    | in_palliative_care,
    numerator=measured & systolic_controlled & diastolic_controlled,
)
