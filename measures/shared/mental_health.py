"""Mental illness as a reason for care, and the visits that treat it."""

from measures.criteria import once
from measures.shared.follow_up import follow_up_visits
from measures.shared.visits import PSYCHIATRIC_EVALUATION, PSYCHOTHERAPY
from measures.terminology import ValueSet

MENTAL_ILLNESS = ValueSet("throughline:mental-illness", "Mental illness or self-harm")
MENTAL_HEALTH_VISIT = ValueSet("throughline:mental-health-visit", "Visit that treats mental illness")
SEE_FOR_MENTAL_ILLNESS = "Hold a visit for the mental illness, at the clinic, by video or by phone"


KINDS = (MENTAL_HEALTH_VISIT, PSYCHOTHERAPY, PSYCHIATRIC_EVALUATION)


@once
def mental_health_visits(patient, period):
    return follow_up_visits(patient, period, KINDS, (MENTAL_ILLNESS,))
