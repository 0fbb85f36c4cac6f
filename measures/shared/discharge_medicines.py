"""Medicines prescribed on leaving hospital, and whether they were ever filled.

A prescription is one for home: its category says discharge, community or outpatient or, without a category,
it says what to dispense. One to be taken as needed is not asked about, nor one that was stopped or is done.
"""

from measures.criteria import once
from measures.events import RecordCannotSay
from measures.ingredients import is_same_medicine
from measures.medication_time import dispense_period
from measures.shapes import Standing
from measures.shared.settings_of_care import hospital_stays
from measures.time import Instant, at_or_before, both, days_between, within

DAYS_TO_FILL = 7  # after leaving, before anybody asks
LONGEST = 90  # days after leaving for which it is asked
SENT_WITHIN = 365  # days: a supply of any medicine so near shows that supplies are sent at all
FOR_HOME = frozenset({"discharge", "community", "outpatient"})  # medicationrequest-category
IN_HOSPITAL = "inpatient"
AT_DISCHARGE = "discharge"


def categories(event):
    """The codes of its categories: an order has several, a dispense one."""
    held = event.source.get("category") or []
    concepts = held if isinstance(held, list) else [held]
    return {coding.get("code") for concept in concepts for coding in concept.get("coding") or ()}


def is_for_home(order):
    """Whether an order is a prescription to take along; None when it does not say."""
    named = categories(order)
    if named:
        return not named.isdisjoint(FOR_HOME)
    return True if order.source.get("dispenseRequest") else None


def is_as_needed(order):
    dosages = order.source.get("dosageInstruction") or ()
    return any(one.get("asNeededBoolean") or one.get("asNeededCodeableConcept") for one in dosages)


def given_on_leaving(order, stay):
    """Whether an order was written for the way home: in the stay where it says so, else on the last days."""
    if AT_DISCHARGE in categories(order):
        written = within(order.start.by_day(), stay.when.by_day())
    else:
        written = days_between(order.start, stay.end, 0, 1)
    return both(is_for_home(order), written)


def orders_for_home(patient, stays):
    """The prescriptions of these stays that stand."""
    if not (stays.sure or stays.maybe or stays.unread):
        return stays
    orders = patient.every("MedicationRequest").where(lambda order: order.standing is Standing.DONE)
    return orders.with_status("active").where(lambda o: not is_as_needed(o)).related(stays, given_on_leaving)


@once
def supplies(patient, _period):
    """What a pharmacy handed over, or is about to."""
    handed_over = patient.every("MedicationDispense").with_status("completed", "in-progress")
    return handed_over.where(lambda supply: IN_HOSPITAL not in categories(supply))


def fills(patient, period, order):
    """The supplies of the medicine since it was prescribed, and earlier ones that last beyond DAYS_TO_FILL.

    Raises RecordCannotSay where no supply of any medicine is on record from the year around it: then nobody
    can tell a medicine that was not filled from a pharmacy that does not send.
    """
    every = supplies(patient, period)
    lately = every.where(lambda supply: days_between(supply.start, order.start, -SENT_WITHIN, SENT_WITHIN))
    if not every.unread and not lately.sure:
        raise RecordCannotSay("no supply of any medicine on record: this pharmacy may send none")
    of_it = every.where(lambda supply: is_fill_of(patient, order, supply))
    since = of_it.where(lambda supply: at_or_before(order.start.by_day(), supply.start.by_day()))
    return since + of_it.where(lambda supply: is_at_home(supply, order))


def is_fill_of(patient, order, supply):
    """Whether a supply is of the ordered medicine: it names the order, or its ingredients tell; else None."""
    named = {str(one.get("reference")) for one in supply.source.get("authorizingPrescription") or ()}
    if any(reference.endswith(order.reference) for reference in named):
        return True
    return is_same_medicine(patient, order, supply)


def is_at_home(supply, order):
    """Whether an earlier supply lasts beyond the days in which the new one was to be fetched."""
    lasts = dispense_period(supply)
    if lasts is None:
        return None
    written = order.start.by_day()
    until = Instant(written.earliest + DAYS_TO_FILL, written.latest + DAYS_TO_FILL)
    return at_or_before(until, lasts.end.by_day())


def last_stay(patient, today):
    """The hospital stay that ended last."""
    return hospital_stays(patient, today).ending_by(today.interval.end).latest(at=lambda stay: stay.end)
