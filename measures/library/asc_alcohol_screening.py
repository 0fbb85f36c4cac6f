"""ASC: Unhealthy alcohol use: screening and brief counseling. Three rates.

Our own rendering of the public definitions (CCBHC ASC; HEDIS ASF-E, measurement year 2026): age 18 and
older, seen in the year; screened with the AUDIT-C, the AUDIT or one question; of those whose latest screen
says unhealthy use, counseled on the day or up to 60 days after it. Without a known sex, an AUDIT-C of 3 may
be either.
"""

from datetime import timedelta

from measures.criteria import criterion, once
from measures.events import RecordCannotSay
from measures.measure import Group, Measure
from measures.shared.hospice import in_hospice
from measures.shared.limits import at_least, points
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.settings_of_care import outpatient_contacts
from measures.shared.sex import female
from measures.terminology import LOINC, Code, ValueSet
from measures.time import days_between

AUDIT_C = Code(LOINC, "75626-2", "AUDIT-C total score")
AUDIT = Code(LOINC, "75624-7", "AUDIT total score")
HEAVY_DAYS = Code(LOINC, "88037-7", "Days of heavy drinking in the past year")
COUNSELED = ValueSet("throughline:alcohol-counseling", "Brief counseling for unhealthy alcohol use")
OFFICIAL_COUNSELING = ValueSet(
    "2.16.840.1.113883.3.526.3.1583", "Referral or Counseling for Alcohol Consumption"
)
DISORDER = ValueSet("throughline:alcohol-use-disorder", "Alcohol use disorder")
LIMITS = {AUDIT.key: 8, HEAVY_DAYS.key: 1}  # points, days
AUDIT_C_OF_MEN, AUDIT_C_OF_WOMEN = 4, 3  # points
DAYS_TO_COUNSEL = 60


@once
def last_screen(patient, period):
    return patient.observations(AUDIT_C, AUDIT, HEAVY_DAYS).with_value().starting(period).latest()


@once
def last_unhealthy(patient, period):
    return last_screen(patient, period).where(lambda screen: is_unhealthy(screen, patient, period))


def is_unhealthy(screen, patient, period):
    """Whether a screen says unhealthy use; None for a result that is no number, or that a sex not known would
    decide.
    """
    if AUDIT_C.key not in screen.codes:
        limit = next(limit for code, limit in LIMITS.items() if code in screen.codes)
        return at_least(limit, points)(screen)
    of_men, of_women = (at_least(limit, points)(screen) for limit in (AUDIT_C_OF_MEN, AUDIT_C_OF_WOMEN))
    if of_men is of_women:
        return of_men
    try:
        return of_women if female.test(patient, period) else of_men
    except RecordCannotSay:
        return None


@criterion("18 or older at the start of the period")
def of_age(patient, period):
    return patient.age_on(period.start) >= 18


@criterion("seen in the period")
def seen(patient, period):
    return outpatient_contacts(patient, period).during(period)


@criterion("alcohol use disorder before the period")
def known_disorder(patient, period):
    return patient.conditions(DISORDER).overlapping(period)


@criterion(
    "screened for unhealthy alcohol use in the period",
    nearest=lambda patient, _period: patient.observations(AUDIT_C, AUDIT, HEAVY_DAYS).with_value().latest(),
    do="Ask the AUDIT-C and record its score",
)
def screened(patient, period):
    return last_screen(patient, period)


@criterion("the latest screen says unhealthy alcohol use")
def unhealthy(patient, period):
    return last_unhealthy(patient, period)


@criterion("the latest screen says no unhealthy alcohol use")
def healthy(patient, period):
    def test(screen):
        answer = is_unhealthy(screen, patient, period)
        return None if answer is None else not answer

    return last_screen(patient, period).where(test)


@criterion(
    "counseled on alcohol from the day of that screen to 60 days after it",
    nearest=lambda patient, _period: patient.procedures(COUNSELED, OFFICIAL_COUNSELING).latest(),
    why_not=lambda _counsel, _patient, _period: "not within 60 days after the screen",
    do="Counsel on alcohol briefly, and record it",
)
def counseled(patient, period):
    given = patient.procedures(COUNSELED, OFFICIAL_COUNSELING) + patient.encounters(COUNSELED)
    return given.related(
        last_unhealthy(patient, period),
        lambda one, screen: days_between(screen.start, one.start, 0, DAYS_TO_COUNSEL),
    )


def end_of_counseling(found):
    """60 days after the latest unhealthy screen, once there is one."""
    days = [screen.day for screen in last_unhealthy(found.record, found.period).sure if screen.day]
    return max(days) + timedelta(days=DAYS_TO_COUNSEL) if days else None


def group(number, title, numerator, denominator=None, deadline=None):
    return Group(
        id=f"Group_{number}",
        title=title,
        initial_population=of_age & seen,
        expected=of_age if denominator is None else of_age & denominator,
        denominator=denominator,
        exclusions=known_disorder | in_hospice,
        numerator=numerator,
        deadline=deadline,
    )


MEASURE = Measure(
    id="ASC",
    title="Unhealthy alcohol use: screening and brief counseling",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    groups=(
        group(1, "Counseled, of those with unhealthy use", counseled, unhealthy, end_of_counseling),
        group(2, "Screened", screened),
        group(3, "Screened, and counseled if unhealthy", screened & (healthy | counseled)),
    ),
)
