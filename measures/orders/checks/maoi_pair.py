"""A monoamine oxidase inhibitor with another one, with an antidepressant, some opioids and cough
medicines, or a stimulant.

Contraindicated in the labels of one of the two, or of both: serotonin syndrome or a hypertensive crisis,
within hours. Of the MAO-B inhibitors selegiline is meant here, for its patch is an antidepressant; for
rasagiline and safinamide see mao-b-pair. An active order whose supply ended 30 days ago or less counts as
taken, which covers the 14 days of wash-out. A stopped order leaves no date in FHIR R4: those days, and the
five weeks after fluoxetine, are the clinician's to count.
"""

from measures.orders.asking import ordered, with_drafts
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity, draft_criterion
from measures.orders.doses import is_another
from measures.orders.medicines import (
    ANTIDEPRESSANTS,
    CARBAMAZEPINE,
    LINEZOLID,
    MAO_B_INHIBITORS,
    MAOI,
    METHADONE,
    NOT_WITH_ANY_MAOI,
    NOT_WITH_MAOI,
    STIMULANTS,
    TRAMADOL,
)

OTHERS = (
    *(one for one in ANTIDEPRESSANTS if one is not MAOI),
    MAO_B_INHIBITORS,
    TRAMADOL,
    METHADONE,
    STIMULANTS,
    LINEZOLID,
    CARBAMAZEPINE,
    NOT_WITH_ANY_MAOI,
    NOT_WITH_MAOI,
)


@draft_criterion("the other of an MAO inhibitor and what it must not meet, taken or ordered as well")
def other(patient, today, draft):
    inhibitors = with_drafts(patient, today, draft, MAOI)
    if draft not in patient.drafts.medication_requests(MAOI).sure:
        return inhibitors
    second = inhibitors.where(lambda order: is_another(draft, order))
    return second + with_drafts(patient, today, draft, *OTHERS)


CHECK = OrderCheck(
    id="maoi-pair",
    title="MAO inhibitor with a serotonergic medicine or a stimulant",
    version="2",
    citations=(
        Citation("FDA labels of phenelzine and tranylcypromine, Contraindications", CURRENT),
        Citation("FDA labels of meperidine, tramadol, carbamazepine and others, Contraindications", CURRENT),
    ),
    severity=Severity.CRITICAL,
    kind=Kind.DANGER,
    concerns=ordered(MAOI, *OTHERS),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: contraindicated with an MAO inhibitor",),
    detail=(
        "Serotonin syndrome or a hypertensive crisis, which can kill within hours. 14 days must lie "
        "between the two, five weeks after fluoxetine."
    ),
    mends=(REMOVE,),
)
