"""Linezolid or methylene blue, which inhibit MAO, with an antidepressant that adds to serotonin,
meperidine or tramadol. With an MAO inhibitor see maoi-pair.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import (
    LINEZOLID,
    NOT_WITH_ANY_MAOI,
    OTHER_ANTIDEPRESSANTS,
    SNRI,
    SSRI,
    TRAMADOL,
    TRICYCLICS,
)

SEROTONERGIC = (SSRI, SNRI, TRICYCLICS, OTHER_ANTIDEPRESSANTS, TRAMADOL, NOT_WITH_ANY_MAOI)

other = counterpart(
    "the other of linezolid and a serotonergic medicine, taken or ordered as well",
    (LINEZOLID,),
    SEROTONERGIC,
)

CHECK = OrderCheck(
    id="linezolid-serotonergic",
    title="Linezolid with a serotonergic medicine",
    version="3",
    citations=(
        Citation("FDA drug safety communication: linezolid and serotonergic drugs", "2011-10"),
        Citation("FDA labels of linezolid and of each of these medicines, MAO inhibitors", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(LINEZOLID, *SEROTONERGIC),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: serotonin syndrome",),
    detail=(
        "If no other antibiotic will do: stop the other medicine, and watch for two weeks (fluoxetine: "
        "five) or until 24 hours after the last dose of linezolid, whichever comes first."
    ),
    mends=(REMOVE,),
)
