"""APM-A: Metabolic monitoring of adults on antipsychotics. Three rates.

Our own, for care: the children's measure (HEDIS APM) carried over to any adult on an antipsychotic, whatever
it was prescribed for; the consensus on antipsychotics and diabetes (ADA and APA, 2004) asks for glucose and
lipids at least yearly. SSD and SMD are the narrower public measures.
"""

from measures.criteria import criterion
from measures.measure import Measure
from measures.shared.antipsychotics import metabolic_groups, on_antipsychotic
from measures.shared.own_rendering import STEWARD, VERSION


@criterion("18 or older at the end of the period")
def of_age(patient, period):
    return patient.age_on(period.end) >= 18


MEASURE = Measure(
    id="APM-A",
    title="Metabolic monitoring of adults on antipsychotics",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    groups=metabolic_groups(of_age & on_antipsychotic),
)
