"""A laboratory test ordered again within its useful interval; the table is `useful_intervals.yaml`."""

from measures.events import RecordCannotSay
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity, draft_criterion
from measures.orders.intervals import USEFUL_INTERVALS, interval_of, still_useful
from measures.time import UNKNOWN, Period


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
    return still_useful(patient, planned(draft, today), row_of(patient, draft))


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
    kind=Kind.HOUSEKEEPING,
    concerns=concerned,
    when=fresh,
    says=("{draft.name} ordered; last {fresh.value} on {fresh.date}, useful for {again}",),
    detail="{why}.",
    mends=(REMOVE,),
    figures={"again": again, "why": why},
)
