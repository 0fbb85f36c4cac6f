"""CMS2: Screening for depression and follow-up plan.

Specification: CMS2FHIRPCSDepScreenAndFollowUp 1.0.000 (CMS, QI-Core 6). Names in quotes are that library's
defines.
"""

from datetime import timedelta

from measures.criteria import criterion, once
from measures.events import Events
from measures.measure import proportion
from measures.medication_time import request_period
from measures.shared.visits import PHONE
from measures.terminology import LOINC, SNOMED, Code, ValueSet
from measures.time import before, both, days_apart, days_between, either, overlap, within

VISIT = ValueSet("2.16.840.1.113883.3.600.1916", "Encounter to Screen for Depression")
PHYSICAL_THERAPY = ValueSet("2.16.840.1.113883.3.526.3.1022", "Physical Therapy Evaluation")
BIPOLAR = ValueSet("2.16.840.1.113883.3.67.1.101.1.128", "Bipolar Disorder")
MEDICAL_REASON = ValueSet("2.16.840.1.113883.3.526.3.1007", "Medical Reason")
DECLINED = Code(SNOMED, "720834000", "Depression screening declined")
ADOLESCENT_SCREEN = Code(LOINC, "73831-0", "Adolescent depression screening assessment")
ADULT_SCREEN = Code(LOINC, "73832-8", "Adult depression screening assessment")
PHQ_9 = Code(LOINC, "44261-6", "PHQ-9 total score")
NEGATIVE = Code(SNOMED, "428171000124102", "Depression screening negative")
POSITIVE = Code(SNOMED, "428181000124104", "Depression screening positive")
# Of each screen: medicines, referrals and interventions that count as its follow-up plan.
FOLLOW_UP = {
    ADOLESCENT_SCREEN: (
        ValueSet("2.16.840.1.113883.3.526.3.1567", "Adolescent Depression Medications"),
        ValueSet("2.16.840.1.113883.3.526.3.1570", "Referral for Adolescent Depression"),
        ValueSet("2.16.840.1.113883.3.526.3.1569", "Follow Up for Adolescent Depression"),
    ),
    ADULT_SCREEN: (
        ValueSet("2.16.840.1.113883.3.526.3.1566", "Adult Depression Medications"),
        ValueSet("2.16.840.1.113883.3.526.3.1571", "Referral for Adult Depression"),
        ValueSet("2.16.840.1.113883.3.526.3.1568", "Follow Up for Adult Depression"),
    ),
}


@once
def visits(patient, period):
    """ "Qualifying Encounter During Measurement Period" """
    return patient.encounters(VISIT, PHYSICAL_THERAPY, PHONE).during(period)


def screens_for_age(patient, period):
    """Which screen counts: the adolescent's from 12 to 17, the adult's from 17; at 17 either."""
    age = patient.age_on(period.start)
    return [code for code, fits in ((ADOLESCENT_SCREEN, 12 <= age <= 17), (ADULT_SCREEN, age >= 17)) if fits]


@once
def latest_screens(patient, period):
    """ "Most Recent Adolescent/Adult Depression Screening": the last with a result up to 14 days before a
    visit.
    """
    found = Events()
    for code in screens_for_age(patient, period):
        dated = patient.observations(code).with_value().starting_days_before(visits(patient, period), days=14)
        found = found + dated.latest()
    return found


def screened_ever(patient, period):
    """The last screen or, without one, the last PHQ-9: the same work, recorded in another way."""
    screens = patient.observations(ADOLESCENT_SCREEN, ADULT_SCREEN).with_value()
    return (screens if screens.sure else patient.observations(PHQ_9).with_value()).latest()


def follow_up(patient, period, screen_code):
    """ "Has Adult/Adolescent Depression Screening Positive and Follow-Up Provided": what was done about it.

    A referral, intervention or medicine started during the visit or ordered up to 2 days after its last day,
    or a medicine taken beyond the visit.
    """
    medicines, referrals, interventions = FOLLOW_UP[screen_code]
    positive = latest_screens(patient, period).where(lambda e: screen_code.key in e.codes).valued(POSITIVE)
    visit = visits(patient, period).related(positive, lambda v, s: days_between(s.start, v.start, 0, 14))

    def soon(plan, after):
        in_time = days_between(after.end, plan.start, 0, 2)
        return both(either(within(plan.start, after.when), in_time), within(plan.start, period.interval))

    def taken_beyond(order, after):
        days = request_period(order)
        if days is None:
            return None
        return both(overlap(days, after.when), before(after.end.by_day(), days.end.by_day()))

    orders = patient.medication_requests(medicines)
    plans = patient.service_requests(referrals) + patient.procedures(interventions) + orders
    return plans.related(visit, soon) + orders.related(visit, taken_beyond)


@criterion("12 or older at the start of the period")
def old_enough(patient, period):
    return patient.age_on(period.start) >= 12


@criterion("a visit in the period at which depression is to be screened")
def seen(patient, period):
    return visits(patient, period)


@criterion("bipolar disorder on the problem list before a visit")
def bipolar(patient, period):
    listed = patient.conditions(BIPOLAR).in_category("problem-list-item", "health-concern")
    return listed.starting_before_day_of(visits(patient, period))


def why_not_counted(screen, patient, period):
    if PHQ_9.key in screen.codes:
        return "a score; the measure counts a screen recorded as positive or negative"
    seen_then = visits(patient, period)
    ahead = [gap for v in seen_then if (gap := days_apart(screen.start, v.start)) is not None and gap > 14]
    return f"{min(ahead)} days before the visit; limit 14" if ahead else ""


@criterion(
    "screened for depression, with a result, up to 14 days before a visit",
    nearest=screened_ever,
    why_not=why_not_counted,
    do="Screen for depression at a visit and record whether the result is positive or negative",
    order="depression_screen",
)
def screened(patient, period):
    return latest_screens(patient, period)


@criterion("the latest depression screen is negative")
def negative(patient, period):
    return latest_screens(patient, period).valued(NEGATIVE)


@criterion(
    "a follow-up plan within 2 days of the visit with the positive screen",
    do="Record a follow-up plan: a referral, an intervention or a medicine for depression",
    order="bh_referral",
)
def followed_up(patient, period):
    plans = [follow_up(patient, period, code) for code in screens_for_age(patient, period)]
    return sum(plans, Events())


@criterion(
    "screening declined, or not done for a medical reason, on the day of a visit",
    chart="If declined, or there is a medical reason: record the screening as not done, with the reason",
)
def screening_not_done(patient, period):
    refused = patient.observations_not_done(*screens_for_age(patient, period)).because(
        DECLINED, MEDICAL_REASON
    )
    return refused.related(visits(patient, period), lambda e, v: days_between(v.start, e.start, 0, 0))


def follow_up_due(found):
    """Two days after the last visit with the positive screen, once there is one."""
    latest = latest_screens(found.record, found.period).valued(POSITIVE)
    seen_then = visits(found.record, found.period).related(
        latest, lambda v, s: days_between(s.start, v.start, 0, 14)
    )
    days = [visit.end_day or visit.day for visit in seen_then.sure if visit.end_day or visit.day]
    return max(days) + timedelta(days=2) if days else None


MEASURE = proportion(
    id="CMS2",
    title="Screening for depression and follow-up plan",
    version="1.0.000",
    steward="CMS",
    behavioral=True,
    initial_population=old_enough & seen,
    expected=old_enough,
    exclusions=bipolar,
    numerator=screened & (negative | followed_up),
    exceptions=screening_not_done & ~screened,
    deadline=follow_up_due,
)
