"""A medicine dangerous in overdose, while the last C-SSRS of the last 90 days says high risk.

Sedatives, opioids, barbiturates, tricyclics and lithium. Often the right medicine (lithium more than any):
then in small amounts. A lower risk found since silences it.
"""

from measures.orders.asking import ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, Mend, OrderCheck, Severity
from measures.orders.medicines import LITHIUM, SEDATIVES, TRICYCLICS
from measures.shared.suicide_risk_lately import high_risk

CHECK = OrderCheck(
    id="overdose-danger",
    title="Medicine dangerous in overdose with a high risk of suicide",
    version="2",
    citations=(
        Citation("VA/DoD guideline on patients at risk for suicide, lethal means safety", "2024"),
        Citation("FDA labels of tricyclic antidepressants and lithium, Overdosage", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(*SEDATIVES, TRICYCLICS, LITHIUM),
    when=high_risk,
    says=("{draft.name} ordered; suicide risk high on {high_risk.date} (C-SSRS)",),
    detail=(
        "Dangerous in overdose. If it is needed: a week's supply at a time, kept by somebody else, with a "
        "safety plan; ask again at each refill."
    ),
    mends=(Mend("Open the C-SSRS", instrument="c-ssrs-screener"), REMOVE),
)
