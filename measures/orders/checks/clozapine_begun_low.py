"""Clozapine begun, or begun again after more than 30 days, while the neutrophil count (ANC) is below
1500/uL.

By the label it is begun at 1500/uL or more, with benign ethnic neutropenia at 1000/uL or more; that is
seldom coded, so that the clinician has the last word. Below 1000/uL clozapine-low-anc tells it.
"""

from measures.criteria import criterion
from measures.orders.asking import going_on_since, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, Mend, OrderCheck, Severity
from measures.orders.medicines import CLOZAPINE
from measures.orders.neutrophils import latest_below

INTERRUPTED = 30  # days without it, after which it is begun anew

below_1500 = latest_below("below_1500", 1500)
below_1000 = latest_below("below_1000", 1000)


@criterion("clozapine is going on")
def going_on(patient, today):
    return going_on_since(patient, today, CLOZAPINE, gap=INTERRUPTED) is not None


CHECK = OrderCheck(
    id="clozapine-begun-low",
    title="Clozapine begun with a neutrophil count below 1500",
    version="1",
    citations=(Citation("FDA label of clozapine, section 2 and boxed warning: severe neutropenia", CURRENT),),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(CLOZAPINE),
    when=below_1500 & ~below_1000 & ~going_on,
    says=("{draft.name} begun; neutrophils {below_1500.value} on {below_1500.date}: below 1500/uL",),
    detail=(
        "Clozapine is begun at 1500/uL or more, with benign ethnic neutropenia at 1000/uL or more. Repeat "
        "the count; if it is given all the same, the count is due three times a week until it is 1500 or "
        "more."
    ),
    mends=(Mend("Remove clozapine, add a blood count", add=("cbc_diff_order",), remove=True), REMOVE),
)
