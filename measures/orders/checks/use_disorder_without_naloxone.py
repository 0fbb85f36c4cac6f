"""Opioid use disorder, and an opioid or its treatment ordered, without naloxone in the last 12 months."""

from measures.orders.asking import has_naloxone, ordered, use_disorder
from measures.orders.check import Citation, Kind, Need, OrderCheck, Severity
from measures.orders.medicines import OPIOIDS, OUD_MEDICINES

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
    kind=Kind.UNFIT,
    concerns=ordered(OPIOIDS, OUD_MEDICINES),
    when=use_disorder,
    needs=(Need("naloxone", has_naloxone, add="naloxone_order", due="every 12 months"),),
    says=("{draft.name} ordered: {missing}",),
    detail=(
        "Opioid use disorder is on record. A spray at home, and somebody shown how to use it, is what "
        "reverses an overdose."
    ),
)
