"""APM: Metabolic monitoring of children and adolescents on antipsychotics. Three rates.

Our own rendering of the public definition (HEDIS APM, measurement year 2026): age 1 to 17; supplied with an
antipsychotic on two days of the year; a test of glucose or A1c, and one of cholesterol, in the year. An order
counts as a supply, for most records hold no dispenses.
"""

from measures.criteria import criterion
from measures.measure import Measure
from measures.shared.antipsychotics import continued_antipsychotic, metabolic_groups
from measures.shared.own_rendering import STEWARD, VERSION


@criterion("1 to 17 at the end of the period")
def of_age(patient, period):
    return 1 <= patient.age_on(period.end) <= 17


MEASURE = Measure(
    id="APM",
    title="Metabolic monitoring of children and adolescents on antipsychotics",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    groups=metabolic_groups(of_age & continued_antipsychotic),
)
