"""I-SERV: From referral to the first behavioral-health visit. Counts referrals.

Our own rendering of the public definition (CCBHC I-SERV: evaluation within 10 business days of the first
contact): a referral to behavioral health of the year, then a visit that treats mental illness on the same
day or up to 14 calendar days after it, which always hold 10 business days. The referral stands for the
first contact.
"""

from datetime import timedelta

from measures.criteria import episode_criterion, once
from measures.events import Events
from measures.measure import Group, Measure
from measures.shared.follow_up import said
from measures.shared.mental_health import KINDS, SEE_FOR_MENTAL_ILLNESS, mental_health_visits
from measures.shared.own_rendering import STEWARD, VERSION
from measures.terminology import ValueSet
from measures.time import days_apart, days_between

REFERRAL = ValueSet("throughline:behavioral-health-referral", "Referral to behavioral health")
DAYS = 14


@once
def referrals(patient, period):
    return patient.service_requests(REFERRAL).starting(period)


def how_late(visit, patient, period):
    gaps = [days_apart(one.start, visit.start) for one in referrals(patient, period).sure]
    after = [gap for gap in gaps if gap is not None and gap >= 0]
    if not after:
        return "before the referral"
    return f"{min(after)} days after the referral; limit {DAYS}" if min(after) > DAYS else ""


@episode_criterion("referred to behavioral health")
def referred(patient, period, referral):
    return referrals(patient, period).only(referral)


@episode_criterion(
    "a visit that treats mental illness within 14 days of the referral",
    nearest=lambda patient, period: Events(mental_health_visits(patient, period).sure).latest(),
    why_not=how_late,
    do=SEE_FOR_MENTAL_ILLNESS,
)
def seen_in_time(patient, period, referral):
    by_kind = {*patient.encounters(*KINDS).sure, *patient.procedures(*KINDS).sure}

    def in_time(visit):
        first = 0 if visit in by_kind else 1  # on the day itself it may be the visit that referred
        return days_between(referral.start, visit.start, first, DAYS)

    return said(mental_health_visits(patient, period).where(in_time))


def end_of_wait(found):
    day = found.episode.day if found.episode else None
    return day + timedelta(days=DAYS) if day else None


MEASURE = Measure(
    id="I-SERV",
    title="From referral to the first behavioral-health visit",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    episodes=referrals,
    groups=(Group(initial_population=referred, numerator=seen_in_time, deadline=end_of_wait),),
)
