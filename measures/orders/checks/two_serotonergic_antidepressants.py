"""Two of the SSRIs and SNRIs at once. A change from one to the other, ended in this signing, is not meant.

A tricyclic or trazodone beside one of them is often meant, in small doses, and left alone.
"""

from measures.orders.asking import ordered, with_drafts
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity, draft_criterion
from measures.orders.doses import is_another
from measures.orders.medicines import SNRI, SSRI


@draft_criterion("another SSRI or SNRI, taken or ordered as well")
def other(patient, today, draft):
    return with_drafts(patient, today, draft, SSRI, SNRI).where(lambda order: is_another(draft, order))


CHECK = OrderCheck(
    id="two-serotonergic-antidepressants",
    title="Two of the SSRIs and SNRIs at once",
    version="1",
    citations=(
        Citation("FDA labels of SSRIs and SNRIs, Serotonin Syndrome (section 5)", CURRENT),
        Citation("APA, Practice Guideline for Major Depressive Disorder", "2010"),
    ),
    severity=Severity.INFO,
    kind=Kind.DANGER,
    concerns=ordered(SSRI, SNRI),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: two serotonergic antidepressants",),
    detail=(
        "They do the same: more side effects and more serotonin, without proof of more effect. If it is a "
        "change from one to the other: end the earlier one, or say until when it is tapered."
    ),
    mends=(REMOVE,),
)
