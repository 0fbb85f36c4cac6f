"""Rasagiline or safinamide with an antidepressant: seldom serotonin syndrome, and not what the labels
advise.

Rasagiline: not recommended with any of them. Safinamide: contraindicated with SNRIs, tricyclics, trazodone
and mirtazapine; of an SSRI the lowest dose that works. Many with Parkinson's disease take such a pair
unharmed, so that this warns and says what the labels ask.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import MAO_B_INHIBITORS, OTHER_ANTIDEPRESSANTS, SNRI, SSRI, TRICYCLICS

SEROTONERGIC = (SSRI, SNRI, TRICYCLICS, OTHER_ANTIDEPRESSANTS)

other = counterpart(
    "the other of an MAO-B inhibitor and an antidepressant, taken or ordered as well",
    (MAO_B_INHIBITORS,),
    SEROTONERGIC,
)

CHECK = OrderCheck(
    id="mao-b-antidepressant",
    title="MAO-B inhibitor with an antidepressant",
    version="1",
    citations=(Citation("FDA labels of rasagiline (section 5) and safinamide (sections 4 and 5)", CURRENT),),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(MAO_B_INHIBITORS, *SEROTONERGIC),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: serotonin syndrome is possible",),
    detail=(
        "Rasagiline is not recommended with antidepressants. Safinamide is contraindicated with SNRIs, "
        "tricyclics, trazodone and mirtazapine; an SSRI beside it is kept at its lowest dose that works. "
        "Tell the patient the signs (restlessness, tremor, sweating, fever). 14 days lie between the two, "
        "five weeks after fluoxetine."
    ),
    mends=(REMOVE,),
)
