"""Opioid use disorder whose medicine ran out in the last 90 days, while something else is being prescribed.

Whoever signs a prescription can renew this one too. The day it ran out is told by supplies and orders that
say how long they last; one that does not makes it unknown.
"""

from measures.criteria import criterion
from measures.date_words import say_full_day
from measures.orders.asking import ADD_NALOXONE, every_draft, use_disorder
from measures.orders.check import Citation, Kind, Need, OrderCheck, Severity
from measures.orders.medicines import OUD_MEDICINES
from measures.shared.opioid_treatment import evidence, treatments

DAYS = 90  # after which a treatment is not interrupted but over


def last_treatment(patient, today):
    """The last one begun; None when there was none."""
    begun = [one for one in treatments(patient, today) if one.start <= today.end]
    return begun[-1] if begun else None


@criterion("treated with medicine for it until 90 days ago or less")
def treated(patient, today):
    treatment = last_treatment(patient, today)
    lately = treatment is not None and (today.start - treatment.end).days <= DAYS
    return evidence(treatment) if lately else False


@criterion("the medicine lasts to this day, or is ordered now")
def supplied(patient, today):
    if patient.drafts.medication_requests(OUD_MEDICINES).sure:
        return True
    return last_treatment(patient, today).end >= today.start


def ended(patient, today, _draft):
    return say_full_day(last_treatment(patient, today).end)


CHECK = OrderCheck(
    id="treatment-ran-out",
    title="Medicine that has run out, not renewed",
    version="3",
    citations=(
        Citation("ASAM National Practice Guideline for the Treatment of Opioid Use Disorder", "2020"),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=every_draft("MedicationRequest"),
    when=use_disorder & treated,
    needs=(Need("medicine for opioid use disorder", supplied),),
    says=("{treated.name} ran out on {ended}; no renewal is being signed",),
    detail=(
        "It treats opioid use disorder: without it the risk of overdose rises within days. Renew it, and ask "
        "what stood in the way."
    ),
    mends=(ADD_NALOXONE,),
    figures={"ended": ended},
)
