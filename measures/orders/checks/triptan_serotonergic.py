"""A triptan with a serotonergic antidepressant. Off unless an installation switches it on.

The FDA warned of the pair in 2006; the American Headache Society found in 2010 that the reports do not bear
it out. Every pharmacy warns of it still, so that one more warning is of no use. A card rule of an
installation's own on this check (`when: {check: triptan-serotonergic}`) switches it on.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import SNRI, SSRI, TRIPTANS

other = counterpart(
    "the other of a triptan and an SSRI or SNRI, taken or ordered as well", (TRIPTANS,), (SSRI, SNRI)
)

CHECK = OrderCheck(
    id="triptan-serotonergic",
    title="Triptan with a serotonergic antidepressant",
    version="1",
    citations=(
        Citation("FDA alert: triptans with SSRIs or SNRIs", "2006-07"),
        Citation("American Headache Society, position paper on that alert", "2010"),
    ),
    severity=Severity.INFO,
    kind=Kind.DANGER,
    concerns=ordered(TRIPTANS, SSRI, SNRI),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: serotonin syndrome is possible",),
    detail="Hardly ever seen. Tell the patient the signs: restlessness, tremor, sweating, fever.",
    mends=(REMOVE,),
    on=False,
)
