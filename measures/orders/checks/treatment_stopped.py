"""A signing that stops, cancels or holds a medicine for opioid use disorder, with no other in its place."""

from measures.orders.asking import ADD_NALOXONE, taking
from measures.orders.check import Citation, Kind, Mend, OrderCheck, Severity, draft_criterion
from measures.orders.medicines import OUD_MEDICINES


def concerned(patient, _today):
    return patient.ended.medication_requests(OUD_MEDICINES)


@draft_criterion("another medicine for opioid use disorder, taken or ordered as well")
def goes_on(patient, today, _draft):
    return patient.drafts.medication_requests(OUD_MEDICINES) + taking(patient, today, OUD_MEDICINES)


CHECK = OrderCheck(
    id="treatment-stopped",
    title="Medicine stopped, with none in its place",
    version="3",
    citations=(
        Citation("ASAM National Practice Guideline for the Treatment of Opioid Use Disorder", "2020"),
        Citation("FDA label of buprenorphine and naloxone, Unintentional overdose after stopping", "2022"),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=concerned,
    when=~goes_on,
    says=("{draft.name} is being stopped, and no other in its place is on record",),
    detail=(
        "After treatment of opioid use disorder stops, death by overdose is several times more frequent, "
        "most of all in the first four weeks. Missed visits or other drugs in the urine are no reason to "
        "stop."
    ),
    mends=(
        Mend("Keep the treatment: take this back", remove=True),
        ADD_NALOXONE,
    ),
)
