"""The most of a medicine a day, asked of all its orders together: what is being signed, and what goes on.

Orders that follow one another are not added up: one that a draft replaces is not taken any more, and of one
whose supply ends in the next days the draft is the renewal. What was handed out, or is reported as taken,
belongs to an order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from measures.criteria import Criterion
from measures.event import Event
from measures.events import Events, RecordCannotSay
from measures.orders.asking import taking
from measures.orders.doses import daily_mg, is_another, is_in_words, words_of
from measures.orders.drafts import SigningRecord
from measures.orders.reported import is_reported
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

    def in_words(self) -> str:
        """Such as "40 mg a day", of several "in all", "at least" where one is not read; empty without any."""
        if not self.read:
            return ""
        least = "at least " if self.unread else ""
        return f"{least}{self.total:g} mg a day{' in all' if len(self.read) > 1 else ''}"

    def how_read(self) -> Iterator[str]:
        """What a clinician must know of the sum: which doses were read from words, and which not at all."""
        for order, _ in self.read:
            if is_in_words(order):
                words = "; ".join(filter(None, map(words_of, order.source["dosageInstruction"])))
                yield f'{order.display}: read from its words "{words}"'
        for order in self.unread:
            yield f"{order.display}: not readable, and not in the sum"

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
    """How much each order comes to. What was handed out counts where no order is for its medicine, of what is
    reported as taken the newest where neither is.
    """
    held = list(orders)
    told = [one for one in held if is_reported(one)]
    ordered = [one for one in held if one.kind == "MedicationRequest" and one not in told]
    supplied = [one for one in held if one not in told and one not in ordered]
    counted = [*ordered, *(one for one in supplied if _is_of_none(one, ordered))]
    for one in sorted(told, key=lambda one: one.day or date.min, reverse=True):
        if _is_of_none(one, counted):
            counted.append(one)
    amounts = [(order, amount(order)) for order in counted]
    return Doses(
        tuple((order, dose) for order, dose in amounts if dose is not None),
        tuple(order for order, dose in amounts if dose is None),
    )


def _is_of_none(one: Event, counted: Iterable[Event]) -> bool:
    """Whether it is of a medicine that is not counted yet."""
    return all(is_another(one, other) for other in counted)


def daily_doses(patient: SigningRecord, today: Period, named: tuple[ValueSet, ...]) -> Doses:
    """The mg a day of all orders of these medicines, drafts first; worked out once for a signing."""

    def look() -> Doses:
        later = today.start + timedelta(days=RENEWED)
        going_on = taking(patient, Period(later, later), *named, late=0)
        return doses((*patient.drafts.medication_requests(*named), *going_on), daily_mg)

    return patient.remember((daily_doses, named), look)


def dose_above(most: float, *named: ValueSet) -> Criterion:
    """A leaf for "more than so many mg a day of these, all orders together"."""

    def test(patient: SigningRecord, today: Period, _draft: Event) -> Events:
        return daily_doses(patient, today, named).when(lambda total: total > most)

    return Criterion(f"above_{most}", f"more than {most} mg a day", test, of_episode=True)


def dose_words(*named: ValueSet) -> Callable[[SigningRecord, Period, Event], str]:
    """The figure for a text: the dose of all orders together."""

    def words(patient: SigningRecord, today: Period, _draft: Event) -> str:
        return daily_doses(patient, today, named).in_words()

    return words


def dose_notes(*named: ValueSet) -> Callable[[SigningRecord, Period, Event], Iterable[str]]:
    """The notes for a card: how the doses were read."""

    def notes(patient: SigningRecord, today: Period, _draft: Event) -> Iterable[str]:
        return daily_doses(patient, today, named).how_read()

    return notes
