"""A monoamine oxidase inhibitor with an antidepressant, tramadol, an opioid like it, or a stimulant.

Contraindicated in the labels of all of them: serotonin syndrome or a hypertensive crisis, within hours. An
order whose supply ended less than 30 days ago counts as taken, which covers the 14 days of wash-out; the
five weeks after fluoxetine are the clinician's to count.
"""

from measures.orders.asking import with_drafts
from measures.orders.check import REMOVE, Citation, OrderCheck, Severity, draft_criterion
from measures.orders.medicines import ANTIDEPRESSANTS, LINEZOLID, MAOI, METHADONE, STIMULANTS, TRAMADOL

OTHERS = (*(one for one in ANTIDEPRESSANTS if one is not MAOI), TRAMADOL, METHADONE, STIMULANTS, LINEZOLID)


def concerned(patient, _today):
    return patient.drafts.medication_requests(MAOI, *OTHERS)


@draft_criterion("the other of an MAO inhibitor and what it must not meet, taken or ordered as well")
def other(patient, today, draft):
    is_maoi = draft in patient.drafts.medication_requests(MAOI).sure
    return with_drafts(patient, today, draft, *(OTHERS if is_maoi else (MAOI,)))


CHECK = OrderCheck(
    id="maoi-pair",
    title="MAO inhibitor with a serotonergic medicine or a stimulant",
    version="1",
    citations=(Citation("FDA labels of phenelzine and tranylcypromine, Contraindications", "2020"),),
    severity=Severity.CRITICAL,
    concerns=concerned,
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: contraindicated with an MAO inhibitor",),
    detail=(
        "Serotonin syndrome or a hypertensive crisis, which can kill within hours. 14 days must lie between "
        "the two, five weeks after fluoxetine."
    ),
    mends=(REMOVE,),
)
