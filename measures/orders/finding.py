"""What an order check found, and the words for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from measures.criteria import Findings
from measures.date_words import say_full_day, say_known, say_on
from measures.event import Event
from measures.events import RecordCannotSay
from measures.ingredients import ingredients_of
from measures.orders.drafts import KINDS, SigningRecord
from measures.orders.mends import Mend, Need
from measures.orders.reported import is_reported

if TYPE_CHECKING:
    from measures.orders.check import OrderCheck

FIGURES = ("draft.name", "patient.age", "missing")
PARTS = ("name", "date", "since", "value", "says")
"""What can be said of the events behind a criterion; `since`: from when, or that it is being ordered too."""

_BRACES = re.compile(r"\{([^{}]*)\}")
Shape = Callable[[str], str]


@dataclass(frozen=True)
class Missing:
    """What an order calls for and the record lacks: the last one there was, and the words for both."""

    need: Need
    last: Event | None
    words: str  # "last A1c 5.6 % on 14 Mar 2025, 255 days ago; due every 12 months"


@dataclass(frozen=True)
class OrderFinding:
    """One thing that drafts run against (`due`), or that the record cannot say (`due` is None).

    `drafts` are the orders concerned, `evidence` the events of the record or the signing that prove it.
    """

    check: OrderCheck
    due: bool | None
    drafts: tuple[Event, ...] = ()
    evidence: tuple[Event, ...] = ()
    missing: tuple[Missing, ...] = ()
    why_unknown: str = ""
    found: Findings | None = field(default=None, repr=False)
    parts: tuple[OrderFinding, ...] = field(default=(), repr=False)  # of several drafts, what each had alone

    @property
    def subject(self) -> object:
        """What the finding is about: two of one subject are one."""
        if self.missing or self.due is None:
            return self.due, tuple(one.words for one in self.missing), self.why_unknown
        return self.due, frozenset((*self.drafts, *self.evidence))

    @property
    def about(self) -> tuple[str, ...]:
        """What it is about, in words that are the same when the same medicine is ordered again against the
        same thing, whatever its strength and the ids: ingredients, codes, what is missing, and the figures.
        """
        said = [_called(event, self.found) for event in (*self.drafts, *self.evidence)]
        said += [one.need.what for one in self.missing]
        said += [f"{name} {self._figure(name)}" for name in self.check.figures]
        return tuple(sorted(set(said)))

    def _figure(self, name: str) -> str:
        try:
            return self[name]
        except RecordCannotSay:
            return ""

    def together_with(self, other: OrderFinding) -> OrderFinding:
        """Both as one: their drafts, and the evidence that is none of these."""
        drafts = tuple(dict.fromkeys((*self.drafts, *other.drafts)))
        evidence = dict.fromkeys((*self.evidence, *other.evidence))
        parts = (*(self.parts or (self,)), *(other.parts or (other,)))
        return replace(
            self, drafts=drafts, evidence=tuple(e for e in evidence if e not in drafts), parts=parts
        )

    def about_those(self, meant: Callable[[Event], bool]) -> OrderFinding | None:
        """What of it is about the orders meant, without the other drafts that only lack the same; where none
        of them was judged itself, what has one of them for its evidence. None where it is about none.
        """
        parts = self.parts or (self,)
        theirs = [one for one in parts if any(map(meant, one.drafts))]
        theirs = theirs or [one for one in parts if any(map(meant, one.evidence))]
        return reduce(OrderFinding.together_with, theirs) if theirs else None

    @property
    def notes(self) -> tuple[str, ...]:
        """How doses were read, where that was not plain."""
        found = self.found
        if self.check.notes is None or found is None or found.episode is None:
            return ()
        if not isinstance(found.record, SigningRecord):
            return ()
        return tuple(self.check.notes(found.record, found.period, found.episode))

    @property
    def mends(self) -> tuple[Mend, ...]:
        """What a clinician can accept: first adding all that is missing, then what the check offers and is
        not there already.
        """
        adds = tuple(dict.fromkeys(one.need.add for one in self.missing if one.need.add))
        label = "Add " + _listed([one.need.what for one in self.missing if one.need.add])
        return (*((Mend(label, add=adds),) if adds else ()), *filter(self._is_of_use, self.check.mends))

    def _is_of_use(self, mend: Mend) -> bool:
        there = mend.unless is not None and self.found is not None and mend.unless.met(self.found)
        return there is not True

    def says(self, shape: Shape = str) -> str:
        """The fact in one sentence, each value from the record passed through `shape`.

        Raises RecordCannotSay when no text of the check can be filled.
        """
        for text in self.check.says[:-1]:
            try:
                return self._filled(text, shape)
            except RecordCannotSay:
                continue
        return self._filled(self.check.says[-1], shape)

    def says_shortly(self, shape: Shape = str) -> str:
        """The same where it lists what is missing, without its dates; empty of anything else."""
        if not self.missing or "{missing}" not in self.check.says[0]:
            return ""
        lacking = _listed([one.need.what for one in self.missing])
        return f"{shape(self['draft.name'])} ordered: {lacking} missing or overdue"

    def detail(self, shape: Shape = str) -> str:
        """Why it matters; empty when the record has no words for it."""
        try:
            return self._filled(self.check.detail, shape)
        except RecordCannotSay:
            return ""

    def __getitem__(self, name: str) -> str:
        """The words for a placeholder; raises RecordCannotSay when the record has none."""
        words = self._words(name)
        if not words:
            raise RecordCannotSay(f"{self.check.id}: nothing in the record fills {name}")
        return words

    def _filled(self, text: str, shape: Shape) -> str:
        return _BRACES.sub(lambda name: self._shaped(name[1], shape), text)

    def _shaped(self, name: str, shape: Shape) -> str:
        """The words through the shape; of what is missing each clause by itself, so that none is cut off."""
        return "; ".join(map(shape, self[name].split("; "))) if name == "missing" else shape(self[name])

    def _words(self, name: str) -> str:
        found = self.found
        if found is None or found.episode is None:
            return ""
        if name == "draft.name":
            against = {e for leaf in self.check.when.leaves() for e in found[leaf].evidence}
            named = (draft for draft in self.drafts if draft is found.episode or draft not in against)
            return _listed([draft.display for draft in named])
        if name == "patient.age":
            return str(found.record.age_on(found.period.end))
        if name == "missing":
            return "; ".join(one.words for one in self.missing)
        if name in self.check.figures and isinstance(found.record, SigningRecord):
            return self.check.figures[name](found.record, found.period, found.episode)
        criterion, _, part = name.partition(".")
        if part == "says":
            return self.check.criteria[criterion].says
        event = self._event(criterion, found)
        return "" if event is None else _part(event, part, found)

    def _event(self, criterion: str, found: Findings) -> Event | None:
        """The latest of the events behind a criterion or, where none met it, the nearest."""
        leaf = self.check.criteria[criterion]
        events = found[leaf].evidence or found.nearest(leaf)
        return max(events, key=lambda event: event.day or date.min, default=None)


def _called(event: Event, found: Findings | None) -> str:
    """The ingredients of a medicine, else the codes, else the words."""
    ingredients = ingredients_of(found.record, event) if found is not None else frozenset()
    return " ".join(sorted(ingredients) or sorted("|".join(key) for key in event.codes) or [event.display])


def _part(event: Event, part: str, found: Findings) -> str:
    if part == "since" and isinstance(found.record, SigningRecord):
        return since(event, found.record)
    return _OF_EVENT[part](event)


def since(event: Event, patient: SigningRecord) -> str:
    """Such as "active since 3 Oct 2026"; of another order of the signing, that it is ordered now; of what no
    order says, that it is reported.
    """
    if event.kind in KINDS and event in patient.drafts.every(event.kind).sure:
        return "also being ordered"
    if is_reported(event):
        return f"reported as taken {say_on(event.start)}".rstrip()
    known = say_known(event.start)
    return f"active since {known}" if known else "active"


def due_words(what: str, due: str, last: Event | None, today: date) -> str:
    """What is lacking and since when: "last A1c 5.6 % on 14 Mar 2025, 255 days ago; due every 12 months"."""
    if last is None:
        return f"no {what} in this record"
    day = last.concluded.day or last.day
    value = f" {last.value_text}" if last.value_text else ""
    when = f"on {say_full_day(day)}, {(today - day).days} days ago" if day else say_on(last.start)
    return f"last {what}{value} {when or 'undated'}" + (f"; due {due}" if due else "")


_OF_EVENT: Mapping[str, Callable[[Event], str]] = {
    "name": lambda event: event.display,
    "date": lambda event: say_known(event.start),
    "value": lambda event: event.value_text,
}


def _listed(names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
