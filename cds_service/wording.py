"""Texts with placeholders, `{tested.date}` and nothing else: no format specs, no attributes, nothing runs."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Protocol

from measures.date_words import say_full_day, say_known
from measures.discretion import GENERAL_WORDS, discreet
from measures.event import Event
from measures.measure import Measure, MeasureResult
from measures.orders.check import OrderCheck
from measures.orders.finding import FIGURES, PARTS, OrderFinding
from measures.orders.strengths import ingredients_named
from measures.record import PatientRecord, RecordCannotSay

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~#!&]")
_CUT = "…"
_LONGEST_VALUE = 60  # characters; a result that is an essay belongs into the chart, not onto a card
_SHORTEST_VALUE, _STEP = 12, 4  # how far, and by what steps, values yield where a summary is too long

OF_MEASURE: Mapping[str, Callable[[MeasureResult], str]] = {
    "measure.id": lambda result: result.measure.id,
    "measure.title": lambda result: result.measure.title,
    "measure.version": lambda result: result.measure.version,
    "period.year": lambda result: str(result.period.end.year),
    "deadline": lambda result: say_full_day(result.foremost.deadline or result.period.end),
}
OF_CRITERION = ("name", "date", "end", "value", "says")
_OF_RECORD = ("patient.age",)
CHECK_NAMES = ("check.says", "check.detail", "check.title", *FIGURES)
"""What may be said of any order check, whatever its criteria."""
UNREAD_NAMES = ("unread.what", "unread.why", "unread.unchecked")
UNCOUNTED = "uncounted"
"""As a criterion is: what there is of the step in question that the measure does not count."""
RISK_NAMES = ("risk.change", "risk.now", "risk.before", "risk.days", "risk.reasons")

Shape = Callable[[str], str]


class NothingToSay(LookupError):
    """The record holds nothing to put in the place of a placeholder; the message names it."""


class Says(Protocol):
    """Whatever knows the words for placeholders."""

    def words(self, name: str, shape: Shape) -> str:
        """The words for a placeholder, each value from the record passed through `shape`; NothingToSay."""


@dataclass(frozen=True)
class Facts:
    """What the placeholders of a rule stand for, for one patient and one measure."""

    record: PatientRecord
    result: MeasureResult
    as_of: date
    uncounted: Event | None = None  # by its name what a step asks for, and not counted

    def words(self, name: str, shape: Shape) -> str:
        return shape(self[name])

    def __getitem__(self, name: str) -> str:
        """The words for a placeholder; NothingToSay when the record has none."""
        if name in OF_MEASURE:
            return OF_MEASURE[name](self.result)
        if name == "patient.age":
            return self._age()
        criterion, _, part = name.partition(".")
        if part == "says":
            return self.result.measure.criteria[criterion].says
        event = self.event(criterion)
        words = "" if event is None else _WORDS_OF[part](event)
        if not words:
            raise NothingToSay(name)
        return words

    def event(self, criterion: str) -> Event | None:
        """The latest of the events behind a criterion."""
        if criterion == UNCOUNTED:
            return self.uncounted
        return max(self.events(criterion), key=lambda event: event.day or date.min, default=None)

    def events(self, criterion: str) -> tuple[Event, ...]:
        """The events that met a criterion or, when none did, the one that came nearest to meeting it."""
        evidence = self.result.findings[criterion].evidence
        if evidence:
            return evidence
        nearest = self.result.nearest(criterion)
        return () if nearest is None else (nearest,)

    def _age(self) -> str:
        try:
            return str(self.record.age_on(self.as_of))
        except RecordCannotSay:
            raise NothingToSay("patient.age") from None


@dataclass(frozen=True)
class CheckFacts:
    """The same for what an order check found; the check's own sentences are placeholders too."""

    finding: OrderFinding

    def words(self, name: str, shape: Shape) -> str:
        try:
            match name:
                case "check.says":
                    said = self.finding.says(shape)
                    return self.finding.says_shortly(shape) or said if _CUT in said else said
                case "check.detail":
                    found = self.finding.detail(shape)
                case "check.title":
                    return self.finding.check.title
                case _:
                    return shape(self.finding[name])
        except RecordCannotSay:
            raise NothingToSay(name) from None
        if not found:
            raise NothingToSay(name)
        return found


def check_names(check: OrderCheck) -> Iterator[str]:
    """Every placeholder a rule on this check may use."""
    yield from CHECK_NAMES
    yield from check.figures
    yield from (f"{name}.{part}" for name in check.criteria for part in PARTS)


def known_names(measure: Measure) -> Iterator[str]:
    """Every placeholder a rule on this measure may use."""
    yield from OF_MEASURE
    yield from _OF_RECORD
    yield from (f"{name}.{part}" for name in measure.criteria for part in OF_CRITERION)


def placeholders(text: str) -> tuple[str, ...]:
    """The names between braces, in order; ValueError for a brace that is no part of a placeholder."""
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        raise ValueError("a brace without its partner; write placeholders as {tested.date}")
    return tuple(_PLACEHOLDER.findall(text))


def fill(text: str, facts: Says, shape: Shape) -> str:
    """The text with every placeholder replaced, each value passed through `shape`; raises NothingToSay."""
    return _PLACEHOLDER.sub(lambda found: facts.words(found[1], shape), text)


def first_filled(texts: tuple[str, ...], facts: Says, shape: Shape) -> str:
    """The first text whose placeholders can all be filled; NothingToSay when none can."""
    for text in texts[:-1]:
        try:
            return fill(text, facts, shape)
        except NothingToSay:
            continue
    return fill(texts[-1], facts, shape)


def summary(texts: tuple[str, ...], facts: Says, longest: int) -> str:
    """A card's summary: the first text that can be filled; a value that names substance use is replaced.

    What is too long has its values cut, such as the names of products, and its own words last: they tell
    the danger.
    """
    for room in range(_LONGEST_VALUE, _SHORTEST_VALUE - 1, -_STEP):
        filled = first_filled(texts, facts, partial(read_along, longest=room))
        if len(filled) <= longest:
            break
    said = filled[:1].upper() + filled[1:] if filled.startswith(GENERAL_WORDS) else filled
    return _cut(said, longest)


def plain(value: str, longest: int = _LONGEST_VALUE) -> str:
    """A value from the record as plain text on one line, cut where it is long."""
    return _cut(" ".join(_UNPRINTABLE.sub(" ", value).split()), longest)


def read_along(value: str, longest: int = _LONGEST_VALUE) -> str:
    """The same where others near the screen can read it; of a product too long to name, its ingredients.

    Judged before it is cut, since half a telling word tells as much.
    """
    whole = discreet(plain(value, len(value)))
    return plain(whole if len(whole) <= longest else ingredients_named(whole), longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + _CUT


def markdown(value: str, longest: int = _LONGEST_VALUE) -> str:
    """A value for GitHub markdown: what came from the record is text, never markup, a link or an image."""
    text = _MARKDOWN.sub(lambda found: f"\\{found[0]}", plain(value, longest))
    return text.replace("://", ":\\/\\/").replace("www.", "www\\.")


def day(event: Event) -> str:
    """`12 Aug 2025`, or as much of the date as the record knows; empty when that is nothing."""
    return say_known(event.start)


_WORDS_OF: Mapping[str, Callable[[Event], str]] = {
    "name": lambda event: event.display,
    "date": day,
    "end": lambda event: say_known(event.end),
    "value": lambda event: event.value_text,
}
