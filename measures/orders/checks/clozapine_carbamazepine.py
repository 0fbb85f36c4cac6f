"""Clozapine with carbamazepine: both can harm the bone marrow, and carbamazepine lowers the clozapine
level.

The label of clozapine does not recommend it. Either may be the one being ordered.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import CARBAMAZEPINE, CLOZAPINE

other = counterpart(
    "the other of clozapine and carbamazepine, taken or ordered as well", (CLOZAPINE,), (CARBAMAZEPINE,)
)

CHECK = OrderCheck(
    id="clozapine-carbamazepine",
    title="Clozapine with carbamazepine",
    version="1",
    citations=(
        Citation("FDA label of clozapine, Drug Interactions (section 7): strong CYP3A4 inducers", CURRENT),
        Citation("FDA label of carbamazepine, boxed warning: aplastic anemia and agranulocytosis", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(CLOZAPINE, CARBAMAZEPINE),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: both can harm the bone marrow",),
    detail=(
        "Agranulocytosis is a danger of both, and carbamazepine lowers the clozapine level, which rises "
        "again when it ends. Another anticonvulsant or mood stabilizer will often do."
    ),
    mends=(REMOVE,),
)
