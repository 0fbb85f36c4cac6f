"""An opioid antagonist with an opioid: naltrexone or samidorphan with an opioid for pain, methadone or
buprenorphine.

Contraindicated: it takes the effect of the opioid, and who is used to it falls into sudden withdrawal.
Either may be the one being ordered. Naloxone to reverse an overdose, and beside buprenorphine, is not meant.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import BUPRENORPHINE, OPIOID_ANTAGONISTS, OPIOIDS

AGONISTS = (OPIOIDS, BUPRENORPHINE)

other = counterpart(
    "the other of an opioid antagonist and an opioid, taken or ordered as well",
    (OPIOID_ANTAGONISTS,),
    AGONISTS,
)

CHECK = OrderCheck(
    id="opioid-antagonist",
    title="Opioid antagonist with an opioid",
    version="1",
    citations=(
        Citation("FDA labels of naltrexone and of olanzapine with samidorphan, Contraindications", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(OPIOID_ANTAGONISTS, *AGONISTS),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: one blocks the other",),
    detail=(
        "Naltrexone and samidorphan block opioids: no relief of pain and, in whoever is used to opioids, "
        "sudden and severe withdrawal. Naltrexone asks for 7 to 10 days without opioids, up to two weeks "
        "after methadone or buprenorphine. Whoever tries to overcome the block can die of it."
    ),
    mends=(REMOVE,),
)
