"""CMS177: Child and adolescent major depressive disorder: suicide risk assessment. Counts visits.

Specification: CMS177FHIRChildMDDSuicideRisk 0.1.000 (Mathematica for CMS, QI-Core 4, content year 2024).
"""

from measures.criteria import criterion, episode_criterion, once
from measures.measure import Group, Measure
from measures.shared.diagnoses import diagnosed_with
from measures.shared.visits import (
    CONSULTATION,
    OFFICE,
    PHONE,
    PSYCHIATRIC_EVALUATION,
    PSYCHOTHERAPY,
    end_of_visit,
)
from measures.terminology import SNOMED, Code, ValueSet
from measures.time import included

MAJOR_DEPRESSION = ValueSet("2.16.840.1.113883.3.526.3.1491", "Major Depressive Disorder Active")
FAMILY_THERAPY = ValueSet("2.16.840.1.113883.3.526.3.1018", "Psych Visit for Family Psychotherapy")
GROUP_THERAPY = ValueSet("2.16.840.1.113883.3.526.3.1187", "Group Psychotherapy")
PSYCHOANALYSIS = ValueSet("2.16.840.1.113883.3.526.3.1141", "Psychoanalysis")
ASSESSED = Code(SNOMED, "225337009", "Suicide risk assessment")
THERAPY = (PSYCHOTHERAPY, FAMILY_THERAPY, GROUP_THERAPY, PSYCHOANALYSIS)


@once
def visits(patient, period):
    """Finished visits of the period for active major depression: by their reason or a diagnosis."""
    seen = patient.encounters(OFFICE, CONSULTATION, PHONE, PSYCHIATRIC_EVALUATION, *THERAPY).during(period)
    return seen.because(MAJOR_DEPRESSION) + seen.where(diagnosed_with(patient, MAJOR_DEPRESSION))


def last_assessment(patient, _period):
    return patient.procedures(ASSESSED).latest()


@criterion("6 to 16 at the start of the period")
def of_age(patient, period):
    return 6 <= patient.age_on(period.start) <= 16


@episode_criterion("a visit for active major depression")
def seen_for_depression(patient, period, visit):
    return visits(patient, period).only(visit)


@episode_criterion(
    "suicide risk assessed during the visit",
    nearest=last_assessment,
    why_not=lambda _assessment, _patient, _period: "not during the visit",
    do="Assess the risk of suicide during the visit and record the assessment",
)
def assessed(patient, period, visit):
    return patient.procedures(ASSESSED).where(lambda done: included(done.when, visit.when))


MEASURE = Measure(
    id="CMS177",
    title="Child and adolescent major depressive disorder: suicide risk assessment",
    version="0.1.000",
    steward="CMS",
    behavioral=True,
    safety=True,
    episodes=visits,
    groups=(
        Group(
            initial_population=of_age & seen_for_depression,
            numerator=assessed,
            deadline=end_of_visit,
        ),
    ),
)
