"""The most of a medicine a day, asked of all its orders together: what is being signed, and what goes on.

Orders that follow one another are not added up: one that a draft replaces is not taken any more, and of one
whose supply ends in the next days the draft is the renewal. What was handed out belongs to an order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NamedTuple

from measures.criteria import Criterion
from measures.event import Event
from measures.events import Events, RecordCannotSay
from measures.orders.asking import taking
from measures.orders.doses import daily_mg, is_another
from measures.orders.drafts import SigningRecord
from measures.terminology import ValueSet
from measures.time import Period

RENEWED = 7  # days before its supply ends, from which on an order is renewed


class Doses(NamedTuple):
    """Orders with how much each comes to a day, and those whose dose cannot be read."""

    read: tuple[tuple[Event, float], ...]
    unread: tuple[Event, ...]

    @property
    def total(self) -> float:
        """Of those that can be read."""
        return round(sum(dose for _, dose in self.read), 3)

    def when(self, too_much: Callable[[float], bool]) -> Events:
        """The orders, where together they are too much; none where they are not.

        Raises RecordCannotSay where that hangs on a dose that cannot be read.
        """
        if too_much(self.total):
            return Events(order for order, _ in self.read)
        if self.unread:
            raise RecordCannotSay(f"dose not readable: {', '.join(one.display for one in self.unread)}")
        return Events()


def doses(orders: Iterable[Event], amount: Callable[[Event], float | None]) -> Doses:
    """How much each order comes to; what was handed out counts where no order is for its medicine."""
    held = list(orders)
    ordered = [one for one in held if one.kind == "MedicationRequest"]
    supplied = [one for one in held if one.kind != "MedicationRequest"]
    counted = [*ordered, *(one for one in supplied if all(is_another(one, order) for order in ordered))]
    amounts = [(order, amount(order)) for order in counted]
    return Doses(
        tuple((order, dose) for order, dose in amounts if dose is not None),
        tuple(order for order, dose in amounts if dose is None),
    )


def daily_doses(patient: SigningRecord, today: Period, draft: Event, *named: ValueSet) -> Doses:
    """The mg a day of a draft and of all other orders of these medicines, drafts first."""
    later = today.start + timedelta(days=RENEWED)
    drafts = patient.drafts.medication_requests(*named).where(lambda order: order is not draft)
    going_on = taking(patient, Period(later, later), *named, late=0)
    return doses((draft, *drafts, *going_on), daily_mg)


def dose_above(most: float, *named: ValueSet) -> Criterion:
    """A leaf for "more than so many mg a day of these, all orders together"."""

    def test(patient: SigningRecord, today: Period, draft: Event) -> Events:
        return daily_doses(patient, today, draft, *named).when(lambda total: total > most)

    return Criterion(f"above_{most}", f"more than {most} mg a day", test, of_episode=True)


def dose_words(*named: ValueSet) -> Callable[[SigningRecord, Period, Event], str]:
    """The figure for a text: "40 mg a day", of several orders "40 mg a day in all"."""

    def words(patient: SigningRecord, today: Period, draft: Event) -> str:
        known = daily_doses(patient, today, draft, *named)
        if not known.read:
            return ""
        return f"{known.total:g} mg a day{' in all' if len(known.read) > 1 else ''}"

    return words
