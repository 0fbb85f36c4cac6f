"""Linezolid or methylene blue, which inhibit MAO, with an SSRI, SNRI or tricyclic antidepressant."""

from measures.orders.asking import with_drafts
from measures.orders.check import REMOVE, Citation, OrderCheck, Severity, draft_criterion
from measures.orders.medicines import LINEZOLID, SNRI, SSRI, TRICYCLICS

SEROTONERGIC = (SSRI, SNRI, TRICYCLICS)


def concerned(patient, _today):
    return patient.drafts.medication_requests(LINEZOLID, *SEROTONERGIC)


@draft_criterion("the other of linezolid and a serotonergic antidepressant, taken or ordered as well")
def other(patient, today, draft):
    is_linezolid = draft in patient.drafts.medication_requests(LINEZOLID).sure
    return with_drafts(patient, today, draft, *(SEROTONERGIC if is_linezolid else (LINEZOLID,)))


CHECK = OrderCheck(
    id="linezolid-serotonergic",
    title="Linezolid with a serotonergic antidepressant",
    version="1",
    citations=(Citation("FDA drug safety communication: linezolid and serotonergic drugs", "2011-10"),),
    severity=Severity.WARNING,
    concerns=concerned,
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: serotonin syndrome",),
    detail=(
        "If no other antibiotic will do: stop the antidepressant, and watch for two weeks (fluoxetine: five) "
        "or until 24 hours after the last dose of linezolid."
    ),
    mends=(REMOVE,),
)
