"""50 or more morphine equivalents (MME) a day without naloxone, from all opioids ordered and taken.

Naloxone counts when ordered or supplied in the last 365 days, or ordered now. The dose comes from the
dosages and their words: one that cannot be read makes the sum unknown, unless the others reach the bound
without it; the card then says so.
"""

from measures.orders.asking import has_naloxone, ordered, with_drafts
from measures.orders.check import Citation, Kind, Need, OrderCheck, Severity, draft_criterion
from measures.orders.dose_limits import doses
from measures.orders.medicines import OPIOIDS
from measures.orders.morphine import daily_mme

MOST = 50  # MME a day


def in_all(patient, today, draft):
    """The MME a day of each opioid order, the draft first."""
    return doses((draft, *with_drafts(patient, today, draft, OPIOIDS)), daily_mme)


@draft_criterion("50 MME a day or more from all opioids together")
def high_dose(patient, today, draft):
    return in_all(patient, today, draft).when(lambda total: total >= MOST)


def total(patient, today, draft):
    found = in_all(patient, today, draft)
    return f"at least {found.total:.0f}" if found.unread else f"{found.total:.0f}"


def how_read(patient, today, draft):
    return in_all(patient, today, draft).how_read()


CHECK = OrderCheck(
    id="opioid-without-naloxone",
    title="50 MME a day or more without naloxone",
    version="2",
    citations=(
        Citation(
            "CDC Clinical Practice Guideline for Prescribing Opioids for Pain, recommendations 4 and 8",
            "2022-11",
        ),
    ),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(OPIOIDS),
    when=high_dose,
    needs=(Need("naloxone", has_naloxone, add="naloxone_order", due="every 12 months"),),
    says=("{draft.name} ordered: {mme} MME a day in all; {missing}",),
    detail="From 50 MME a day the risk of overdose rises markedly, and further benefit is rare.",
    figures={"mme": total},
    notes=how_read,
)
