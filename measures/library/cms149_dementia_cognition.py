"""CMS149: Dementia: cognitive assessment.

Specification: CMS149FHIRDementiaCognitiveAssess 0.1.000 (AAN for CMS, QI-Core). Names in quotes are that
library's defines. Two visits of the period are needed; the assessment may be up to 12 months before the end
of one at which dementia was present.
"""

from measures.criteria import criterion, once
from measures.measure import proportion
from measures.shared.visits import (
    CONSULTATION,
    HOME,
    LONG_TERM_CARE,
    NURSING_FACILITY,
    OCCUPATIONAL_THERAPY,
    OFFICE,
    PSYCHIATRIC_EVALUATION,
    PSYCHOTHERAPY,
)
from measures.statuses import clinical_status, status_code
from measures.terminology import ValueSet
from measures.time import at_or_before, both, months_after, overlap, within

DEMENTIA = ValueSet("2.16.840.1.113883.3.526.3.1005", "Dementia and Mental Degenerations")
TOOL_SCORE = ValueSet(
    "2.16.840.1.113883.3.526.3.1006", "Standardized Tools Score for Assessment of Cognition"
)
ASSESSMENT = ValueSet("2.16.840.1.113883.3.526.3.1332", "Cognitive Assessment")
PATIENT_REASON = ValueSet("2.16.840.1.113883.3.526.3.1008", "Patient Reason")
NEUROPSYCHOLOGY = ValueSet("2.16.840.1.113883.3.526.3.1023", "Behavioral/Neuropsych Assessment")
ANY_INTERACTION = ValueSet("2.16.840.1.113883.3.526.3.1012", "Patient Provider Interaction")
RESIDENCES = (HOME, NURSING_FACILITY, LONG_TERM_CARE)
MENTAL_HEALTH = (PSYCHIATRIC_EVALUATION, PSYCHOTHERAPY, NEUROPSYCHOLOGY)
ACTIVE = ("active", "recurrence", "relapse")


def visits_to_assess(patient, period):
    """ "Encounter to Assess Cognition" """
    kinds = (OFFICE, CONSULTATION, OCCUPATIONAL_THERAPY, *RESIDENCES, *MENTAL_HEALTH)
    return patient.encounters(*kinds).during(period)


def is_held(condition):
    """Whether it is active, and not merely suspected."""
    unconfirmed = status_code(condition.source, "verificationStatus") == "unconfirmed"
    return clinical_status(condition.source) in ACTIVE and not unconfirmed


@once
def visits_with_dementia(patient, period):
    """ "Dementia Encounter During Measurement Period" """
    dementia = patient.conditions(DEMENTIA).where(is_held)
    return visits_to_assess(patient, period).related(
        dementia, lambda visit, condition: overlap(condition.when.by_day(), visit.when.by_day())
    )


def assessed_ever(patient, _period):
    return assessments(patient).latest()


def assessments(patient):
    """Assessments of cognition with a result, a preliminary one too."""
    found = patient.find("Observation", (TOOL_SCORE, ASSESSMENT), None).with_value()
    return found.with_status("final", "amended", "corrected", "preliminary")


def not_in_the_year_before(assessment, patient, period):
    seen = [visit.end_day for visit in visits_with_dementia(patient, period).sure if visit.end_day]
    if not seen or assessment.day is None:
        return ""
    return "after the last visit" if assessment.day > max(seen) else "over 12 months before the visit"


@criterion("a visit in the period with active dementia")
def has_dementia(patient, period):
    return visits_with_dementia(patient, period)


@criterion("two visits in the period")
def seen_twice(patient, period):
    contacts = patient.encounters(ANY_INTERACTION).during(period)
    return (visits_to_assess(patient, period) + contacts).at_least(2)


@criterion(
    "cognition assessed, with a result, in the 12 months up to a visit with dementia",
    nearest=assessed_ever,
    why_not=not_in_the_year_before,
    do="Assess cognition with a standardized tool at the visit and record the score",
)
def assessed(patient, period):
    def in_year_before(assessment, visit):
        day, end = assessment.start.by_day(), visit.end.by_day()
        a_year_before = months_after(visit.end, -12).by_day()
        return both(at_or_before(a_year_before, day), at_or_before(day, end))

    return assessments(patient).related(visits_with_dementia(patient, period), in_year_before)


@criterion(
    "assessment of cognition not done for a reason of the patient, recorded during a visit with dementia",
    chart="If the patient refuses or cannot take part: record the assessment as not done, with the reason",
)
def not_assessed(patient, period):
    refused = patient.observations_not_done(TOOL_SCORE, ASSESSMENT).because(PATIENT_REASON)
    return refused.related(
        visits_with_dementia(patient, period), lambda refusal, visit: within(refusal.start, visit.when)
    )


MEASURE = proportion(
    id="CMS149",
    title="Dementia: cognitive assessment",
    version="0.1.000",
    steward="AAN",
    behavioral=True,
    initial_population=has_dementia & seen_twice,
    expected=has_dementia,
    numerator=assessed,
    exceptions=not_assessed,
)
