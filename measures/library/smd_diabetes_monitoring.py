"""SMD: Diabetes monitoring for people with diabetes and schizophrenia.

Our own rendering of the public definition (HEDIS SMD, measurement year 2026): age 18 to 64; both an A1c and
an LDL cholesterol in the year.
"""

from measures.criteria import criterion
from measures.measure import proportion
from measures.shared.antipsychotics import SCHIZOPHRENIA, a1c_tested, diabetic, ldl_tested
from measures.shared.hospice import in_hospice
from measures.shared.own_rendering import STEWARD, VERSION


@criterion("18 to 64 at the end of the period")
def of_age(patient, period):
    return 18 <= patient.age_on(period.end) <= 64


@criterion("schizophrenia or another psychosis in the period")
def psychotic(patient, period):
    return patient.conditions(SCHIZOPHRENIA).overlapping(period)


MEASURE = proportion(
    id="SMD",
    title="Diabetes monitoring in diabetes with schizophrenia",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    initial_population=of_age & psychotic & diabetic,
    exclusions=in_hospice,
    numerator=a1c_tested & ldl_tested,
)
