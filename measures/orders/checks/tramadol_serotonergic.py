"""Tramadol with an SSRI, SNRI or tricyclic antidepressant: serotonin syndrome, and seizures at usual doses.

Other opioids for pain add less to serotonin and are not meant; with an MAO inhibitor see maoi-pair.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import SNRI, SSRI, TRAMADOL, TRICYCLICS

ANTIDEPRESSANTS = (SSRI, SNRI, TRICYCLICS)

other = counterpart(
    "the other of tramadol and a serotonergic antidepressant, taken or ordered as well",
    (TRAMADOL,),
    ANTIDEPRESSANTS,
)

CHECK = OrderCheck(
    id="tramadol-serotonergic",
    title="Tramadol with a serotonergic antidepressant",
    version="1",
    citations=(
        Citation("FDA drug safety communication: opioids and serotonin syndrome", "2016-03"),
        Citation("FDA label of tramadol, Serotonin Syndrome and Seizures (section 5)", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(TRAMADOL, *ANTIDEPRESSANTS),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: serotonin syndrome, seizures",),
    detail=(
        "Both raise serotonin, and tramadol lowers the seizure threshold; fluoxetine and paroxetine weaken "
        "its effect on pain (CYP2D6). Another pain medicine will often do. If both are meant: tell the "
        "patient the signs (restlessness, tremor, sweating, fever), most of all for the first days."
    ),
    mends=(REMOVE,),
)
