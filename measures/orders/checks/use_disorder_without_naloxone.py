"""Opioid use disorder, and an opioid or its treatment ordered, without naloxone in the last 12 months."""

from measures.criteria import criterion
from measures.orders.asking import active_problems, has_naloxone, ordered
from measures.orders.check import Citation, Need, OrderCheck, Severity
from measures.orders.medicines import OPIOIDS, OUD_MEDICINES
from measures.orders.problems import OPIOID_USE_DISORDER


@criterion("opioid use disorder")
def use_disorder(patient, today):
    return active_problems(patient, today, OPIOID_USE_DISORDER)


CHECK = OrderCheck(
    id="use-disorder-without-naloxone",
    title="Medicine that calls for naloxone, without it",
    version="2",
    citations=(
        Citation(
            "CDC Clinical Practice Guideline for Prescribing Opioids for Pain, recommendation 8", "2022-11"
        ),
        Citation("FDA, naloxone with opioids and medicines for opioid use disorder", "2020-07"),
    ),
    severity=Severity.WARNING,
    concerns=ordered(OPIOIDS, OUD_MEDICINES),
    when=use_disorder,
    needs=(Need("naloxone", has_naloxone, add="naloxone_order", due="every 12 months"),),
    says=("{draft.name} ordered: {missing}",),
    detail=(
        "Opioid use disorder is on record. A spray at home, and somebody shown how to use it, is what "
        "reverses an overdose."
    ),
)
