"""A sedative, while the risk of suicide is higher than at the question before.

By the C-SSRS or, where none was asked since, item 9 of the PHQ-9. A high risk is told by overdose-danger.
"""

from measures.orders.asking import ordered
from measures.orders.check import REMOVE, Citation, Kind, Mend, OrderCheck, Severity
from measures.orders.medicines import SEDATIVES
from measures.shared.suicide_risk_lately import high_risk, risk_rose

CHECK = OrderCheck(
    id="suicide-risk-rose",
    title="Sedative while the risk of suicide rises",
    version="1",
    citations=(Citation("VA/DoD guideline on patients at risk for suicide, lethal means safety", "2024"),),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(*SEDATIVES),
    when=risk_rose & ~high_risk,
    says=("{draft.name} ordered; the risk of suicide was higher on {risk_rose.date} than before",),
    detail=(
        "Sedatives lower restraint and are dangerous in overdose. Ask again today; if it is needed: a small "
        "amount at a time, with a safety plan."
    ),
    mends=(Mend("Open the C-SSRS", instrument="c-ssrs-screener"), REMOVE),
)
