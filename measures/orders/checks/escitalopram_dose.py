"""Escitalopram above 20 mg a day, or above 10 mg at 65 or older.

The label says "10 mg a day for most elderly patients": advice and no limit.
"""

from measures.orders.asking import old, ordered
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.dose_limits import dose_above, dose_words
from measures.orders.medicines import ESCITALOPRAM

CHECK = OrderCheck(
    id="escitalopram-dose",
    title="Escitalopram above its limit",
    version="2",
    citations=(Citation("FDA label of escitalopram, Dosage and Administration (section 2)", "2023"),),
    severity=Severity.INFO,
    kind=Kind.UNFIT,
    concerns=ordered(ESCITALOPRAM),
    when=dose_above(20, ESCITALOPRAM) | (old & dose_above(10, ESCITALOPRAM)),
    says=("{draft.name} ordered at {patient.age}: {dose}; at most 20 mg (10 mg from 65)",),
    detail=(
        "QT lengthens with the dose. "
        "20 mg a day is the most; 10 mg is what the label advises for most older adults."
    ),
    mends=(REMOVE,),
    figures={"dose": dose_words(ESCITALOPRAM)},
)
