"""SSD: Diabetes screening for people with schizophrenia or bipolar disorder on an antipsychotic.

Our own rendering of the public definition (HEDIS SSD, measurement year 2026): age 18 to 64; no diabetes
known; a test of glucose or A1c in the year. A diagnosis in force in the year counts, not a number of claims.
"""

from measures.criteria import criterion
from measures.measure import proportion
from measures.shared.antipsychotics import diabetic, glucose_tested, on_antipsychotic, psychotic_or_bipolar
from measures.shared.hospice import in_hospice
from measures.shared.own_rendering import STEWARD, VERSION


@criterion("18 to 64 at the end of the period")
def of_age(patient, period):
    return 18 <= patient.age_on(period.end) <= 64


MEASURE = proportion(
    id="SSD",
    title="Diabetes screening in schizophrenia or bipolar disorder on an antipsychotic",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    initial_population=of_age & psychotic_or_bipolar & on_antipsychotic,
    exclusions=diabetic | in_hospice,
    numerator=glucose_tested,
)
