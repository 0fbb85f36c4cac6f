"""SAFE: A safety plan after a high C-SSRS.

Our own, for care: no steward has such a measure. The latest high C-SSRS of the year is to be followed, on
the day or later, by a safety plan (a care plan, a procedure or a document). It can be closed until the year
ends: late is better than never. A high C-SSRS of the last 90 days of the year before has a prospective gap.
"""

from measures.criteria import criterion
from measures.measure import proportion
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.suicide_risk import last_high_screen, safety_plans, since


@criterion("a C-SSRS with a high risk in the year or the 90 days before")
def high_risk_lately(patient, period):
    return last_high_screen(patient, period)


@criterion("a C-SSRS with a high risk in the year")
def high_risk(patient, period):
    return last_high_screen(patient, period).starting(period)


@criterion(
    "a safety plan made on the day of the latest high C-SSRS or since",
    nearest=lambda patient, period: safety_plans(patient, period).latest(),
    why_not=lambda _plan, _patient, _period: "made before the C-SSRS",
    do="Make a safety plan with the patient and file it",
)
def planned_for_safety(patient, period):
    return since(last_high_screen(patient, period), safety_plans(patient, period))


MEASURE = proportion(
    id="SAFE",
    title="Safety plan after a high C-SSRS",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    safety=True,
    initial_population=high_risk,
    expected=high_risk_lately,
    numerator=planned_for_safety,
)
