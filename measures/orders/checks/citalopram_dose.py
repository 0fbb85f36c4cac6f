"""Citalopram above 40 mg a day, or above 20 mg over 60."""

from measures.criteria import criterion
from measures.orders.asking import ordered
from measures.orders.check import LOWER, REMOVE, Citation, Kind, Mend, OrderCheck, Severity
from measures.orders.dose_limits import dose_above, dose_notes, dose_words
from measures.orders.medicines import CITALOPRAM

LATER = 60  # years; the label says "greater than 60": from the 61st birthday
YOUNGER_MOST, OLDER_MOST = 40, 20  # mg a day


@criterion("over 60")
def older(patient, today):
    return patient.age_on(today.end) > LATER


def most(found):
    return YOUNGER_MOST if older.met(found) is False else OLDER_MOST


def limit(patient, today, _draft):
    return f"{OLDER_MOST} mg over {LATER}" if older.test(patient, today) else f"{YOUNGER_MOST} mg"


CHECK = OrderCheck(
    id="citalopram-dose",
    title="Citalopram above its limit",
    version="3",
    citations=(Citation("FDA drug safety communication and label of citalopram: QT", "2012-03"),),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(CITALOPRAM),
    when=dose_above(YOUNGER_MOST, CITALOPRAM) | (older & dose_above(OLDER_MOST, CITALOPRAM)),
    says=(
        "{draft.name} ordered at {patient.age}: {dose}; at most {limit}",
        "{draft.name} ordered: {dose}; at most 40 mg (20 mg over 60)",
    ),
    detail=(
        "QT lengthens with the dose, and more is no more effective. "
        "At most 20 mg with omeprazole or cimetidine and in liver disease too. "
        "If this order takes the place of an earlier one, end that one."
    ),
    mends=(Mend(LOWER, most=most), REMOVE),
    figures={"dose": dose_words(CITALOPRAM), "limit": limit},
    notes=dose_notes(CITALOPRAM),
)
