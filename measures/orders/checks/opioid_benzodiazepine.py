"""An opioid with a benzodiazepine or a hypnotic that acts like one. Either may be the one being ordered.

Buprenorphine for opioid use disorder is not meant: the FDA asked in 2017 not to withhold it.
"""

from measures.orders.asking import ADD_NALOXONE, counterpart, ordered
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import BENZODIAZEPINES, OPIOIDS, Z_HYPNOTICS

SEDATIVES = (BENZODIAZEPINES, Z_HYPNOTICS)

other = counterpart(
    "the other of an opioid and a benzodiazepine or hypnotic, taken or ordered as well", (OPIOIDS,), SEDATIVES
)

CHECK = OrderCheck(
    id="opioid-benzodiazepine",
    title="Opioid with a benzodiazepine",
    version="2",
    citations=(
        Citation("FDA boxed warning: opioids with benzodiazepines", "2016"),
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
        "Sedation, respiratory depression and death are more frequent with both. If both are needed: lowest "
        "doses, shortest time, naloxone at home. A benzodiazepine taken for long is tapered, not stopped."
    ),
    mends=(REMOVE, ADD_NALOXONE),
)
