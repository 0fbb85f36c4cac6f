"""Metronidazole with disulfiram, or until two weeks after it: psychosis. Contraindicated by its label.

Either may be the one being ordered. An active order whose supply ended 30 days ago or less counts as taken,
which covers the two weeks. What is applied to the skin is not meant.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import DISULFIRAM, METRONIDAZOLE

other = counterpart(
    "the other of metronidazole and what it must not meet, taken or ordered as well",
    (METRONIDAZOLE,),
    (DISULFIRAM,),
)

CHECK = OrderCheck(
    id="metronidazole-pair",
    title="Metronidazole with what it must not meet",
    version="1",
    citations=(Citation("FDA label of metronidazole, Contraindications: psychotic reaction", CURRENT),),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(METRONIDAZOLE, DISULFIRAM),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: contraindicated, psychosis",),
    detail=(
        "Confusion and psychosis have followed metronidazole with disulfiram, and until two weeks after "
        "it. Choose another antibiotic, or let two weeks pass."
    ),
    mends=(REMOVE,),
)
