"""An opioid with a benzodiazepine or another sedative: a hypnotic that acts like one, a barbiturate,
carisoprodol. Either may be the one being ordered.

Buprenorphine for opioid use disorder is not meant: the FDA asked in 2017 not to withhold it.
"""

from measures.orders.asking import ADD_NALOXONE, counterpart, ordered
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import BARBITURATES, BENZODIAZEPINES, CARISOPRODOL, OPIOIDS, Z_HYPNOTICS

SEDATIVES = (BENZODIAZEPINES, Z_HYPNOTICS, BARBITURATES, CARISOPRODOL)

other = counterpart("the other of an opioid and a sedative, taken or ordered as well", (OPIOIDS,), SEDATIVES)

CHECK = OrderCheck(
    id="opioid-benzodiazepine",
    title="Opioid with a benzodiazepine or another sedative",
    version="3",
    citations=(
        Citation("FDA boxed warning: opioids with benzodiazepines and other CNS depressants", "2016-08"),
        Citation(
            "CDC Clinical Practice Guideline for Prescribing Opioids for Pain, recommendation 11", "2022-11"
        ),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(OPIOIDS, *SEDATIVES),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: together they can stop the breathing",),
    detail=(
        "Sedation, respiratory depression and death are more frequent with both. If both are needed: "
        "lowest doses, shortest time, naloxone at home. A sedative taken for long is tapered, not "
        "stopped."
    ),
    mends=(REMOVE, ADD_NALOXONE),
)
