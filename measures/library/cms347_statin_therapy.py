"""CMS347: Statin therapy for the prevention and treatment of cardiovascular disease. Four rates.

Specification: CMS347FHIRStatinPreventionTreatment 0.2.000 (CMS, QI-Core 4, content year 2024). Names in
quotes are that library's defines. Each rate leaves out the patients of those before it: atherosclerotic
disease (ASCVD); a very high LDL; diabetes; a high risk.
"""

from measures.criteria import criterion
from measures.measure import Group, Measure
from measures.medication_time import dosage_bounds, request_period
from measures.shared.hospice import in_hospice
from measures.shared.limits import at_least, result_in
from measures.shared.palliative import in_palliative_care
from measures.shared.visits import (
    ANNUAL_WELLNESS,
    CONSULTATION,
    COUNSELING,
    OFFICE,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
)
from measures.statuses import clinical_status
from measures.terminology import ICD10CM, LOINC, Code, ValueSet
from measures.time import UNKNOWN, overlap, within

LOW_INTENSITY = ValueSet("2.16.840.1.113883.3.526.3.1574", "Low Intensity Statin Therapy")
MODERATE_INTENSITY = ValueSet("2.16.840.1.113883.3.526.3.1575", "Moderate Intensity Statin Therapy")
HIGH_INTENSITY = ValueSet("2.16.840.1.113883.3.526.3.1572", "High Intensity Statin Therapy")
STATIN_ALLERGEN = ValueSet("2.16.840.1.113762.1.4.1110.42", "Statin Allergen")
MUSCLE_SYMPTOMS = ValueSet("2.16.840.1.113762.1.4.1108.85", "Statin Associated Muscle Symptoms")
MEDICAL_REASON = ValueSet("2.16.840.1.113883.3.526.3.1007", "Medical Reason")
INFARCTION = ValueSet("2.16.840.1.113883.3.526.3.403", "Myocardial Infarction")
STROKE = ValueSet("2.16.840.1.113762.1.4.1047.44", "Cerebrovascular Disease Stroke or TIA")
ATHEROSCLEROSIS = ValueSet("2.16.840.1.113762.1.4.1047.21", "Atherosclerosis and Peripheral Arterial Disease")
ISCHEMIC_HEART_DISEASE = ValueSet(
    "2.16.840.1.113762.1.4.1047.46", "Ischemic Heart Disease or Other Related Diagnoses"
)
ANGINA = ValueSet("2.16.840.1.113762.1.4.1047.47", "Stable and Unstable Angina")
SUBSEQUENT_INFARCTION = Code(ICD10CM, "I22.2", "Subsequent non-ST elevation myocardial infarction")
PCI = ValueSet("2.16.840.1.113762.1.4.1045.67", "PCI")
CABG = ValueSet("2.16.840.1.113883.3.666.5.694", "CABG Surgeries")
CABG_OR_PCI = ValueSet("2.16.840.1.113762.1.4.1138.566", "CABG or PCI Procedure")
CAROTID = ValueSet("2.16.840.1.113883.3.117.1.7.1.204", "Carotid Intervention")
LDL = ValueSet("2.16.840.1.113883.3.526.3.1573", "LDL Cholesterol")
FAMILIAL_HYPERCHOLESTEROLEMIA = ValueSet("2.16.840.1.113762.1.4.1047.100", "Familial Hypercholesterolemia")
DIABETES = ValueSet("2.16.840.1.113883.3.464.1003.103.12.1001", "Diabetes")
BREASTFEEDING = ValueSet("2.16.840.1.113762.1.4.1047.73", "Breastfeeding")
RHABDOMYOLYSIS = ValueSet("2.16.840.1.113762.1.4.1047.102", "Rhabdomyolysis")
HEPATITIS_A = ValueSet("2.16.840.1.113883.3.464.1003.110.12.1024", "Hepatitis A")
HEPATITIS_B = ValueSet("2.16.840.1.113883.3.67.1.101.1.269", "Hepatitis B")
LIVER_DISEASE = ValueSet("2.16.840.1.113762.1.4.1047.42", "Liver Disease")
ESRD = ValueSet("2.16.840.1.113883.3.526.3.353", "End Stage Renal Disease")
PREVENTIVE_CARE = ValueSet("2.16.840.1.113883.3.526.3.1576", "Outpatient Encounters for Preventive Care")
PREVENTIVE_OTHER = ValueSet("2.16.840.1.113883.3.464.1003.101.11.1150", "Preventive Care Services Other")
RISK_10_YEARS = Code(LOINC, "99055-6", "Cardiovascular disease 10Y risk")
RISK_10_YEARS_POOLED = Code(LOINC, "79423-0", "Cardiovascular disease 10Y risk, ACC-AHA pooled cohort")
STATINS = (LOW_INTENSITY, MODERATE_INTENSITY, HIGH_INTENSITY)
VISITS = (OFFICE, ANNUAL_WELLNESS, CONSULTATION, PREVENTIVE_CARE, PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL)
ASCVD = (INFARCTION, STROKE, ATHEROSCLEROSIS, ISCHEMIC_HEART_DISEASE, ANGINA)
VERY_HIGH_LDL = 190  # mg/dL
HIGH_RISK = 20  # %


def visits(patient, period):
    """ "Qualifying Encounter during day of Measurement Period" """
    return patient.encounters(*VISITS, COUNSELING, PREVENTIVE_OTHER).during(period)


def listed(patient, *disorders):
    """On the problem list, or a health concern."""
    return patient.conditions(*disorders).in_category("problem-list-item", "health-concern")


@criterion("20 to 75 at the start of the period")
def aged_20_to_75(patient, period):
    return 20 <= patient.age_on(period.start) <= 75


@criterion("40 to 75 at the start of the period")
def aged_40_to_75(patient, period):
    return 40 <= patient.age_on(period.start) <= 75


@criterion("a visit in the period")
def seen(patient, period):
    return visits(patient, period)


@criterion("atherosclerotic cardiovascular disease, or a procedure for it, by the end of the period")
def has_ascvd(patient, period):
    end = period.interval.end
    procedures = patient.procedures(PCI, CABG, CABG_OR_PCI, CAROTID)
    return listed(patient, *ASCVD).starting_by(end) + procedures.starting_by(end)


@criterion("a subsequent myocardial infarction by the end of the period")
def had_second_infarction(patient, period):
    return listed(patient, SUBSEQUENT_INFARCTION).starting_by(period.interval.end)


@criterion("an LDL of 190 mg/dL or more by the end of the period")
def had_very_high_ldl(patient, period):
    measured = patient.observations(LDL).with_value().starting_by(period.interval.end)
    return measured.where(at_least(VERY_HIGH_LDL, result_in("mg/dL")))


@criterion("familial hypercholesterolemia by the end of the period")
def has_hypercholesterolemia(patient, period):
    return listed(patient, FAMILIAL_HYPERCHOLESTEROLEMIA).starting_by(period.interval.end)


@criterion("diabetes in the period")
def diabetic(patient, period):
    return listed(patient, DIABETES).overlapping(period)


@criterion("a 10-year cardiovascular risk of 20 % or more in the period")
def at_high_risk(patient, period):
    scored = patient.observations(RISK_10_YEARS, RISK_10_YEARS_POOLED).with_value().during(period)
    return scored.where(at_least(HIGH_RISK, result_in("%")))


@criterion(
    "breastfeeding or rhabdomyolysis in the period",
    chart="If the patient breastfeeds, or has rhabdomyolysis: record it on the problem list",
)
def breastfeeding_or_rhabdomyolysis(patient, period):
    return listed(patient, BREASTFEEDING, RHABDOMYOLYSIS).overlapping(period)


def covers(order, period):
    """Whether the order is meant, or supplied, for days of the period.

    An active one of unknown length may well be: the record cannot say.
    """
    if any(overlap(bounds, period.interval) for bounds in dosage_bounds(order)):
        return True
    days = request_period(order)
    if days is None or (days.end.latest == UNKNOWN.latest and order.status != "active"):
        return False
    return overlap(days, period.interval)


def last_statin(patient, _period):
    return patient.medication_requests(*STATINS).latest()


@criterion(
    "a statin ordered, or prescribed for days, in the period",
    nearest=last_statin,
    do="Order a statin, or record the one that the patient takes",
)
def on_statin(patient, period):
    orders = patient.medication_requests(*STATINS)
    return orders.starting(period) + orders.where(lambda order: covers(order, period))


@criterion(
    "an active allergy to statins in the period",
    chart="If the patient is allergic to statins: record the allergy",
)
def allergic(patient, period):
    active = patient.find("AllergyIntolerance", (STATIN_ALLERGEN,)).where(
        lambda allergy: clinical_status(allergy.source) == "active"
    )
    return active.overlapping(period)


@criterion(
    "an adverse reaction to a statin recorded in the period",
    chart="If a statin did harm: record the adverse reaction",
)
def had_reaction(patient, period):
    reactions = patient.find("AdverseEvent", (STATIN_ALLERGEN,))
    return reactions.where(lambda e: within(e.dated("recordedDate").start, period.interval))


@criterion(
    "muscle symptoms from a statin in the period",
    chart="If statins cause muscle symptoms: record them on the problem list",
)
def has_muscle_symptoms(patient, period):
    return listed(patient, MUSCLE_SYMPTOMS).overlapping(period)


@criterion("hepatitis A or B, or liver disease, in the period")
def has_liver_disease(patient, period):
    return listed(patient, HEPATITIS_A, HEPATITIS_B, LIVER_DISEASE).overlapping(period)


@criterion("end-stage kidney disease in the period")
def has_kidney_failure(patient, period):
    return listed(patient, ESRD).overlapping(period)


@criterion(
    "a statin not ordered for a medical reason, at a visit",
    chart="If a medical reason stands against a statin: record it as not ordered, with the reason",
)
def statin_not_ordered(patient, period):
    refused = patient.medication_requests_not_done(*STATINS).with_status("completed").because(MEDICAL_REASON)
    return refused.related(visits(patient, period), lambda order, visit: within(order.start, visit.when))


def rate(number, title, members):
    return Group(
        id=f"Group_{number}",
        title=title,
        initial_population=members & seen,
        expected=members,
        exclusions=breastfeeding_or_rhabdomyolysis,
        numerator=on_statin,
        exceptions=allergic
        | had_reaction
        | has_muscle_symptoms
        | statin_not_ordered
        | has_liver_disease
        | has_kidney_failure
        | in_hospice
        | in_palliative_care,
    )


CHOLESTEROL = had_very_high_ldl | has_hypercholesterolemia

MEASURE = Measure(
    id="CMS347",
    title="Statin therapy for the prevention and treatment of cardiovascular disease",
    version="0.2.000",
    steward="CMS",
    groups=(
        rate(1, "With atherosclerotic disease", has_ascvd | had_second_infarction),
        rate(2, "With very high LDL", aged_20_to_75 & CHOLESTEROL & ~has_ascvd),
        rate(3, "With diabetes", aged_40_to_75 & diabetic & ~has_ascvd & ~CHOLESTEROL),
        rate(4, "At high risk", aged_40_to_75 & at_high_risk & ~has_ascvd & ~CHOLESTEROL & ~diabetic),
    ),
)
