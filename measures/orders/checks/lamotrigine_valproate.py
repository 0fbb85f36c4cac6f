"""Lamotrigine and valproate together, while one of the two is begun: a severe rash, unless lamotrigine is
begun low.

Valproate doubles the level of lamotrigine. Both taken for some time are a treatment that was found safe, and
are left alone.
"""

from measures.orders.asking import counterpart, on_already, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity, draft_criterion
from measures.orders.medicines import LAMOTRIGINE, VALPROATE

other = counterpart(
    "the other of lamotrigine and valproate, taken or ordered as well", (LAMOTRIGINE,), (VALPROATE,)
)
on_lamotrigine, on_valproate = on_already(LAMOTRIGINE), on_already(VALPROATE)


@draft_criterion("ordered before")
def goes_on(patient, today, draft):
    is_valproate = draft in patient.drafts.medication_requests(VALPROATE).sure
    return (on_valproate if is_valproate else on_lamotrigine).test(patient, today)


CHECK = OrderCheck(
    id="lamotrigine-valproate",
    title="Lamotrigine and valproate, one of them begun",
    version="1",
    citations=(
        Citation("FDA label of lamotrigine, boxed warning and Dosage (section 2): valproate", CURRENT),
        Citation("FDA label of valproate, Drug Interactions (section 7): lamotrigine", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(LAMOTRIGINE, VALPROATE),
    when=other & ~goes_on,
    says=("{draft.name} begun with {other.name}, {other.since}: severe rash unless lamotrigine is low",),
    detail=(
        "Valproate doubles the level of lamotrigine; Stevens-Johnson syndrome is more frequent with both "
        "and with a quick rise. Beside valproate lamotrigine is begun at 25 mg every other day; where "
        "valproate is added, its dose is halved. Tell the patient to stop and call at any rash."
    ),
    mends=(REMOVE,),
)
