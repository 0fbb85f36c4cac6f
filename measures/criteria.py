"""Criteria: named leaves in plain Python, joined by & | ~ into a tree that can explain itself.

Truth is Kleene's: unknown (None) stays unknown unless it cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar

from measures.event import Event
from measures.events import Events, RecordCannotSay
from measures.record import PatientRecord
from measures.time import Period

Leaf = Callable[..., "Events | bool | None"]
Answer = TypeVar("Answer")


class Finding(NamedTuple):
    """What one criterion found.

    `met` is None when the record cannot say; `unread` names the types not gathered.
    """

    criterion: Criterion
    met: bool | None
    evidence: tuple[Event, ...] = ()
    maybe: tuple[Event, ...] = ()
    unread: tuple[str, ...] = ()
    why_unknown: str = ""


class Findings(Mapping["Criterion", Finding]):
    """What each criterion found in one record and period (for episode measures, one episode), when asked."""

    __slots__ = ("_found", "_of_patient", "episode", "period", "record")

    def __init__(self, record: PatientRecord, period: Period) -> None:
        self.record = record
        self.period = period
        self.episode: Event | None = None
        self._of_patient: Findings | None = None  # None: this is it (to name itself would be a cycle)
        self._found: dict[Criterion, Finding] = {}

    def __getitem__(self, criterion: Criterion) -> Finding:
        if self._of_patient is not None and not criterion.of_episode:
            return self._of_patient[criterion]
        finding = self._found.get(criterion)
        if finding is None:
            finding = self._found[criterion] = criterion.find(self)
        return finding

    def __iter__(self) -> Iterator[Criterion]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def known(self, criterion: Criterion) -> Finding | None:
        """What was found, if it has been asked: what could not matter to an answer was not."""
        scope = self if self._of_patient is None or criterion.of_episode else self._of_patient
        return scope._found.get(criterion)

    def nearest(self, criterion: Criterion) -> tuple[Event, ...]:
        """What comes closest to meeting the criterion, where its author says how to find that."""
        ask = criterion.nearest
        if ask is None:
            return ()
        question = ask, self.period.start, self.period.end
        found = self.record.remember(question, lambda: ask(self.record, self.period))
        return found.sure if isinstance(found, Events) else ()

    def for_episode(self, episode: Event) -> Findings:
        """The same for one episode: what is asked of the patient is shared, what is asked of the episode is
        not.
        """
        scope = Findings(self.record, self.period)
        scope.episode, scope._of_patient = episode, self
        return scope


class Logic:
    """A node of the tree."""

    def __and__(self, other: Logic) -> Logic:
        return AllOf((*_parts(AllOf, self), *_parts(AllOf, other)))

    def __or__(self, other: Logic) -> Logic:
        return AnyOf((*_parts(AnyOf, self), *_parts(AnyOf, other)))

    def __invert__(self) -> Logic:
        return Not(self)

    def __bool__(self) -> bool:
        raise TypeError("HINT: join criteria with & | ~, not with 'and', 'or', 'not'.")

    def leaves(self) -> Iterator[Criterion]:
        raise NotImplementedError

    def met(self, found: Findings) -> bool | None:
        raise NotImplementedError

    def steps(self, found: Findings, to: bool = True) -> tuple[Criterion, ...]:
        """The criteria that would make this true (or false: `to`), as alternatives in the order written.

        Never a negative clause: a criterion that would have to be undone is no advice.
        """
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Criterion(Logic):
    """A leaf of the tree.

    `test(patient, period)` returns its evidence as Events, or a bool where no resource could prove it; with
    `of_episode` it is `test(patient, period, episode)`. `nearest` finds what comes closest to it, and
    `why_not(event, patient, period)` says why that is not enough. `do` is what a clinician does to meet it
    (empty: nothing one can do), `order` the draft that does it with one signature, `chart` what to record
    where it is an exclusion or exception that applies.
    """

    name: str
    says: str
    test: Leaf = field(repr=False)
    of_episode: bool = False
    nearest: Leaf | None = field(default=None, repr=False)
    why_not: Callable[[Event, PatientRecord, Period], str] | None = field(default=None, repr=False)
    do: str = ""
    chart: str = ""
    order: str = ""

    def leaves(self) -> Iterator[Criterion]:
        yield self

    def find(self, found: Findings) -> Finding:
        if self.of_episode and found.episode is None:
            return Finding(self, None, why_unknown="asked of an episode, and there is none")
        try:
            if self.of_episode:
                answer = self.test(found.record, found.period, found.episode)
            else:
                answer = self.test(found.record, found.period)
        except RecordCannotSay as reason:
            return Finding(self, None, unread=tuple(sorted(reason.unread)), why_unknown=str(reason))
        if not isinstance(answer, Events):
            return Finding(self, answer)
        met = answer.truth
        if met is None:
            return Finding(
                self, met, answer.sure, answer.maybe, tuple(sorted(answer.unread)), answer.why_unknown()
            )
        return Finding(self, met, answer.sure, answer.maybe)

    def met(self, found: Findings) -> bool | None:
        known = found._found.get(self)  # asked again and again: spared the way through the scopes
        return (known or found[self]).met

    def steps(self, found: Findings, to: bool = True) -> tuple[Criterion, ...]:
        return (self,) if to and self.met(found) is not True else ()


@dataclass(frozen=True, eq=False)
class AllOf(Logic):
    parts: tuple[Logic, ...]

    def leaves(self) -> Iterator[Criterion]:
        for part in self.parts:
            yield from part.leaves()

    def met(self, found: Findings) -> bool | None:
        return _kleene(self.parts, found, False)

    def steps(self, found: Findings, to: bool = True) -> tuple[Criterion, ...]:
        return _first(self.parts, found, to) if to else _every(self.parts, found, to)


@dataclass(frozen=True, eq=False)
class AnyOf(Logic):
    parts: tuple[Logic, ...]

    def leaves(self) -> Iterator[Criterion]:
        for part in self.parts:
            yield from part.leaves()

    def met(self, found: Findings) -> bool | None:
        return _kleene(self.parts, found, True)

    def steps(self, found: Findings, to: bool = True) -> tuple[Criterion, ...]:
        return _every(self.parts, found, to) if to else _first(self.parts, found, to)


@dataclass(frozen=True, eq=False)
class Not(Logic):
    part: Logic

    def leaves(self) -> Iterator[Criterion]:
        yield from self.part.leaves()

    def met(self, found: Findings) -> bool | None:
        answer = self.part.met(found)
        return None if answer is None else not answer

    def steps(self, found: Findings, to: bool = True) -> tuple[Criterion, ...]:
        return self.part.steps(found, not to)


def _parts(kind: type[AllOf] | type[AnyOf], node: Logic) -> tuple[Logic, ...]:
    return node.parts if isinstance(node, kind) else (node,)


def _kleene(parts: tuple[Logic, ...], found: Findings, decides: bool) -> bool | None:
    """Kleene's "and" (what decides is False) and "or" (True).

    Stops at the first part that decides, so what cannot matter is never worked out.
    """
    unknown = False
    for part in parts:
        answer = part.met(found)
        if answer is decides:
            return decides
        unknown = unknown or answer is None
    return None if unknown else not decides


def _first(parts: tuple[Logic, ...], found: Findings, to: bool) -> tuple[Criterion, ...]:
    """What helps the first part that is not yet as wanted: steps are taken in order."""
    return next((part.steps(found, to) for part in parts if part.met(found) is not to), ())


def _every(parts: tuple[Logic, ...], found: Findings, to: bool) -> tuple[Criterion, ...]:
    """What helps any part: alternatives. Nothing, when one is already as wanted."""
    if any(part.met(found) is to for part in parts):
        return ()
    return tuple(dict.fromkeys(step for part in parts for step in part.steps(found, to)))


def criterion(
    says: str,
    *,
    of_episode: bool = False,
    nearest: Leaf | None = None,
    why_not: Callable[[Event, PatientRecord, Period], str] | None = None,
    do: str = "",
    chart: str = "",
    order: str = "",
) -> Callable[[Leaf], Criterion]:
    """Name a leaf. What it returns is its evidence: Events where there are any, else a bool."""

    def named(test: Leaf) -> Criterion:
        return Criterion(test.__name__, says, test, of_episode, nearest, why_not, do, chart, order)

    return named


episode_criterion = partial(criterion, of_episode=True)
"""Name a leaf that is asked of each episode: `test(patient, period, episode)`."""


def once(question: Callable[[PatientRecord, Period], Answer]) -> Callable[[PatientRecord, Period], Answer]:
    """A question that several criteria ask: worked out once for a record and period."""

    def asked(patient: PatientRecord, period: Period) -> Answer:
        key = question, period.start, period.end
        return patient.remember(key, lambda: question(patient, period))

    asked.__name__, asked.__doc__ = question.__name__, question.__doc__
    return asked


NEVER = Criterion("never", "never", lambda _patient, _period: False)
