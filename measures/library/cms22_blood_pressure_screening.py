"""CMS22: Screening for high blood pressure and follow-up. Counts visits.

Specification: CMS22FHIRPCSBPScreeningFollowUp 1.0.000 (CMS, QI-Core 6). Names in quotes are that library's
defines. What follow-up is due depends on the reading: elevated (120 to 129 and below 80), high for the first
time in a year (from 130 or 80), or high again, below or from 140 or 90. The return visit and the referral are
ordered at the visit; lifestyle advice, tests and medicines after a high reading at any time of the period.
"""

from measures.criteria import criterion, episode_criterion, once
from measures.event import DIASTOLIC, SYSTOLIC
from measures.measure import Group, Measure
from measures.shared.blood_pressure import BLOOD_PRESSURE, diastolic, reading_ever, systolic
from measures.shared.limits import at_least, below
from measures.shared.visits import end_of_visit, in_person
from measures.terminology import LOINC, Code, ValueSet
from measures.time import at_or_before, before, both, either, months_after, within

VISIT = ValueSet("2.16.840.1.113883.3.600.1920", "Encounter to Screen for Blood Pressure")
HYPERTENSION = ValueSet("2.16.840.1.113883.3.600.263", "Diagnosis of Hypertension")
HIGH_FINDING = ValueSet(
    "2.16.840.1.113762.1.4.1047.514", "Finding of Elevated Blood Pressure or Hypertension"
)
RETURN_IN_4_WEEKS = ValueSet("2.16.840.1.113883.3.526.3.1578", "Follow Up Within 4 Weeks")
RETURN_IN_6_MONTHS = ValueSet("2.16.840.1.113762.1.4.1108.125", "Follow Up Within 6 Months")
REFERRAL = ValueSet("2.16.840.1.113883.3.526.3.1580", "Referral to Primary Care or Alternate Provider")
LIFESTYLE = ValueSet("2.16.840.1.113883.3.526.3.1581", "Lifestyle Recommendation")
WEIGHT = ValueSet("2.16.840.1.113883.3.600.1510", "Weight Reduction Recommended")
DIET = ValueSet("2.16.840.1.113883.3.600.1515", "Dietary Recommendations")
EXERCISE = ValueSet("2.16.840.1.113883.3.600.1518", "Recommendation to Increase Physical Activity")
ALCOHOL = ValueSet("2.16.840.1.113883.3.526.3.1583", "Referral or Counseling for Alcohol Consumption")
LABORATORY = ValueSet("2.16.840.1.113883.3.600.1482", "Laboratory Tests for Hypertension")
MEDICINES = ValueSet("2.16.840.1.113883.3.526.1577", "Pharmacologic Therapy for Hypertension")
MEDICAL_REASON = ValueSet("2.16.840.1.113883.3.526.3.1007", "Medical Reason")
DECLINED = ValueSet("2.16.840.1.113883.3.526.3.1582", "Patient Declined")
ECG_PANEL = Code(LOINC, "34534-8", "EKG 12 channel panel")
ECG_STUDY = Code(LOINC, "11524-6", "EKG study")
ADVICE = (LIFESTYLE, WEIGHT, DIET, EXERCISE, ALCOHOL)
TESTS = (LABORATORY, ECG_PANEL, ECG_STUDY)


@once
def visits(patient, period):
    """ "Qualifying Encounter during Measurement Period" """
    return patient.encounters(VISIT).where(in_person).during(period)


def is_complete(bp):
    """Whether both numbers are there and above 0, as no pressure is below."""
    sides = systolic(bp), diastolic(bp)
    return all(side is not None and side.at_most(0) is not True for side in sides)


def is_elevated(bp):
    is_120_to_129 = both(at_least(120, systolic)(bp), below(130, systolic)(bp))
    return both(is_120_to_129, below(80, diastolic)(bp))


def is_high(bp):
    return is_complete(bp) and either(at_least(130, systolic)(bp), at_least(80, diastolic)(bp))


def is_very_high(bp):
    return either(at_least(140, systolic)(bp), at_least(90, diastolic)(bp))


def is_not_very_high(bp):
    return both(below(140, systolic)(bp), below(90, diastolic)(bp))


@once
def reading(patient, visit):
    """The last blood pressure of the visit, or a high one of the same day if the visit has none."""
    readings = patient.observations(BLOOD_PRESSURE).in_category("vital-signs")
    taken = readings.where(lambda bp: within(bp.end, visit.when))
    same_day = readings.where(lambda bp: within(bp.end.by_day(), visit.when.by_day()))
    return (taken + same_day.where(is_high).unless(taken)).latest().where(is_complete)


@once
def high_before(patient, visit):
    """ "Encounter with Hypertensive Reading Within Year Prior": the last before the visit, if high."""
    year_before, own = months_after(visit.start, -12), reading(patient, visit).sure
    others = patient.observations(BLOOD_PRESSURE).in_category("vital-signs").where(lambda bp: bp not in own)
    earlier = others.where(lambda bp: both(at_or_before(year_before, bp.end), before(bp.end, visit.start)))
    return earlier.latest().where(is_high)


def on_day_of(visit):
    return lambda event: within(event.start.by_day(), visit.when.by_day())


def ordered_at(patient, visit, *services):
    return patient.service_requests(*services).where(on_day_of(visit))


def declined_at(patient, visit, *services):
    refused = patient.service_requests_not_done(*services).with_status("completed")
    return refused.because(DECLINED).where(on_day_of(visit))


@criterion("18 or older at the start of the period")
def of_age(patient, period):
    return patient.age_on(period.start) >= 18


@episode_criterion("a visit in person in the period at which blood pressure is to be measured")
def seen(patient, period, visit):
    return visits(patient, period).only(visit)


@episode_criterion(
    "hypertension on the problem list by the day of the visit",
    chart="If the patient has hypertension: record it on the problem list",
)
def known_hypertension(patient, period, visit):
    listed = patient.conditions(HYPERTENSION).in_category("problem-list-item", "health-concern")
    return listed.where(lambda c: at_or_before(c.start.by_day(), visit.start.by_day()))


@episode_criterion(
    "blood pressure measured at the visit, both numbers",
    nearest=reading_ever,
    why_not=lambda bp, _patient, _period: "not at the visit" if is_complete(bp) else "not both numbers",
    do="Measure blood pressure at the visit",
)
def measured(patient, period, visit):
    return reading(patient, visit)


@episode_criterion("blood pressure 120 to 129 and below 80 mm[Hg]")
def elevated(patient, period, visit):
    return reading(patient, visit).where(is_elevated)


@episode_criterion("blood pressure from 130 or from 80 mm[Hg], for the first time in a year")
def high_first(patient, period, visit):
    return reading(patient, visit).where(is_high).unless(high_before(patient, visit))


@episode_criterion("blood pressure 130 to 139 or 80 to 89 mm[Hg], again within a year")
def high_again(patient, period, visit):
    again = reading(patient, visit).where(is_high).given(high_before(patient, visit))
    return again.where(is_not_very_high)


@episode_criterion("blood pressure from 140 or from 90 mm[Hg], again within a year")
def very_high_again(patient, period, visit):
    return reading(patient, visit).where(is_very_high).given(high_before(patient, visit))


@episode_criterion(
    "a return visit within 4 weeks ordered at the visit", do="Order a return visit within 4 weeks"
)
def return_in_4_weeks(patient, period, visit):
    return ordered_at(patient, visit, RETURN_IN_4_WEEKS)


@episode_criterion(
    "a return visit within 6 months ordered at the visit", do="Order a return visit in 2 to 6 months"
)
def return_in_6_months(patient, period, visit):
    return ordered_at(patient, visit, RETURN_IN_6_MONTHS)


@episode_criterion(
    "lifestyle advice ordered at the visit", do="Order lifestyle advice: diet, weight, exercise or alcohol"
)
def advised_at_visit(patient, period, visit):
    return ordered_at(patient, visit, *ADVICE)


@criterion(
    "lifestyle advice ordered in the period", do="Order lifestyle advice: diet, weight, exercise or alcohol"
)
def advised(patient, period):
    return patient.service_requests(*ADVICE).starting(period)


@criterion(
    "a laboratory test or ECG for hypertension ordered in the period",
    do="Order a laboratory test for hypertension, or an ECG",
)
def tested(patient, period):
    return patient.service_requests(*TESTS).starting(period)


@criterion(
    "a medicine for hypertension ordered in the period and still active",
    do="Order a medicine for hypertension",
)
def treated(patient, period):
    return patient.medication_requests(MEDICINES).with_status("active").starting(period)


@episode_criterion(
    "referral at the visit because of the blood pressure",
    do="Refer to primary care or a specialist, with the high reading as the reason",
)
def referred(patient, period, visit):
    return ordered_at(patient, visit, REFERRAL).because(HIGH_FINDING)


@episode_criterion(
    "blood pressure declined, or not taken for a medical reason, at the visit",
    chart="If the patient declines, or a medical reason stands against it: record it as not done, and why",
)
def not_taken(patient, period, visit):
    cancelled = patient.observations_not_done(BLOOD_PRESSURE, SYSTOLIC, DIASTOLIC)
    return cancelled.because(DECLINED, MEDICAL_REASON).where(on_day_of(visit))


@episode_criterion("the patient declined referral")
def referral_declined(patient, period, visit):
    return declined_at(patient, visit, REFERRAL)


@episode_criterion("the patient declined a return visit within 4 weeks")
def return_in_4_weeks_declined(patient, period, visit):
    return declined_at(patient, visit, RETURN_IN_4_WEEKS)


@episode_criterion("the patient declined a return visit within 6 months")
def return_in_6_months_declined(patient, period, visit):
    return declined_at(patient, visit, RETURN_IN_6_MONTHS)


@episode_criterion(
    "the patient declined lifestyle advice",
    chart="If the patient declines a part of the follow-up: record it as not ordered, with the reason",
)
def advice_declined(patient, period, visit):
    return declined_at(patient, visit, *ADVICE)


@episode_criterion("the patient declined a laboratory test or ECG")
def tests_declined(patient, period, visit):
    return declined_at(patient, visit, *TESTS)


@episode_criterion("a medicine for hypertension deliberately not ordered")
def medicine_not_ordered(patient, period, visit):
    # The specification asks for no reason here.
    not_ordered = patient.medication_requests_not_done(MEDICINES).with_status("completed")
    return not_ordered.where(on_day_of(visit))


FOLLOW_UP = (
    (~elevated | (return_in_6_months & advised_at_visit))
    & (~high_first | (return_in_4_weeks & advised))
    & (~high_again | (return_in_6_months & advised & tested))
    & (~very_high_again | (return_in_4_weeks & advised & tested & treated))
)
FOLLOW_UP_DECLINED = (
    (elevated & (return_in_6_months_declined | advice_declined | referral_declined))
    | (high_first & (return_in_4_weeks_declined | advice_declined | referral_declined))
    | (high_again & (return_in_6_months_declined | advice_declined | tests_declined | referral_declined))
    | (
        very_high_again
        & (
            return_in_4_weeks_declined
            | advice_declined
            | tests_declined
            | medicine_not_ordered
            | referral_declined
        )
    )
)


def deadline(found):
    """The visit's last day; once a return is ordered after a high reading, the rest may follow later."""
    returns = found[return_in_4_weeks].met or found[return_in_6_months].met
    return None if returns and not found[elevated].met else end_of_visit(found)


MEASURE = Measure(
    id="CMS22",
    title="Screening for high blood pressure and follow-up",
    version="1.0.000",
    steward="CMS",
    episodes=visits,
    groups=(
        Group(
            initial_population=of_age & seen,
            exclusions=known_hypertension,
            numerator=measured & (FOLLOW_UP | referred),
            exceptions=not_taken | FOLLOW_UP_DECLINED,
            deadline=deadline,
        ),
    ),
)
