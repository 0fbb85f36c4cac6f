"""Rasagiline or safinamide with meperidine, tramadol, methadone, dextromethorphan, cyclobenzaprine or
linezolid.

All of these are contraindicated in their labels, as with every MAO inhibitor, however selective. For
selegiline see maoi-pair, for antidepressants mao-b-antidepressant.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import LINEZOLID, MAO_B_INHIBITORS, METHADONE, NOT_WITH_ANY_MAOI, TRAMADOL

OTHERS = (NOT_WITH_ANY_MAOI, TRAMADOL, METHADONE, LINEZOLID)

other = counterpart(
    "the other of an MAO-B inhibitor and what it must not meet, taken or ordered as well",
    (MAO_B_INHIBITORS,),
    OTHERS,
)

CHECK = OrderCheck(
    id="mao-b-pair",
    title="MAO-B inhibitor with what no MAO inhibitor may meet",
    version="1",
    citations=(Citation("FDA labels of rasagiline and safinamide, Contraindications (section 4)", CURRENT),),
    severity=Severity.CRITICAL,
    kind=Kind.DANGER,
    concerns=ordered(MAO_B_INHIBITORS, *OTHERS),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: contraindicated with an MAO inhibitor",),
    detail=(
        "Serotonin syndrome or a hypertensive crisis; with dextromethorphan also psychosis. 14 days must "
        "lie between the end of rasagiline or safinamide and the other."
    ),
    mends=(REMOVE,),
)
