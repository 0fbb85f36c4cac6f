"""Escitalopram above 20 mg a day, or above 10 mg at 65 or older.

The label says "10 mg a day for most elderly patients": advice and no limit.
"""

from measures.orders.asking import OLD, old, ordered
from measures.orders.check import CURRENT, LOWER, REMOVE, Citation, Kind, Mend, OrderCheck, Severity
from measures.orders.dose_limits import dose_above, dose_notes, dose_words
from measures.orders.medicines import ESCITALOPRAM

YOUNGER_MOST, OLDER_MOST = 20, 10  # mg a day


def most(found):
    return YOUNGER_MOST if old.met(found) is False else OLDER_MOST


def limit(patient, today, _draft):
    return f"{OLDER_MOST} mg from {OLD}" if old.test(patient, today) else f"{YOUNGER_MOST} mg"


CHECK = OrderCheck(
    id="escitalopram-dose",
    title="Escitalopram above its limit",
    version="3",
    citations=(Citation("FDA label of escitalopram, Dosage and Administration (section 2)", CURRENT),),
    severity=Severity.INFO,
    kind=Kind.UNFIT,
    concerns=ordered(ESCITALOPRAM),
    when=dose_above(YOUNGER_MOST, ESCITALOPRAM) | (old & dose_above(OLDER_MOST, ESCITALOPRAM)),
    says=(
        "{draft.name} ordered at {patient.age}: {dose}; at most {limit}",
        "{draft.name} ordered: {dose}; at most 20 mg (10 mg from 65)",
    ),
    detail=(
        "QT lengthens with the dose, and omeprazole and esomeprazole raise the level. 20 mg a day is the "
        "most; 10 mg is what the label advises for most older adults. If this order takes the place of an "
        "earlier one, end that one."
    ),
    mends=(Mend(LOWER, most=most), REMOVE),
    figures={"dose": dose_words(ESCITALOPRAM), "limit": limit},
    notes=dose_notes(ESCITALOPRAM),
)
