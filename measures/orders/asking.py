"""What order checks ask of a record at signing: what is taken, what is ordered, which results are in."""

from datetime import date, timedelta

from measures.criteria import Criterion, criterion
from measures.events import Events
from measures.medication_time import dispense_period, request_period
from measures.orders.check import ALWAYS, Need
from measures.time import FOREVER, Instant, Interval, Period, overlap

LATE_REFILL = 30  # days after its supply an active order may still be taken: refills come late
PENDING = 30  # days an order for a test may wait for its result


def ordered(*named):
    """For `concerns`: the drafts for one of these medicines."""
    return lambda patient, _today: patient.drafts.medication_requests(*named)


def taking(patient, today, *named):
    """What the patient is on by the record: active orders and supplies of the last days.

    An order counts while its status is active and its supply is not over by more than LATE_REFILL days; one
    that states no length, or no date, counts as its status says. Orders signed again or ended now are left
    out: they are judged as drafts, or no more.
    """
    active = patient.medication_requests(*named).with_status("active")
    orders = active.where(lambda order: not patient.is_signed_again(order) and _goes_on(order, today))
    supplied = patient.find("MedicationDispense", named).where(
        lambda dispense: _covers(dispense_period(dispense), today)
    )
    return orders + Events(supplied.sure, supplied.maybe)  # the orders say it already; dispenses add to them


def with_drafts(patient, today, draft, *named):
    """What else is taken or ordered in the same signing: everything but the draft itself."""
    others = patient.drafts.medication_requests(*named).where(lambda order: order is not draft)
    return others + taking(patient, today, *named)


def _goes_on(order, today):
    days = request_period(order)
    return True if days is None else _covers(days, today)


def _covers(days, today):
    """Whether a supply lasts to the day, or ended a little before it."""
    if days is None:
        return None
    late = Interval(days.start, _later(days.end))
    answer = overlap(late, today.interval)
    return True if answer is None and days.start.latest <= today.interval.end.latest else answer


def _later(moment):
    if moment == FOREVER:
        return moment
    extra = timedelta(days=LATE_REFILL) // timedelta(milliseconds=1)
    return Instant(moment.earliest + extra, moment.latest + extra)


def active_problems(patient, today, *named):
    """Conditions that stand today."""
    return patient.conditions(*named).overlapping(today)


def results(patient, today, days, *named):
    """Results of the last `days` days, the day of signing included."""
    return patient.observations(*named).concluding(today.reaching_back(days=days))


def being_ordered(patient, today, *named):
    """Orders for a test in this signing, or of the last PENDING days still without a result.

    Orders of the record that were not gathered prove nothing and stand in nobody's way.
    """
    pending = patient.service_requests(*named).where(lambda order: order.status == "active")
    pending = pending.starting(today.reaching_back(days=PENDING))
    return patient.drafts.service_requests(*named) + Events(pending.sure)


def laboratory_test(name, what, *named, days, due, add, panels=(), given=ALWAYS):
    """The need for a test: a result of the last `days` days, or an order for it.

    `named` are the results, `panels` what it is ordered with besides.
    """

    def test(patient, today):
        return results(patient, today, days, *named) + being_ordered(patient, today, *named, *panels)

    def nearest(patient, _today):
        return patient.observations(*named).latest(at=lambda result: result.concluded)

    says = f"{what} in the last {days} days, or ordered now"
    return Need(what, Criterion(name, says, test, nearest=nearest), add, due, given)


def on_already(*named):
    """Whether the medicine is nothing new: an earlier order or supply of it in the record."""

    @criterion("taken already")
    def taken_already(patient, today):
        before_today = Period(date.min, today.start - timedelta(days=1))
        earlier = patient.medication_requests(*named).starting(before_today)
        supplied = patient.find("MedicationDispense", named).starting(before_today)
        return earlier + Events(supplied.sure, supplied.maybe)

    return taken_already
