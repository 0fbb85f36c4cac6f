"""A medicine prescribed at the last discharge that was never filled, while another is being prescribed.

Asked from the 8th to the 90th day after leaving hospital. A dose raised, or a second medicine added, because
the first one does not work, may be answered by that it was never taken.
"""

from datetime import timedelta

from measures.criteria import criterion
from measures.orders.asking import every_draft
from measures.orders.check import Citation, Kind, Mend, OrderCheck, Severity
from measures.shared.discharge_medicines import (
    DAYS_TO_FILL,
    LONGEST,
    fills,
    last_stay,
    orders_for_home,
)
from measures.time import Period


def asked_of(today):
    """The days of leaving hospital of which it is asked today."""
    return Period(today.start - timedelta(days=LONGEST), today.end - timedelta(days=DAYS_TO_FILL + 1))


@criterion("a medicine prescribed at the last discharge, of which no fill is on record")
def unfilled(patient, today):
    stay = last_stay(patient, today).ending(asked_of(today))
    orders = orders_for_home(patient, stay).where(lambda order: not patient.is_signed_again(order))
    return orders.where(lambda order: is_unfilled(patient, today, order))


def is_unfilled(patient, today, order):
    filled = fills(patient, today, order).truth
    return None if filled is None else not filled


CHECK = OrderCheck(
    id="discharge-medicine-not-filled",
    title="Discharge medicine that was never filled",
    version="1",
    citations=(
        Citation("Joint Commission, National Patient Safety Goal 03.06.01: reconcile medicines", "2024"),
    ),
    severity=Severity.WARNING,
    kind=Kind.DUE,
    concerns=every_draft("MedicationRequest"),
    when=unfilled,
    says=("{unfilled.name}, prescribed at discharge on {unfilled.date}: no fill on record",),
    detail=(
        "Other fills are on record, so this pharmacy sends them. Ask whether the patient has it and takes it "
        "before a dose is raised or a medicine added."
    ),
    mends=(Mend("Ask a coordinator to call about it", add=("unfilled_call_task",)),),
)
