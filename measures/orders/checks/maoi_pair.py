"""A monoamine oxidase inhibitor with an antidepressant, tramadol, an opioid like it, or a stimulant.

Contraindicated in the labels of all of them: serotonin syndrome or a hypertensive crisis, within hours. An
active order whose supply ended 30 days ago or less counts as taken, which covers the 14 days of wash-out. A
stopped order leaves no date in FHIR R4: those days, and the five weeks after fluoxetine, are the clinician's
to count.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import ANTIDEPRESSANTS, LINEZOLID, MAOI, METHADONE, STIMULANTS, TRAMADOL

OTHERS = (*(one for one in ANTIDEPRESSANTS if one is not MAOI), TRAMADOL, METHADONE, STIMULANTS, LINEZOLID)

other = counterpart(
    "the other of an MAO inhibitor and what it must not meet, taken or ordered as well", (MAOI,), OTHERS
)

CHECK = OrderCheck(
    id="maoi-pair",
    title="MAO inhibitor with a serotonergic medicine or a stimulant",
    version="1",
    citations=(Citation("FDA labels of phenelzine and tranylcypromine, Contraindications", CURRENT),),
    severity=Severity.CRITICAL,
    kind=Kind.DANGER,
    concerns=ordered(MAOI, *OTHERS),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: contraindicated with an MAO inhibitor",),
    detail=(
        "Serotonin syndrome or a hypertensive crisis, which can kill within hours. 14 days must lie between "
        "the two, five weeks after fluoxetine."
    ),
    mends=(REMOVE,),
)
