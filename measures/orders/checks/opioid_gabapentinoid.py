"""An opioid with gabapentin or pregabalin. Either may be the one being ordered.

The pair is common and often meant, so that this informs; buprenorphine for opioid use disorder is not meant.
"""

from measures.orders.asking import ADD_NALOXONE, counterpart, ordered
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import GABAPENTINOIDS, OPIOIDS

other = counterpart(
    "the other of an opioid and gabapentin or pregabalin, taken or ordered as well",
    (OPIOIDS,),
    (GABAPENTINOIDS,),
)

CHECK = OrderCheck(
    id="opioid-gabapentinoid",
    title="Opioid with gabapentin or pregabalin",
    version="1",
    citations=(
        Citation(
            "FDA drug safety communication: breathing problems with gabapentin and pregabalin", "2019-12"
        ),
        Citation("AGS Beers Criteria for Potentially Inappropriate Medication Use", "2023"),
    ),
    severity=Severity.INFO,
    kind=Kind.DANGER,
    concerns=ordered(OPIOIDS, GABAPENTINOIDS),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: together they can slow the breathing",),
    detail=(
        "Sedation and respiratory depression are more frequent with both, most of all in older adults and "
        "with disease of the lungs or kidneys. Begin with the lowest dose, adjust it to the kidneys, and "
        "have naloxone at home."
    ),
    mends=(REMOVE, ADD_NALOXONE),
)
