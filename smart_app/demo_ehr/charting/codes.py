"""The diagnoses, medicines, laboratory tests and instruments the stories mention."""

from __future__ import annotations

from dataclasses import dataclass

from measures.terminology import HCPCS, ICD10CM, LOINC, RXNORM, SNOMED, Code

# Visits
CHECK_UP = Code(SNOMED, "185349003", "Encounter for check up")
FOLLOW_UP = Code(SNOMED, "390906007", "Follow-up encounter")
PSYCHIATRIC_VISIT = Code(SNOMED, "302440009", "Psychiatric pharmacologic management")
PSYCHOTHERAPY = Code(SNOMED, "18512000", "Individual psychotherapy")
PHONE_CALL = Code(SNOMED, "185317003", "Telephone encounter")
HOME_VISIT = Code(SNOMED, "439708006", "Home visit")
PRENATAL_VISIT = Code(SNOMED, "424619006", "Prenatal visit")
WELLNESS_VISIT = Code(HCPCS, "G0439", "Annual wellness visit, subsequent")
HOSPICE_AT_HOME = Code(HCPCS, "T2042", "Hospice routine home care, per day")
ED_VISIT = Code(SNOMED, "4525004", "Emergency department patient visit")
INPATIENT_STAY = Code(SNOMED, "32485007", "Hospital admission")

# Diagnoses: ICD-10-CM first, as a US problem list carries it, and SNOMED CT where both are known
Diagnosis = tuple[Code, ...]
MAJOR_DEPRESSION: Diagnosis = (
    Code(ICD10CM, "F33.1", "Major depressive disorder, recurrent, moderate"),
    Code(SNOMED, "370143000", "Major depressive disorder"),
)
SEVERE_DEPRESSION: Diagnosis = (Code(ICD10CM, "F33.2", "Major depressive disorder, recurrent, severe"),)
REMITTED_DEPRESSION: Diagnosis = (
    Code(ICD10CM, "F33.42", "Major depressive disorder, recurrent, in full remission"),
)
BIPOLAR: Diagnosis = (
    Code(ICD10CM, "F31.9", "Bipolar disorder, unspecified"),
    Code(SNOMED, "13746004", "Bipolar disorder"),
)
SCHIZOPHRENIA: Diagnosis = (
    Code(ICD10CM, "F20.9", "Schizophrenia, unspecified"),
    Code(SNOMED, "58214004", "Schizophrenia"),
)
ANXIETY: Diagnosis = (
    Code(ICD10CM, "F41.1", "Generalized anxiety disorder"),
    Code(SNOMED, "21897009", "Generalized anxiety disorder"),
)
PANIC: Diagnosis = (Code(ICD10CM, "F41.0", "Panic disorder"), Code(SNOMED, "371631005", "Panic disorder"))
PTSD: Diagnosis = (Code(ICD10CM, "F43.10", "Post-traumatic stress disorder"),)
OPIOID_USE: Diagnosis = (Code(ICD10CM, "F11.20", "Opioid dependence, uncomplicated"),)
ALCOHOL_USE: Diagnosis = (Code(ICD10CM, "F10.20", "Alcohol dependence, uncomplicated"),)
DIABETES: Diagnosis = (
    Code(ICD10CM, "E11.9", "Type 2 diabetes mellitus without complications"),
    Code(SNOMED, "44054006", "Diabetes mellitus type 2"),
)
DIABETES_HIGH_GLUCOSE: Diagnosis = (
    Code(ICD10CM, "E11.65", "Type 2 diabetes mellitus with hyperglycemia"),
    Code(SNOMED, "44054006", "Diabetes mellitus type 2"),
)
HYPERTENSION: Diagnosis = (
    Code(ICD10CM, "I10", "Essential (primary) hypertension"),
    Code(SNOMED, "59621000", "Essential hypertension"),
)
HYPERLIPIDEMIA: Diagnosis = (Code(ICD10CM, "E78.5", "Hyperlipidemia, unspecified"),)
OBESITY: Diagnosis = (Code(ICD10CM, "E66.9", "Obesity, unspecified"),)
ASTHMA: Diagnosis = (Code(ICD10CM, "J45.20", "Mild intermittent asthma"),)
ALZHEIMERS: Diagnosis = (
    Code(ICD10CM, "G30.9", "Alzheimer's disease, unspecified"),
    Code(SNOMED, "26929004", "Alzheimer's disease"),
)
REPEATED_FALLS: Diagnosis = (Code(ICD10CM, "R29.6", "Repeated falls"),)
HEART_FAILURE: Diagnosis = (Code(ICD10CM, "I50.22", "Chronic systolic heart failure"),)
PREGNANCY: Diagnosis = (
    Code(SNOMED, "72892002", "Normal pregnancy"),
    Code(ICD10CM, "Z34.90", "Supervision of normal pregnancy"),
)
HOMELESS: Diagnosis = (
    Code(ICD10CM, "Z59.01", "Sheltered homelessness"),
    Code(SNOMED, "32911000", "Homeless"),
)
SUICIDAL_IDEATION: Diagnosis = (Code(ICD10CM, "R45.851", "Suicidal ideations"),)

# Instruments
PHQ9_TOTAL = Code(LOINC, "44261-6", "PHQ-9 total score")
PHQ9_ITEM_9 = Code(LOINC, "44260-8", "PHQ-9 item 9: thoughts of being better off dead or of self-harm")
PHQ9_MODIFIED_TOTAL = Code(LOINC, "89204-2", "PHQ-9 modified for teens, total score")
GAD7_TOTAL = Code(LOINC, "70274-6", "GAD-7 total score")
AUDIT_C_TOTAL = Code(LOINC, "75626-2", "AUDIT-C total score")
CSSRS_RISK = Code(LOINC, "93374-7", "C-SSRS suicide risk level")
CSSRS_LEVELS = {
    "low": Code(LOINC, "LA9194-7", "Low"),
    "moderate": Code(LOINC, "LA6751-7", "Moderate"),
    "high": Code(LOINC, "LA9193-9", "High"),
}
ADULT_DEPRESSION_SCREEN = Code(LOINC, "73832-8", "Adult depression screening assessment")
ADOLESCENT_DEPRESSION_SCREEN = Code(LOINC, "73831-0", "Adolescent depression screening assessment")
SCREEN_NEGATIVE = Code(SNOMED, "428171000124102", "Depression screening negative")
SCREEN_POSITIVE = Code(SNOMED, "428181000124104", "Depression screening positive")
PATIENT_REFUSED = Code(SNOMED, "720834000", "Depression screening declined")
LIVING_SITUATION = Code(LOINC, "71802-3", "Living situation today")
STEADY_HOME = Code(LOINC, "LA31993-1", "Has a steady place to live")
NO_STEADY_HOME = Code(LOINC, "LA31995-6", "Does not have a steady place to live")
TOBACCO_STATUS = Code(LOINC, "72166-2", "Tobacco smoking status")
NEVER_SMOKED = Code(SNOMED, "266919005", "Never smoked tobacco")
SMOKES_DAILY = Code(SNOMED, "449868002", "Smokes tobacco daily")

# Measurements and laboratory
BP_PANEL = Code(LOINC, "85354-9", "Blood pressure panel")
SYSTOLIC = Code(LOINC, "8480-6", "Systolic blood pressure")
DIASTOLIC = Code(LOINC, "8462-4", "Diastolic blood pressure")
WEIGHT = Code(LOINC, "29463-7", "Body weight")
HEIGHT = Code(LOINC, "8302-2", "Body height")
BMI = Code(LOINC, "39156-5", "Body mass index")
A1C = Code(LOINC, "4548-4", "Hemoglobin A1c")
LDL = Code(LOINC, "13457-7", "LDL cholesterol, calculated")
FASTING_GLUCOSE = Code(LOINC, "1558-6", "Fasting glucose")
CREATININE = Code(LOINC, "2160-0", "Creatinine")
TSH = Code(LOINC, "3016-3", "Thyrotropin")
LITHIUM_LEVEL = Code(LOINC, "14334-7", "Lithium level")

# Care
CRISIS_PLAN_DONE = Code(SNOMED, "401277000", "Completion of mental health crisis plan")
REFERRAL_TO_COUNSELING = Code(SNOMED, "306226009", "Referral to mental health counseling service")
REFERRAL_TO_PSYCHIATRY = Code(SNOMED, "183524004", "Referral to psychiatry service")
SUICIDE_RISK_ASSESSMENT = Code(SNOMED, "225337009", "Suicide risk assessment")
COGNITIVE_THERAPY = Code(SNOMED, "228557008", "Cognitive and behavioral therapy")
PROGRESS_NOTE = Code(LOINC, "11506-3", "Progress note")
DISCHARGE_SUMMARY = Code(LOINC, "18842-5", "Discharge summary")
TELEPHONE_NOTE = Code(LOINC, "34748-4", "Telephone encounter note")


@dataclass(frozen=True)
class Drug:
    """A medicine as it is usually dispensed: one strength, one dose form, so many units a day."""

    code: Code
    unit: str
    a_day: int
    directions: str


def _drug(rxnorm: str, name: str, unit: str, a_day: int, directions: str) -> Drug:
    return Drug(Code(RXNORM, rxnorm, name), unit, a_day, directions)


SERTRALINE_50 = _drug("312941", "sertraline 50 MG Oral Tablet", "tablet", 1, "1 tablet every morning")
SERTRALINE_100 = _drug("312938", "sertraline 100 MG Oral Tablet", "tablet", 1, "1 tablet every morning")
ESCITALOPRAM_10 = _drug("349332", "escitalopram 10 MG Oral Tablet", "tablet", 1, "1 tablet daily")
FLUOXETINE_20 = _drug("310385", "fluoxetine 20 MG Oral Capsule", "capsule", 1, "1 capsule every morning")
OLANZAPINE_10 = _drug("314154", "olanzapine 10 MG Oral Tablet", "tablet", 1, "1 tablet at bedtime")
QUETIAPINE_100 = _drug("312743", "quetiapine 100 MG Oral Tablet", "tablet", 2, "1 tablet twice a day")
LITHIUM_300 = _drug(
    "197889", "lithium carbonate 300 MG Oral Capsule", "capsule", 3, "1 capsule three times a day"
)
BUPRENORPHINE_NALOXONE = _drug(
    "1010604",
    "buprenorphine 8 MG / naloxone 2 MG Sublingual Film",
    "film",
    2,
    "2 films under the tongue daily",
)
HYDROXYZINE_25 = _drug(
    "995258", "hydroxyzine hydrochloride 25 MG Oral Tablet", "tablet", 2, "1 tablet twice a day as needed"
)
METFORMIN_500 = _drug(
    "861007", "metformin hydrochloride 500 MG Oral Tablet", "tablet", 2, "1 tablet twice a day with food"
)
LISINOPRIL_10 = _drug("314076", "lisinopril 10 MG Oral Tablet", "tablet", 1, "1 tablet daily")
AMLODIPINE_5 = _drug("197361", "amlodipine 5 MG Oral Tablet", "tablet", 1, "1 tablet daily")
ATORVASTATIN_20 = _drug("617310", "atorvastatin 20 MG Oral Tablet", "tablet", 1, "1 tablet at bedtime")
DONEPEZIL_10 = _drug(
    "997223", "donepezil hydrochloride 10 MG Oral Tablet", "tablet", 1, "1 tablet at bedtime"
)
