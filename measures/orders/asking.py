"""What order checks ask of a record at signing: what is taken, what is ordered, which results are in."""

from datetime import date, timedelta

from measures.criteria import Criterion, criterion
from measures.events import Events, RecordCannotSay
from measures.medication_time import dispense_period, request_period
from measures.orders.check import ALWAYS, Mend, Need
from measures.orders.drafts import SigningRecord
from measures.orders.medicines import NALOXONE
from measures.orders.named_tests import by_name
from measures.orders.pending import PENDING
from measures.orders.problems import OPIOID_USE_DISORDER, PREGNANCY_ENDED, PREGNANT
from measures.orders.reported import is_reported, reported, reported_as_taken
from measures.shapes import Standing
from measures.statuses import clinical_status
from measures.terminology import LOINC, ValueSet
from measures.time import FOREVER, Instant, Interval, Period, before, overlap

LATE_REFILL = 30  # days after its supply an active order may still be taken: refills come late
OVER = ("inactive", "resolved")  # clinical statuses
OLD = 65  # years
MONTHS_PREGNANT = 10
NALOXONE_KEEPS = 365  # days after which it is asked whether it is still at home


def ordered(*named):
    """For `concerns`: the drafts for one of these medicines."""
    return lambda patient, _today: patient.drafts.medication_requests(*named)


def every_draft(*kinds):
    """For `concerns`: all drafts of these kinds, whatever they order."""

    def concerned(patient, _today):
        held = sum((patient.drafts.every(kind) for kind in kinds), Events())
        return held.where(lambda draft: draft.standing is Standing.DONE)

    return concerned


def taking(patient: SigningRecord, today: Period, *named: ValueSet, late: int = LATE_REFILL) -> Events:
    """What the patient is on by the record: active orders and supplies of the last days.

    An order counts while its status is active and its supply is not over by more than `late` days; one that
    states no length, or no date, counts as its status says. A completed one, whose last fill was given
    out, counts to the end of its supply. Orders signed again or ended now are left out: they are judged as
    drafts, or no more. A dispense adds to the orders where it says how long it lasts, and so does what is
    reported as taken.
    """
    others = patient.medication_requests(*named).where(lambda order: not patient.is_signed_again(order))
    orders = others.where(lambda order: _goes_on(order, today, late))
    dispensed = patient.find("MedicationDispense", named)
    lasting = (one for one in dispensed.sure if _lasts(dispense_period(one), today, late))
    return orders + Events((*lasting, *reported_as_taken(patient, today, *named).sure))


def with_drafts(patient, today, draft, *named):
    """What else is taken or ordered in the same signing: everything but the draft itself."""
    others = patient.drafts.medication_requests(*named).where(lambda order: order is not draft)
    return others + taking(patient, today, *named)


def counterpart(says, ones, others):
    """A leaf for a pair that must not meet: to a draft of one side, what is taken or ordered of the other."""

    def other(patient, today, draft):
        is_one = draft in patient.drafts.medication_requests(*ones).sure
        return with_drafts(patient, today, draft, *(others if is_one else ones))

    return Criterion("other", says, other, of_episode=True)


def _goes_on(order, today, late):
    """Whether an order lasts to the day; an active one without a stated length does from its first day on."""
    days = request_period(order)
    if order.status != "active":
        return days is not None and overlap(days, today.interval) is True
    lasts = _lasts(days, today, late)
    begun = days is None or days.start.latest <= today.interval.end.latest
    return True if lasts is None and begun else lasts


def _lasts(days, today, late):
    """Whether a supply lasts to the day, or ended a little before it; None when it does not say."""
    if days is None:
        return None
    return overlap(Interval(days.start, _later(days.end, late)), today.interval)


def _later(moment, days):
    if moment == FOREVER:
        return moment
    extra = timedelta(days=days) // timedelta(milliseconds=1)
    return Instant(moment.earliest + extra, moment.latest + extra)


def active_problems(patient, today, *named):
    """Conditions that stand today: by their clinical status, which speaks of now, else by their dates.

    One in remission stands. An active one without a date stands too.
    """

    def stands(problem):
        status, by_dates = clinical_status(problem.source), overlap(problem.when, today.interval)
        if status in OVER:
            return False
        return True if status and by_dates is None else by_dates

    return patient.conditions(*named).where(stands)


@criterion("65 or older")
def old(patient, today):
    return patient.age_on(today.end) >= OLD


@criterion("opioid use disorder")
def use_disorder(patient, today):
    return active_problems(patient, today, OPIOID_USE_DISORDER)


@criterion("pregnant, by an active problem that began in the last 10 months")
def pregnant(patient, today):
    """A pregnancy certainly begun longer ago and never ended is a problem list not kept; nor is a week of it,
    noted at a visit, one that goes on where its end is on record since.
    """
    began = today.reaching_back(months=MONTHS_PREGNANT).interval.start
    ends = patient.conditions(PREGNANCY_ENDED)

    def goes_on(problem):
        ended = ends.where(lambda end: _is_since(end.start.day, problem.start.day)).truth
        return before(problem.start, began) is not True and ended is not True

    return active_problems(patient, today, PREGNANT).where(goes_on)


def _is_since(day, first):
    """Whether a day is the first one or later; None where one of the two is not known."""
    return day >= first if day and first else None


def results(patient, today, days, *named):
    """Results of the last `days` days, the day of signing included."""
    return patient.observations(*named).concluding(today.reaching_back(days=days))


def being_ordered(patient, today, *named):
    """Orders for a test in this signing, or of the last PENDING days still without a result.

    Orders of the record that were not gathered prove nothing and stand in nobody's way. Those of which only a
    word tells what they are for may be for it.
    """
    lately = today.reaching_back(days=PENDING)
    pending = patient.service_requests(*named).with_status("active").starting(lately)
    oids, oids_by_code = {one.oid for one in named}, patient.vocabulary.oids_by_code

    def is_meant(test):
        return not oids.isdisjoint(oids_by_code.get((LOINC, test), ()))

    uncoded = patient.remember(being_ordered, lambda: tuple(_uncoded(patient, lately)))
    named_so = [order for order, test, _ in uncoded if test and is_meant(test)]
    perhaps = [order for order, test, tests in uncoded if not test and any(map(is_meant, tests))]
    return patient.drafts.service_requests(*named) + Events((*pending.sure, *named_so), perhaps)


def _uncoded(patient, lately):
    """The orders whose codes say nothing here: each with the test it names, or with those it may be for."""
    filed = patient.every("ServiceRequest").where(lambda order: order.standing is Standing.DONE)
    filed = filed.with_status("active").starting(lately)
    for order in (*patient.drafts.every("ServiceRequest").sure, *filed.sure):
        try:
            yield order, *by_name(order.source, patient.vocabulary)
        except (AttributeError, TypeError) as error:
            order.name_problem(f"its codes cannot be read ({error}); it is left out")


def laboratory_test(name, what, *named, days, due, add, panels=(), given=ALWAYS, adds=""):
    """The need for a test: a result of the last `days` days, or an order for it.

    `named` are the results, `panels` what it is ordered with besides; `adds` says what the draft is.
    """

    def test(patient, today):
        lately = results(patient, today, days, *named)
        return lately if lately.sure else lately + being_ordered(patient, today, *named, *panels)

    def nearest(patient, _today):
        return patient.observations(*named).latest(at=lambda result: result.concluded)

    says = f"{what} in the last {days} days, or ordered now"
    return Need(what, Criterion(name, says, test, nearest=nearest), add, due, given, adds)


@criterion(
    "naloxone ordered or supplied in the last 365 days, or ordered now",
    nearest=lambda patient, _today: _naloxone(patient).latest(),
)
def has_naloxone(patient, today):
    lately = _naloxone(patient).starting(today.reaching_back(days=NALOXONE_KEEPS))
    return lately + patient.drafts.medication_requests(NALOXONE)


ADD_NALOXONE = Mend("Add naloxone", add=("naloxone_order",), unless=has_naloxone)


def _naloxone(patient):
    return patient.medication_requests(NALOXONE) + patient.find("MedicationDispense", (NALOXONE,))


def since_when(patient, today, *named):
    """The day a medicine was first ordered, supplied or said to be taken before today; None without one.

    Raises RecordCannotSay when that day is not known.
    """
    found = patient.medication_requests(*named) + _besides_orders(patient, *named)
    return found.starting(before_today(today)).earliest().first_day()


def going_on_since(patient, today, *named, gap):
    """The first day of the treatment that goes on: after more than `gap` days without it, it begins anew.

    None where none goes on. An order or a report without a known end is not taken to have ended. Raises
    RecordCannotSay when a day is not known.
    """
    first = since_when(patient, today, *named)
    begun = until = first
    for start, end in sorted(_covered(patient, today, *named)):
        if (start - until).days - 1 > gap:
            begun = start
        until = max(until, end)
    return begun if first and (today.start - until).days - 1 <= gap else None


def _covered(patient, today, *named):
    """The first and the last day of each order, supply and report before today."""
    found = patient.medication_requests(*named) + _besides_orders(patient, *named)
    for one in found.starting(before_today(today)).sure:
        days = {"MedicationRequest": request_period, "MedicationDispense": dispense_period}.get(one.kind)
        covered = days(one) if days and not is_reported(one) else None
        start = covered.start.day if covered else one.day
        if start is None:
            raise RecordCannotSay(f"the day is not known: {one.reference}")
        yield start, (covered and covered.end.day) or date.max


def before_today(today):
    return Period(date.min, today.start - timedelta(days=1))


def on_already(*named):
    """Whether the medicine is nothing new: an earlier order, supply or report of it in the record."""

    @criterion("taken already")
    def taken_already(patient, today):
        found = patient.medication_requests(*named) + _besides_orders(patient, *named)
        return found.starting(before_today(today))

    return taken_already


def _besides_orders(patient, *named):
    """Supplies, and what is reported as taken; that none were gathered proves nothing."""
    supplied = patient.find("MedicationDispense", named)
    return Events((*supplied.sure, *reported(patient, *named).sure), supplied.maybe)
