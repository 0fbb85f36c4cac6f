"""A card, and what every card is made of, whatever it is about (CDS Hooks 2.0, Card Attributes).

The summary is the fact with its date. The detail proves it: resources, dates, and by whose rule. What is
empty is left out of the JSON. `Card.json` is the one internal form, in the words of the standard; a dialect
turns it into what a host EHR shows best.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Protocol

import orjson

from cds_service.drafts import Draft
from cds_service.outside.ids import id_only, mark
from cds_service.reasons import CODE_SYSTEM, OVERRIDE_REASONS
from cds_service.rule_texts import LONGEST_SUMMARY
from cds_service.rules import CardRule
from cds_service.wording import (
    NothingToSay,
    Says,
    day,
    fill,
    first_filled,
    markdown,
    summary,
)
from measures.discretion import names_substance_use
from measures.event import Event
from measures.gather import State
from measures.record import PatientRecord

_LONGEST_REFERENCE = _LONGEST_REASON = 200  # characters

_IN_DETAIL = partial(markdown, longest=_LONGEST_REASON)  # a reason is told whole: there is room for it

Json = dict[str, Any]
Section = tuple[str, Iterable[str]]
NewUuid = Callable[[], str]


@dataclass(frozen=True)
class Origin:
    """Where cards come from: the public address of this installation, the vocabulary they are judged by."""

    base_url: str
    vocabulary_label: str
    for_reporting: bool

    def code_system(self, name: str) -> str:
        """The URL of one of our own code systems, such as "override-reasons"."""
        return f"{self.base_url}/code-systems/{name}"


@dataclass(frozen=True)
class Card:
    """One card as JSON, and what the audit, the feedback and the visit must know of it."""

    rule: CardRule
    uuid: str
    json: Json
    evidence: tuple[str, ...]  # references of the resources shown
    fact: str = ""  # what it is about: one card for one fact in a visit


class Writes(Protocol):
    """One card that is due: what it is about, and how it is written when it is its turn."""

    fact: str
    adds: frozenset[str]  # names of the drafts it offers to what is being signed

    def is_covered_by(self, added: Collection[str]) -> bool:
        """Whether the cards before it offer all that it would."""

    def card(self) -> Card:
        """Raises NothingToSay when the record cannot fill its summary."""

    def in_a_list(self) -> str:
        """Its fact as a line in another card's detail; raises the same."""


class CardWriter:
    """Writes one card. A kind of card says what is special about it in the methods below `card`."""

    def __init__(
        self,
        rule: CardRule,
        facts: Says,
        record: PatientRecord,
        as_of: date,
        origin: Origin,
        new_uuid: NewUuid,
    ) -> None:
        self.rule = rule
        self.facts = facts
        self.record = record
        self.as_of = as_of
        self.origin = origin
        self.new_uuid = new_uuid
        self.fact = ""
        self.adds: frozenset[str] = frozenset()
        self.shown: dict[str, None] = {}  # references, in the order of the card

    def is_covered_by(self, added: Collection[str]) -> bool:  # noqa: ARG002
        """Whether the cards before it offer all that it would; a warning is never covered."""
        return False

    def card(self) -> Card:
        """The card, its detail written first so that its evidence is known."""
        uuid = self.new_uuid()
        card: Json = {
            "uuid": uuid,
            "summary": self._summary(),
            "indicator": self.rule.indicator,
            "detail": "\n\n".join((*self._said(), *self._sections(), self._footer())),
            "source": self._source(),
            "overrideReasons": [self._override_reason(code) for code in self.rule.override_reasons],
            "links": [*self._links(uuid)],
        }
        suggestions = [*self.suggestions()]
        if suggestions:
            behavior = "at-most-one" if self.is_a_choice else "any"
            card |= {"suggestions": suggestions, "selectionBehavior": behavior}
        given = {name: value for name, value in card.items() if value}
        return Card(self.rule, uuid, given, tuple(self.shown), self.fact)

    def in_a_list(self) -> str:
        """Its fact as a line in another card's detail."""
        return bullet(first_filled(self.summaries, self.facts, markdown))

    # -- what a kind of card says for itself -------------------------------------------------

    @property
    def summaries(self) -> tuple[str, ...]:
        """The texts of its fact, of which the first that can be filled is used."""
        return self.rule.summaries

    @property
    def topic(self) -> str:
        """What the link's appContext calls the subject, such as a measure's id."""
        raise NotImplementedError

    def source_label(self) -> str:
        """Whose word it is, with its version."""
        raise NotImplementedError

    def sections(self) -> Iterator[Section]:
        """The titled lists of the detail; a list without lines is left out."""
        raise NotImplementedError

    def footer(self) -> str:
        """By what it was judged."""
        raise NotImplementedError

    def suggestions(self) -> Iterator[Json]:
        """What a clinician can accept unread."""
        yield from ()

    @property
    def stands_without_it(self) -> bool:
        """Whether what was not gathered of the record does not matter to the card."""
        return True

    @property
    def is_a_choice(self) -> bool:
        """Whether suggestions exclude one another, so that at most one of them can be taken."""
        return False

    def said_besides(self) -> str:
        """What the summary adds to what the rule says, where there is room for it; empty for nothing."""
        return ""

    # -- for all -----------------------------------------------------------------------------

    def offered(self, label: str, actions: list[Json]) -> Json:
        """One suggestion."""
        return {"label": label, "uuid": self.new_uuid(), "actions": actions}

    def create(self, draft: Draft) -> Json:
        """The action that makes a draft for this patient."""
        resource = draft.for_patient(self.record.id, self.as_of)
        return {"type": "create", "description": draft.says, "resource": resource}

    def remove(self, name: str, reference: str) -> Json:
        """The action that takes an order back, by its name and its reference as it came."""
        return {"type": "delete", "description": f"Remove {name}", "resourceId": reference}

    def line(self, event: Event, why: str = "") -> str:
        """One event of the record as a bullet, and its reference among the evidence."""
        self.shown[event.reference] = None
        facts = (markdown(event.display), markdown(event.value_text), day(event) or "undated")
        proof = markdown(event.reference, _LONGEST_REFERENCE)
        line = f"- {', '.join(fact for fact in facts if fact)} ({proof})"
        return f"{line}: {markdown(why, _LONGEST_REASON)}" if why else line

    def _summary(self) -> str:
        besides = self.said_besides()
        said = summary(self.summaries, self.facts, LONGEST_SUMMARY)
        whole = f"{said}; {besides}"
        return whole if besides and len(whole) <= LONGEST_SUMMARY else said

    def _said(self) -> Iterator[str]:
        """What the rule itself says; a text whose placeholders the record cannot fill is left out."""
        for text in self.rule.details:
            try:
                yield fill(text.strip(), self.facts, _IN_DETAIL)
            except NothingToSay:
                continue

    def _sections(self) -> Iterator[str]:
        for title, lines in self.sections():
            listed = list(lines)
            if listed:
                yield "\n".join((f"**{title}**", "", *listed))

    def _source(self) -> Json:
        # Epic keeps an override only for a topic code of letters and digits, at most 100, that never changes.
        code = "".join(filter(str.isalnum, self.rule.id))
        topic = {"system": self.origin.code_system("card-rules"), "code": code}
        if not names_substance_use(self.rule.id):
            topic["display"] = self.rule.id
        return {"label": self.source_label(), "topic": topic}

    def _override_reason(self, code: str) -> Json:
        system = self.origin.code_system(CODE_SYSTEM)
        return {"code": code, "system": system, "display": OVERRIDE_REASONS[code]}

    def _links(self, uuid: str) -> Iterator[Json]:
        place = self.rule.open
        context = {"card": uuid, "measure": self.topic}
        if place is not None:
            yield self._link(place.label, context | {"item": place.item})
        yield self._link("Open in Throughline", context | {"item": self.item})

    @property
    def item(self) -> str:
        """The item of the app on which the plain link lands."""
        return f"gap/{self.topic}"

    def _link(self, label: str, context: Json) -> Json:
        return {
            "label": label,
            "url": f"{self.origin.base_url}/launch",
            "type": "smart",
            "appContext": orjson.dumps(context).decode(),
        }

    def _footer(self) -> str:
        rule, gathered = self.rule, self.record.gathered
        lines = [f"{self.footer()} Card rule {rule.id} {rule.version}."]
        if rule.citation:
            lines.append(f"Source: {markdown(rule.citation, 500)}.")
        not_had = [
            f"{kind} ({state})" for kind, state in gathered.states.items() if state is not State.GATHERED
        ]
        if not_had and self.stands_without_it:
            lines.append(f"Incomplete: {', '.join(not_had)}. This card does not depend on it.")
        return "\n\n".join(f"_{line}_" for line in lines)


def fact_id(*parts: str, words: Iterable[str] = ()) -> str:
    """What a card is about, as the store keeps it: ids, and a mark in the place of words of the record."""
    said = sorted(words)
    return id_only(":".join((*parts, *([mark(":".join(said))] if said else ()))))


def bullet(text: str) -> str:
    """A line of a list."""
    return f"- {text}"
