"""Linezolid or methylene blue, which inhibit MAO, with an SSRI, SNRI or tricyclic antidepressant."""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import LINEZOLID, SNRI, SSRI, TRICYCLICS

SEROTONERGIC = (SSRI, SNRI, TRICYCLICS)

other = counterpart(
    "the other of linezolid and a serotonergic antidepressant, taken or ordered as well",
    (LINEZOLID,),
    SEROTONERGIC,
)

CHECK = OrderCheck(
    id="linezolid-serotonergic",
    title="Linezolid with a serotonergic antidepressant",
    version="2",
    citations=(Citation("FDA drug safety communication: linezolid and serotonergic drugs", "2011-10"),),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(LINEZOLID, *SEROTONERGIC),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: serotonin syndrome",),
    detail=(
        "If no other antibiotic will do: stop the antidepressant, and watch for two weeks (fluoxetine: five) "
        "or until 24 hours after the last dose of linezolid, whichever comes first."
    ),
    mends=(REMOVE,),
)
