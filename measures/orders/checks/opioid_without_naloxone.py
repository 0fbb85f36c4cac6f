"""50 or more morphine equivalents (MME) a day without naloxone, from all opioids ordered and taken.

Naloxone counts when ordered or supplied in the last 365 days, or ordered now. The dose comes from the
dosages alone: one that cannot be read makes the sum unknown, unless the others reach the bound without it.
"""

from measures.events import Events, RecordCannotSay
from measures.orders.asking import has_naloxone, ordered, with_drafts
from measures.orders.check import Citation, Kind, Need, OrderCheck, Severity, draft_criterion
from measures.orders.medicines import OPIOIDS
from measures.orders.morphine import daily_mme

MOST = 50  # MME a day


def doses(patient, today, draft):
    """Each opioid order with its MME a day, the draft first."""
    return [(order, daily_mme(order)) for order in (draft, *with_drafts(patient, today, draft, OPIOIDS))]


def in_all(known):
    """The sum of the doses that can be read."""
    return round(sum(dose for _, dose in known if dose is not None), 3)


@draft_criterion("50 MME a day or more from all opioids together")
def high_dose(patient, today, draft):
    known = doses(patient, today, draft)
    if in_all(known) >= MOST:
        return Events(order for order, _ in known)
    unreadable = [order.display for order, dose in known if dose is None]
    if unreadable:
        raise RecordCannotSay(f"dose not readable: {', '.join(unreadable)}")
    return Events()


def total(patient, today, draft):
    return f"{in_all(doses(patient, today, draft)):.0f}"


CHECK = OrderCheck(
    id="opioid-without-naloxone",
    title="50 MME a day or more without naloxone",
    version="1",
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
)
