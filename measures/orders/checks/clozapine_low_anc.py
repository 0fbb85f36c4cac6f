"""Clozapine while the last neutrophil count (ANC) is below 1000/uL: by the label treatment is
interrupted.

With benign ethnic neutropenia, which the label judges by 500/uL, the clinician has the last word: it is
seldom coded. The count of the last 31 days is looked at; an older one says nothing of today.
"""

from measures.orders.asking import ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, Mend, OrderCheck, Severity
from measures.orders.medicines import CLOZAPINE
from measures.orders.neutrophils import latest_below

low_count = latest_below("low_count", 1000)

CHECK = OrderCheck(
    id="clozapine-low-anc",
    title="Clozapine with a low neutrophil count",
    version="2",
    citations=(
        Citation("FDA label of clozapine, boxed warning and section 5.1: severe neutropenia", CURRENT),
    ),
    severity=Severity.CRITICAL,
    kind=Kind.DANGER,
    concerns=ordered(CLOZAPINE),
    when=low_count,
    says=("{draft.name} ordered; neutrophils {low_count.value} on {low_count.date}: below 1000/uL",),
    detail=(
        "Below 1000/uL clozapine is interrupted, a hematologist asked, and the count repeated daily until "
        "it is 1000 or more. With benign ethnic neutropenia it is interrupted below 500/uL."
    ),
    mends=(Mend("Remove clozapine, add a blood count", add=("cbc_diff_order",), remove=True), REMOVE),
)
