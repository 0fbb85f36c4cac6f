"""An opioid with a benzodiazepine or a hypnotic that acts like one. Either may be the one being ordered.

Buprenorphine for opioid use disorder is not meant: the FDA asked in 2017 not to withhold it.
"""

from measures.orders.asking import with_drafts
from measures.orders.check import REMOVE, Citation, Mend, OrderCheck, Severity, draft_criterion
from measures.orders.medicines import BENZODIAZEPINES, OPIOIDS, Z_HYPNOTICS

SEDATIVES = (BENZODIAZEPINES, Z_HYPNOTICS)


def concerned(patient, _today):
    return patient.drafts.medication_requests(OPIOIDS, *SEDATIVES)


@draft_criterion("the other of an opioid and a benzodiazepine or hypnotic, taken or ordered as well")
def other(patient, today, draft):
    is_opioid = draft in patient.drafts.medication_requests(OPIOIDS).sure
    return with_drafts(patient, today, draft, *(SEDATIVES if is_opioid else (OPIOIDS,)))


CHECK = OrderCheck(
    id="opioid-benzodiazepine",
    title="Opioid with a benzodiazepine",
    version="1",
    citations=(
        Citation("FDA boxed warning: opioids with benzodiazepines", "2016"),
        Citation(
            "CDC Clinical Practice Guideline for Prescribing Opioids for Pain, recommendation 11", "2022-11"
        ),
    ),
    severity=Severity.WARNING,
    concerns=concerned,
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: together they can stop the breathing",),
    detail=(
        "Sedation, respiratory depression and death are more frequent with both. If both are needed: lowest "
        "doses, shortest time, naloxone at home. A benzodiazepine taken for long is tapered, not stopped."
    ),
    mends=(REMOVE, Mend("Add naloxone", add=("naloxone_order",))),
)
