"""A laboratory test ordered again within its useful interval; the table is `useful_intervals.yaml`."""

from measures.events import Events, RecordCannotSay
from measures.orders.asking import results
from measures.orders.check import REMOVE, Citation, OrderCheck, Severity, draft_criterion
from measures.orders.intervals import USEFUL_INTERVALS


def concerned(patient, _today):
    return patient.drafts.service_requests(*(name for row in USEFUL_INTERVALS for name in row.results))


def row_of(patient, draft):
    """The row of the table for a draft: the first that names its test."""
    rows = (row for row in USEFUL_INTERVALS if draft in patient.drafts.service_requests(*row.results).sure)
    return next(rows)


def changed(patient, row, last):
    """Whether a medicine that changes the result was begun or changed on the day of the last one or since."""
    if not row.changed_by:
        return False
    orders = patient.medication_requests(*row.changed_by) + patient.drafts.medication_requests(
        *row.changed_by
    )
    return any(order.day is not None and order.day >= last for order in orders)


@draft_criterion("a result that is still useful")
def fresh(patient, today, draft):
    row = row_of(patient, draft)
    last = results(patient, today, row.days - 1, *row.results).latest(at=lambda one: one.concluded)
    if not last.sure:
        return last
    day = last[0].concluded.day
    if day is None:
        raise RecordCannotSay(f"the day is not known: {last[0].reference}")
    return Events() if changed(patient, row, day) else last


def again(patient, _today, draft):
    return f"{row_of(patient, draft).days} days"


def why(patient, _today, draft):
    return row_of(patient, draft).why


CHECK = OrderCheck(
    id="duplicate-test",
    title="Laboratory test within its useful interval",
    version="1",
    citations=(Citation("Throughline's table of useful intervals, each row with its source", "2026"),),
    severity=Severity.INFO,
    concerns=concerned,
    when=fresh,
    says=("{draft.name} ordered; last {fresh.value} on {fresh.date}, useful for {again}",),
    detail="{why}.",
    mends=(REMOVE,),
    figures={"again": again, "why": why},
)
