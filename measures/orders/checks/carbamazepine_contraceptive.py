"""Carbamazepine with a hormonal contraceptive that it weakens: pill, patch, ring or implant.

It speeds up the breakdown of the hormones. Intrauterine devices, and medroxyprogesterone by injection, are
not meant: they hold. Either may be the one being ordered.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import CARBAMAZEPINE, WEAKENED_CONTRACEPTIVES

other = counterpart(
    "the other of carbamazepine and a hormonal contraceptive, taken or ordered as well",
    (CARBAMAZEPINE,),
    (WEAKENED_CONTRACEPTIVES,),
)

CHECK = OrderCheck(
    id="carbamazepine-contraceptive",
    title="Carbamazepine with a hormonal contraceptive",
    version="1",
    citations=(
        Citation("FDA label of carbamazepine, Drug Interactions: hormonal contraceptives", CURRENT),
        Citation(
            "Davis and others, Carbamazepine coadministration with an oral contraceptive, Epilepsia", "2011"
        ),
    ),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(CARBAMAZEPINE, WEAKENED_CONTRACEPTIVES),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: the contraceptive can fail",),
    detail=(
        "Carbamazepine speeds up the breakdown of contraceptive hormones, and harms the unborn child. An "
        "intrauterine device or medroxyprogesterone by injection protects beside it; so does another "
        "medicine in its place. It lasts for four weeks after carbamazepine ends."
    ),
    mends=(REMOVE,),
)
