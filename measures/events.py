"""Events: what a question to the record found, and what the record cannot say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import overload

from measures.event import Event
from measures.shapes import UNREADABLE
from measures.terminology import Code, ValueSet, Vocabulary
from measures.time import Instant, Period, at_or_before, before, days_between, included, overlap, within

Test = Callable[[Event], "bool | None"]
Relation = Callable[[Event, Event], "bool | None"]


class RecordCannotSay(LookupError):
    """Asked for a plain yes or no where the record allows none; a criterion turns it into "unknown"."""


class Events:
    """The events that met every condition so far, in the order of the record.

    `sure` holds those that certainly did; `maybe` those of which the record cannot say (a partial date across
    a boundary, no date); `unread` the resource types that were not gathered, so that their absence proves
    nothing. Every condition returns Events again: what remains at the end of a criterion is its evidence.
    """

    __slots__ = ("_vocabulary", "maybe", "sure", "unread")

    def __init__(
        self,
        sure: Iterable[Event] = (),
        maybe: Iterable[Event] = (),
        unread: frozenset[str] = frozenset(),
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self.sure = tuple(sure)
        self.maybe = tuple(maybe)
        self.unread = unread
        self._vocabulary = vocabulary

    @property
    def truth(self) -> bool | None:
        """True when there are any, False when there are certainly none, None when the record cannot say."""
        return True if self.sure else None if self.maybe or self.unread else False

    def __bool__(self) -> bool:
        if self.truth is None:
            raise RecordCannotSay(self.why_unknown())
        return bool(self.sure)

    def __iter__(self) -> Iterator[Event]:
        if self.unread:
            raise RecordCannotSay(self.why_unknown())
        return iter(self.sure)

    def __len__(self) -> int:
        return len(self.sure)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Event, ...]: ...
    def __getitem__(self, index: int | slice) -> Event | tuple[Event, ...]:
        return self.sure[index]

    def __repr__(self) -> str:
        return f"Events(sure={self.sure!r}, maybe={self.maybe!r}, unread={sorted(self.unread)})"

    def why_unknown(self) -> str:
        """What keeps the record from saying, in words."""
        if self.unread:
            return "not gathered: " + ", ".join(sorted(self.unread))
        undated = [e.reference for e in self.maybe if e.day is None]
        if undated:
            return "the date is missing or too coarse: " + ", ".join(undated)
        return "left open by " + ", ".join(e.reference for e in self.maybe)  # by its result or its end

    # -- joining ---------------------------------------------------------------------------------------------

    def __add__(self, other: Events) -> Events:
        """Both together, each event once."""
        if not (other.sure or other.maybe) and other.unread <= self.unread and self._vocabulary:
            return self
        sure = dict.fromkeys((*self.sure, *other.sure))
        maybe = [e for e in dict.fromkeys((*self.maybe, *other.maybe)) if e not in sure]
        return Events(sure, maybe, self.unread | other.unread, self._vocabulary or other._vocabulary)

    def where(self, test: Test) -> Events:
        """Those for which the test holds; None from the test means the record cannot say.

        What is so malformed that the test cannot read it is unknown too, and named in the record's problems.
        """
        if not self.sure and not self.maybe:
            return self
        try:
            return self._where(test)
        except UNREADABLE:
            return self._where(careful(test))

    def _where(self, test: Test) -> Events:
        sure, maybe = [], []
        for event in self.sure:
            answer = test(event)
            if answer:
                sure.append(event)
            elif answer is None:
                maybe.append(event)
        maybe += [event for event in self.maybe if test(event) is not False]
        return Events(sure, maybe, self.unread, self._vocabulary)

    def only(self, event: Event) -> Events:
        """That one of them, if it is among them: an episode among the episodes of a measure."""
        sure = (event,) if event in self.sure else ()
        maybe = (event,) if event in self.maybe else ()
        return Events(sure, maybe, self.unread, self._vocabulary)

    def related(self, others: Events, holds: Relation) -> Events:
        """Those that stand in a relation to at least one of the others: CQL's "with ... such that"."""
        return self.where(lambda event: _to_any(event, others, holds))

    def unrelated(self, others: Events, holds: Relation) -> Events:
        """Those that stand in a relation to none of the others: CQL's "without ... such that"."""

        def to_none(event: Event) -> bool | None:
            answer = _to_any(event, others, holds)
            return None if answer is None else not answer

        return self.where(to_none)

    def given(self, others: Events) -> Events:
        """These, provided there are any of the others."""
        return self.related(others, lambda _event, _other: True)

    def unless(self, others: Events) -> Events:
        """These, provided there are none of the others."""
        return self.unrelated(others, lambda _event, _other: True)

    def at_least(self, count: int) -> Events:
        """These, provided there are so many; where more data may make up the number, all as `maybe`."""
        if len(self.sure) >= count:
            return self
        if self.unread or len(self.sure) + len(self.maybe) >= count:
            return Events((), (*self.sure, *self.maybe), self.unread, self._vocabulary)
        return Events((), (), self.unread, self._vocabulary)

    # -- when ------------------------------------------------------------------------------------------------

    def during(self, period: Period) -> Events:
        """Wholly within the period, by calendar day."""
        interval = period.interval
        return self.where(lambda e: included(e.when, interval))

    def starting(self, period: Period) -> Events:
        interval = period.interval
        return self.where(lambda e: within(e.start, interval))

    def ending(self, period: Period) -> Events:
        interval = period.interval
        return self.where(lambda e: within(e.end, interval))

    def concluding(self, period: Period) -> Events:
        """Whose end, or start where they give no end, lies in the period."""
        interval = period.interval
        return self.where(lambda e: within(e.concluded, interval))

    def overlapping(self, period: Period) -> Events:
        interval = period.interval
        return self.where(lambda e: overlap(e.when, interval))

    def starting_by(self, moment: Instant) -> Events:
        return self.where(lambda e: at_or_before(e.start, moment))

    def ending_by(self, moment: Instant) -> Events:
        return self.where(lambda e: at_or_before(e.end, moment))

    def starting_days_before(self, anchors: Events, days: int) -> Events:
        """Starting on the day an anchor starts, or up to `days` days before it."""
        return self.related(anchors, lambda e, a: days_between(e.start, a.start, 0, days))

    def starting_before_day_of(self, anchors: Events) -> Events:
        """Starting on an earlier calendar day than an anchor."""
        return self.related(anchors, lambda e, a: before(e.start.by_day(), a.start.by_day()))

    # -- what ------------------------------------------------------------------------------------------------

    def with_value(self) -> Events:
        return self.where(lambda e: e.has_value)

    def with_status(self, *statuses: str) -> Events:
        return self.where(lambda e: e.status in statuses)

    def valued(self, *named: Code | ValueSet) -> Events:
        """Those whose result is one of the codes, or in one of the value sets."""
        return self.where(lambda e: self._any_named(e.value_codes, named))

    def because(self, *named: Code | ValueSet) -> Events:
        """Those done, or not done, for one of these reasons."""
        return self.where(lambda e: self._any_named(e.reasons, named))

    def in_category(self, *categories: str) -> Events:
        """Those in one of the categories (codes), and those that name none."""

        def test(event: Event) -> bool:
            held = [
                coding.get("code")
                for concept in event.source.get("category") or ()
                if isinstance(concept, dict)
                for coding in concept.get("coding") or ()
            ]
            return not held or any(code in categories for code in held)

        return self.where(test)

    def _any_named(self, codes: Iterable[tuple[str, str]], named: tuple[Code | ValueSet, ...]) -> bool:
        for code in codes:
            for name in named:
                if code == name.key if isinstance(name, Code) else self._holds(name, code):
                    return True
        return False

    def _holds(self, value_set: ValueSet, code: tuple[str, str]) -> bool:
        return self._vocabulary is not None and self._vocabulary.holds(value_set, code)

    # -- which -----------------------------------------------------------------------------------------------

    def latest(self, at: Callable[[Event], Instant] = lambda e: e.start) -> Events:
        """The one that starts last; where the record cannot say which, all that may be it, as `maybe`."""
        return self._extreme(at, lambda a, b: b.latest < a.earliest)

    def earliest(self, at: Callable[[Event], Instant] = lambda e: e.start) -> Events:
        return self._extreme(at, lambda a, b: a.latest < b.earliest)

    def first_day(self, at: Callable[[Event], Instant] = lambda e: e.start) -> date | None:
        """The calendar day on which the first of these starts; None when there are none.

        Raises RecordCannotSay when there may be some, or the day is not known.
        """
        if not self:
            return None
        day = at(self.sure[0]).day
        if day is None:
            raise RecordCannotSay(f"the day is not known: {self.sure[0].reference}")
        return day

    def on_last_day(self) -> Events:
        """Those of the most recent calendar day."""
        last = self.latest(at=lambda e: e.concluded.by_day())
        return self.related(last, lambda e, day: e is day or days_between(day.concluded, e.concluded, 0, 0))

    def _extreme(self, at: Callable[[Event], Instant], beats: Callable[[Instant, Instant], bool]) -> Events:
        """The one whose moment certainly beats all others; each moment is read once, there may be many."""
        if not self.sure or (len(self.sure) == 1 and not self.maybe and not self.unread):
            return self
        dated = [(event, at(event)) for event in self.sure]
        best, best_at = dated[0]
        for event, moment in dated:
            if not beats(best_at, moment):  # of several at one time, the last in the record
                best, best_at = event, moment
        rivals = [e for e, moment in dated if moment != best_at and not beats(best_at, moment)]
        rivals += [event for event in self.maybe if not beats(best_at, at(event))]
        if rivals or self.unread:  # what was not gathered may hold a better one
            return Events((), (best, *rivals), self.unread, self._vocabulary)
        return Events((best,), (), self.unread, self._vocabulary)


def careful(test: Test) -> Test:
    """The same test, but what it cannot read is unknown and named."""

    def carefully(event: Event) -> bool | None:
        try:
            return test(event)
        except UNREADABLE as error:
            event.name_problem(f"cannot be read ({error})")
            return None

    return carefully


def _to_any(event: Event, others: Events, holds: Relation) -> bool | None:
    unknown = bool(others.unread)
    for other in others.sure:
        answer = holds(event, other)
        if answer:
            return True
        unknown = unknown or answer is None
    if unknown or any(holds(event, other) is not False for other in others.maybe):
        return None
    return False
