"""Tramadol or a triptan with a serotonergic antidepressant. Off unless an installation switches it on.

The pairs are common, harm is rare (with triptans hardly ever seen), and every pharmacy warns of them.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import SNRI, SSRI, TRAMADOL, TRICYCLICS, TRIPTANS

ANTIDEPRESSANTS = (SSRI, SNRI, TRICYCLICS)
ADDED = (TRAMADOL, TRIPTANS)

other = counterpart(
    "the other of tramadol or a triptan and an antidepressant, taken or ordered as well",
    ADDED,
    ANTIDEPRESSANTS,
)

CHECK = OrderCheck(
    id="serotonergic-pair",
    title="Tramadol or a triptan with a serotonergic antidepressant",
    version="1",
    citations=(
        Citation("FDA drug safety communication: opioids and serotonin syndrome", "2016-03"),
        Citation("FDA alert: triptans with SSRIs or SNRIs", "2006-07"),
    ),
    severity=Severity.INFO,
    kind=Kind.DANGER,
    concerns=ordered(*ADDED, *ANTIDEPRESSANTS),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: serotonin syndrome is possible",),
    detail="Rare. Tell the patient the signs: restlessness, tremor, sweating, fever.",
    mends=(REMOVE,),
    on=False,
)
