"""A signing that stops, cancels or holds a medicine for opioid use disorder, with no other in its place.

Methadone is one where the disorder is on record; else it is for pain.
"""

from measures.orders.asking import ADD_NALOXONE, active_problems, taking
from measures.orders.check import Citation, Kind, Mend, OrderCheck, Severity, draft_criterion
from measures.orders.medicines import METHADONE, OUD_MEDICINES
from measures.orders.problems import OPIOID_USE_DISORDER


def concerned(patient, today):
    methadone = patient.ended.medication_requests(METHADONE)
    disorder = active_problems(patient, today, OPIOID_USE_DISORDER)
    return patient.ended.medication_requests(OUD_MEDICINES) + methadone.given(disorder)


@draft_criterion("another medicine for opioid use disorder, taken or ordered as well")
def goes_on(patient, today, _draft):
    medicines = (OUD_MEDICINES, METHADONE)
    return patient.drafts.medication_requests(*medicines) + taking(patient, today, *medicines)


CHECK = OrderCheck(
    id="treatment-stopped",
    title="Medicine stopped, with none in its place",
    version="5",
    citations=(
        Citation("ASAM National Practice Guideline for the Treatment of Opioid Use Disorder", "2020"),
        Citation(
            "Sordo and others, Mortality risk during and after opioid substitution treatment, BMJ", "2017"
        ),
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
        Mend("Keep the treatment: take this back", keep=True),
        ADD_NALOXONE,
    ),
)
