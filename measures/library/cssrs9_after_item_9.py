"""CSSRS9: A C-SSRS after a positive item 9 of the PHQ-9.

Our own, for care: no steward has such a measure. When the latest item 9 of the year is above 0, a C-SSRS is
to follow on the day or later. It can be closed until the year ends: late is better than never. An answer of
the last 90 days of the year before has a prospective gap.
"""

from measures.criteria import criterion
from measures.measure import proportion
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.suicide_risk import is_positive, last_item_9, risk_screens, since


@criterion("item 9 of the latest PHQ-9, in the year or the 90 days before, is above 0")
def positive_lately(patient, period):
    return last_item_9(patient, period).where(is_positive)


@criterion("item 9 of the latest PHQ-9 of the year is above 0")
def positive_item_9(patient, period):
    return last_item_9(patient, period).where(is_positive).starting(period)


@criterion(
    "a C-SSRS with a result on the day of that PHQ-9 or since",
    nearest=lambda patient, period: risk_screens(patient, period).latest(),
    why_not=lambda _screen, _patient, _period: "before that PHQ-9",
    do="Ask the C-SSRS and record its level",
)
def risk_assessed(patient, period):
    return since(last_item_9(patient, period), risk_screens(patient, period))


MEASURE = proportion(
    id="CSSRS9",
    title="C-SSRS after a positive item 9 of the PHQ-9",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    safety=True,
    initial_population=positive_item_9,
    expected=positive_lately,
    numerator=risk_assessed,
)
