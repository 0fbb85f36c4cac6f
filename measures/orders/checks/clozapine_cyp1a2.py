"""Clozapine with fluvoxamine or ciprofloxacin, which stop its breakdown (CYP1A2). Either may be the one
ordered.

The label has a third of the dose taken beside them. Smoking does the opposite, and ending it raises the
level; no order tells of that.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import CIPROFLOXACIN, CLOZAPINE, FLUVOXAMINE

INHIBITORS = (FLUVOXAMINE, CIPROFLOXACIN)

other = counterpart(
    "the other of clozapine and a medicine that stops its breakdown, taken or ordered as well",
    (CLOZAPINE,),
    INHIBITORS,
)

CHECK = OrderCheck(
    id="clozapine-cyp1a2",
    title="Clozapine with what raises its level many times",
    version="1",
    citations=(
        Citation("FDA label of clozapine, Dosage (section 2) and Drug Interactions (section 7)", CURRENT),
        Citation("FDA label of ciprofloxacin, Drug Interactions (section 7): clozapine", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(CLOZAPINE, *INHIBITORS),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: the clozapine level can rise to toxic",),
    detail=(
        "Seizures, low blood pressure, sedation and death have followed. Choose another antidepressant or "
        "antibiotic; if both are needed, a third of the clozapine dose, its level measured, and the dose "
        "back when the other ends. An infection by itself can raise the level too."
    ),
    mends=(REMOVE,),
)
