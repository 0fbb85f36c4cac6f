"""A medicine dangerous in overdose, while the last C-SSRS of the last 90 days says high risk.

Sedatives, opioids, tricyclics and lithium. Often the right medicine (lithium more than any): then in small
amounts. A lower risk found since silences it.
"""

from measures.criteria import criterion
from measures.orders.asking import ordered
from measures.orders.check import REMOVE, Citation, Mend, OrderCheck, Severity
from measures.orders.medicines import BENZODIAZEPINES, LITHIUM, OPIOIDS, TRICYCLICS, Z_HYPNOTICS
from measures.shared.suicide_risk import is_high, risk_screens

DAYS = 90


@criterion("the last C-SSRS of the last 90 days says high risk")
def high_risk(patient, today):
    lately = today.reaching_back(days=DAYS)
    return risk_screens(patient, today).concluding(lately).latest().where(is_high)


CHECK = OrderCheck(
    id="overdose-danger",
    title="Medicine dangerous in overdose with a high risk of suicide",
    version="1",
    citations=(
        Citation("VA/DoD guideline on patients at risk for suicide, lethal means safety", "2024"),
        Citation("FDA labels of tricyclic antidepressants and lithium, Overdosage", "2022"),
    ),
    severity=Severity.WARNING,
    concerns=ordered(BENZODIAZEPINES, Z_HYPNOTICS, OPIOIDS, TRICYCLICS, LITHIUM),
    when=high_risk,
    says=("{draft.name} ordered; suicide risk high on {high_risk.date} (C-SSRS)",),
    detail=(
        "Dangerous in overdose. If it is needed: a week's supply at a time, kept by somebody else, with a "
        "safety plan; ask again at each refill."
    ),
    mends=(Mend("Open the C-SSRS", instrument="c-ssrs-screener"), REMOVE),
)
