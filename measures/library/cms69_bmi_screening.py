"""CMS69: Body mass index screening and follow-up plan.

Specification: CMS69FHIRPCSBMIScreenAndFollowUp 1.0.000 (CMS, QI-Core 6). Names in quotes are that library's
defines. Of two BMIs in the period, one high and one low, a plan for either is enough.
"""

from measures.criteria import criterion, once
from measures.measure import proportion
from measures.shared.hospice import in_hospice
from measures.shared.limits import at_least, below, result_in
from measures.shared.palliative import in_palliative_care
from measures.shared.visits import in_person
from measures.statuses import clinical_status
from measures.terminology import LOINC, Code, ValueSet
from measures.time import at_or_before, days_between, within

VISIT = ValueSet("2.16.840.1.113883.3.600.1.1751", "Encounter to Evaluate BMI")
PREGNANCY = ValueSet("2.16.840.1.113883.3.600.1.1623", "Pregnancy Obstetric or Maternal Diagnoses")
OVERWEIGHT = ValueSet("2.16.840.1.113762.1.4.1047.502", "Overweight or Obese")
UNDERWEIGHT = ValueSet("2.16.840.1.113883.3.526.3.1563", "Underweight")
CARE_ABOVE_NORMAL = ValueSet("2.16.840.1.113883.3.600.1.1525", "Follow Up for Above Normal BMI")
CARE_BELOW_NORMAL = ValueSet("2.16.840.1.113883.3.600.1.1528", "Follow Up for Below Normal BMI")
MEDICINES_ABOVE_NORMAL = ValueSet("2.16.840.1.113883.3.526.3.1561", "Medications for Above Normal BMI")
MEDICINES_BELOW_NORMAL = ValueSet("2.16.840.1.113883.3.526.3.1562", "Medications for Below Normal BMI")
REFERRAL = ValueSet("2.16.840.1.113883.3.600.1.1527", "Referrals Where Weight Assessment May Occur")
MEDICAL_REASON = ValueSet("2.16.840.1.113883.3.526.3.1007", "Medical Reason")
DECLINED = ValueSet("2.16.840.1.113883.3.526.3.1582", "Patient Declined")
BMI = Code(LOINC, "39156-5", "Body mass index (BMI) [Ratio]")
bmi = result_in("kg/m2", "kg/m^2", "kg/m²")


@once
def visits(patient, period):
    """ "Qualifying Encounter During Day Of Measurement Period" """
    return patient.encounters(VISIT).where(in_person).during(period)


def is_bmi(event):
    """Whether it is a number in kg/m2 above 0, as no BMI is below."""
    result = bmi(event)
    return result is not None and result.at_most(0) is not True


@once
def bmis(patient, period):
    """ "BMI During Measurement Period": vital signs with a value."""
    measured = patient.observations(BMI).in_category("vital-signs").during(period)
    return measured.where(is_bmi)


@once
def high(patient, period):
    return bmis(patient, period).where(at_least(25, bmi))


@once
def low(patient, period):
    return bmis(patient, period).where(below(18.5, bmi))


def bmi_ever(patient, period):
    return patient.observations(BMI).latest()


def on_day_of_visit(patient, period, events):
    """Those of the calendar day on which a visit began."""
    return events.related(visits(patient, period), lambda e, visit: days_between(visit.start, e.end, 0, 0))


def plans(patient, period, care, medicines):
    """Orders, referrals, medicines and interventions of the period."""
    ordered = patient.service_requests(care, REFERRAL) + patient.medication_requests(medicines)
    return (ordered + patient.procedures(care)).starting(period)


def with_reason(patient, plan, diagnosis):
    """Those of a plan given for the diagnosis, or while it stood on the problem list."""
    listed = patient.conditions(diagnosis).in_category("problem-list-item", "health-concern")
    return plan.because(diagnosis) + plan.related(
        listed, lambda step, condition: within(step.start.by_day(), condition.when.by_day())
    )


def without_reason(patient, period):
    """Follow-up that lacks only its reason."""
    above = plans(patient, period, CARE_ABOVE_NORMAL, MEDICINES_ABOVE_NORMAL).given(high(patient, period))
    below = plans(patient, period, CARE_BELOW_NORMAL, MEDICINES_BELOW_NORMAL).given(low(patient, period))
    return (above + below).latest()


@criterion("18 or older by the end of the period")
def of_age(patient, period):
    return patient.age_on(period.end) >= 18


@criterion("a visit in person at 18 or older in the period")
def seen(patient, period):
    return visits(patient, period).where(lambda visit: at_or_before(patient.turns(18), visit.start))


@criterion("pregnant in the period", chart="If the patient is pregnant: record it on the problem list")
def pregnant(patient, period):
    active = patient.conditions(PREGNANCY).where(lambda c: clinical_status(c.source) == "active")
    return active.overlapping(period)


@criterion("BMI measured in the period", nearest=bmi_ever, do="Measure height and weight and record the BMI")
def measured(patient, period):
    return bmis(patient, period)


@criterion("a BMI of 25 kg/m2 or more, or below 18.5 kg/m2")
def outside_normal(patient, period):
    return high(patient, period) + low(patient, period)


@criterion(
    "a follow-up plan for the BMI, with its reason, ordered or begun in the period",
    nearest=without_reason,
    why_not=lambda _plan, _patient, _period: "no diagnosis of overweight or underweight is its reason",
    do="Order or give advice, referral or medicine for the BMI, with overweight or underweight as its reason",
)
def followed_up(patient, period):
    above = plans(patient, period, CARE_ABOVE_NORMAL, MEDICINES_ABOVE_NORMAL).given(high(patient, period))
    below = plans(patient, period, CARE_BELOW_NORMAL, MEDICINES_BELOW_NORMAL).given(low(patient, period))
    return with_reason(patient, above, OVERWEIGHT) + with_reason(patient, below, UNDERWEIGHT)


@criterion(
    "BMI declined, or not taken for a medical reason, on the day of a visit",
    chart="If the patient declines, or a medical reason stands against it: record BMI as not done, and why",
)
def bmi_not_taken(patient, period):
    return on_day_of_visit(
        patient, period, patient.observations_not_done(BMI).because(DECLINED, MEDICAL_REASON)
    )


@criterion(
    "follow-up not ordered for a medical reason on the day of a visit",
    chart="If a medical reason stands against follow-up: record it as not ordered, and why",
)
def follow_up_not_ordered(patient, period):
    services = patient.service_requests_not_done(REFERRAL, CARE_ABOVE_NORMAL, CARE_BELOW_NORMAL)
    medicines = patient.medication_requests_not_done(MEDICINES_ABOVE_NORMAL, MEDICINES_BELOW_NORMAL)
    refusals = (services + medicines).with_status("completed").because(MEDICAL_REASON)
    return on_day_of_visit(patient, period, refusals)


MEASURE = proportion(
    id="CMS69",
    title="Body mass index screening and follow-up plan",
    version="1.0.000",
    steward="CMS",
    initial_population=of_age & seen,
    expected=of_age,
    exclusions=in_hospice | in_palliative_care | pregnant,
    numerator=measured & (~outside_normal | followed_up),
    exceptions=bmi_not_taken | follow_up_not_ordered,
)
