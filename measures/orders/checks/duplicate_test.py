"""A laboratory test ordered again within its useful interval; the table is `useful_intervals.yaml`.

Again: after a result, beside an order whose result is still to come, or twice in one signing. Two orders for
days that lie further apart than the interval are a plan.
"""

from measures.date_words import say_on
from measures.events import RecordCannotSay
from measures.orders.asking import PENDING, being_ordered
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity, draft_criterion
from measures.orders.intervals import USEFUL_INTERVALS, interval_of, still_useful, tells
from measures.time import UNKNOWN, Period, at_or_before, both, within


def concerned(patient, _today):
    return patient.drafts.service_requests(*(name for row in USEFUL_INTERVALS for name in row.results))


def row_of(patient, draft):
    return interval_of(draft.codes, patient.vocabulary)


def planned(draft, today):
    """The day for which a test is ordered; today when the order names none."""
    when = draft.dated("occurrence").start
    if "occurrenceTiming" in draft.source or (when != UNKNOWN and when.day is None):
        raise RecordCannotSay(f"it is not known for which day it is ordered: {draft.reference}")
    day = max(when.day, today.start) if when.day else today.start
    return Period(day, day)


@draft_criterion("a result that is still useful")
def fresh(patient, today, draft):
    row = row_of(patient, draft)
    return still_useful(patient, planned(draft, today), row, row.days)


def is_waiting(patient, today, row, last, order):
    """Whether an order of the record waits for its result: of late, no result since, not signed again."""
    lately = within(order.start, today.reaching_back(days=min(row.days, PENDING)).interval)
    resulted = last.where(lambda result: at_or_before(order.start, result.concluded)).truth
    is_open = None if resulted is None else not resulted and not patient.is_signed_again(order)
    return both(lately, is_open)


def is_draft(patient, order):
    drafts = patient.remember(is_draft, lambda: frozenset(patient.drafts.every("ServiceRequest").sure))
    return order in drafts


def open_orders(patient, today, row):
    """The orders for a test, of this signing or waiting for their result, and the days they are for, where
    these are known. Looked for once in a signing: there may be many.
    """

    def look():
        last = patient.observations(*row.results).where(tells).latest(at=lambda result: result.concluded)

        def is_open(order):
            return is_draft(patient, order) or is_waiting(patient, today, row, last, order)

        orders = being_ordered(patient, today, *row.results).where(is_open)
        return orders, {order: day_of(order, today) for order in (*orders.sure, *orders.maybe)}

    return patient.remember((open_orders, row.what), look)


def day_of(order, today):
    try:
        return planned(order, today).start
    except RecordCannotSay:
        return None


def doubles(patient, today, draft):
    """Orders for the same test that lie too near to this one."""
    row, when = row_of(patient, draft), planned(draft, today).start
    orders, days = open_orders(patient, today, row)

    def is_double(order):
        day = days[order]
        return order is not draft and (None if day is None else abs((day - when).days) < row.days)

    return orders.where(is_double)


@draft_criterion("the same test ordered twice now, or still waiting for its result")
def repeated(patient, today, draft):
    return doubles(patient, today, draft)


def pending(patient, today, draft):
    """Such as "ordered twice in this signing"; empty where no order stands in the way."""
    orders = doubles(patient, today, draft).sure
    if any(is_draft(patient, order) for order in orders):
        return "ordered twice in this signing"
    return f"ordered {say_on(orders[-1].start)} already, its result is still to come" if orders else ""


def again(patient, _today, draft):
    return f"{row_of(patient, draft).days} days"


def why(patient, _today, draft):
    return row_of(patient, draft).why


CHECK = OrderCheck(
    id="duplicate-test",
    title="Laboratory test within its useful interval",
    version="3",
    citations=(Citation("Throughline's table of useful intervals, each row with its source", "2026"),),
    severity=Severity.INFO,
    kind=Kind.HOUSEKEEPING,
    concerns=concerned,
    when=fresh | repeated,
    says=(
        "{draft.name} ordered; last {fresh.value} on {fresh.date}, useful for {again}",
        "{draft.name} ordered; last result on {fresh.date}, useful for {again}",
        "{draft.name}: {pending}",
    ),
    detail="{why}.",
    mends=(REMOVE,),
    figures={"again": again, "why": why, "pending": pending},
)
