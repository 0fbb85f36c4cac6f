"""Tramadol with an antidepressant: serotonin syndrome, and seizures at usual doses.

Other opioids for pain add less to serotonin and are not meant; with an MAO inhibitor see maoi-pair.
Bupropion adds no serotonin, but lowers the seizure threshold as tramadol does.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import (
    BUPROPION,
    OTHER_ANTIDEPRESSANTS,
    SNRI,
    SSRI,
    TRAMADOL,
    TRICYCLICS,
)

ANTIDEPRESSANTS = (SSRI, SNRI, TRICYCLICS, OTHER_ANTIDEPRESSANTS, BUPROPION)

other = counterpart(
    "the other of tramadol and an antidepressant, taken or ordered as well",
    (TRAMADOL,),
    ANTIDEPRESSANTS,
)

CHECK = OrderCheck(
    id="tramadol-serotonergic",
    title="Tramadol with an antidepressant",
    version="2",
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
        "Tramadol raises serotonin and lowers the seizure threshold, as most antidepressants do "
        "(bupropion the threshold alone); fluoxetine, paroxetine and bupropion weaken its effect on pain "
        "(CYP2D6). Another pain medicine will often do. If both are meant: tell the patient the signs "
        "(restlessness, tremor, sweating, fever), most of all for the first days."
    ),
    mends=(REMOVE,),
)
