"""Cards: which are due, in what order, and what each one says and proves (CDS Hooks 2.0, Card Attributes).

The summary is the fact with its date. The detail says why the patient is in the measure, which resources
prove it, what would close the gap, and by which measure and vocabulary. What is empty is left out of the
JSON.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import orjson
import structlog

from cds_service.outside.telemetry import cards as cards_shown
from cds_service.outside.telemetry import failures
from cds_service.rules import LONGEST_SUMMARY, OVERRIDE_REASONS, CardRule, Suggestion
from cds_service.wording import Facts, NothingToSay, day, fill, markdown, plain, written
from measures.event import Event
from measures.explain import Explanation, explain
from measures.gather import State
from measures.group import GapStatus
from measures.measure import MeasureResult
from measures.record import PatientRecord

MOST_CARDS = 3  # clinicians override what comes in crowds
_LONGEST_REFERENCE = _LONGEST_REASON = 200  # characters
_MOST_EVENTS = 6  # of the record; the nearest first
_log = structlog.get_logger()

Json = dict[str, Any]


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
    """One card as JSON, and what the audit and the feedback must know of it."""

    rule: CardRule
    uuid: str
    json: Json
    evidence: tuple[str, ...]  # references of the resources shown


def due_cards(
    rules: Iterable[CardRule],
    results: Mapping[str, MeasureResult],
    record: PatientRecord,
    as_of: date,
    origin: Origin,
    new_uuid: Callable[[], str] = lambda: str(uuid4()),
) -> list[Card]:
    """At most three cards, in the order of the rules. A rule that fails costs its own card and a count."""
    cards: list[Card] = []
    for rule in rules:
        result = results.get(rule.measure)
        if result is None:
            continue
        try:
            step = rule.step(result)
            if step is not None:
                cards.append(_Writer(rule, step, Facts(record, result, as_of), origin, new_uuid).card())
        except NothingToSay as nothing:
            _log.warning("card not shown: nothing to put into its summary", rule=rule.id, reason=str(nothing))
            failures.labels(f"rule:{rule.id}").inc()
        except Exception as error:  # noqa: BLE001  one broken rule must not cost the others' cards
            _log.error("card not shown: its rule failed", rule=rule.id, exc_info=error)
            failures.labels(f"rule:{rule.id}").inc()
        if len(cards) == MOST_CARDS:
            break
    for card in cards:
        cards_shown.labels(card.rule.id).inc()
    return cards


class _Writer:
    """Writes one card."""

    def __init__(
        self, rule: CardRule, step: str, facts: Facts, origin: Origin, new_uuid: Callable[[], str]
    ) -> None:
        self.rule = rule
        self.step = step
        self.facts = facts
        self.result = facts.result
        self.origin = origin
        self.new_uuid = new_uuid
        self.shown: dict[str, None] = {}  # references, in the order of the card

    def card(self) -> Card:
        uuid = self.new_uuid()
        card: Json = {
            "uuid": uuid,
            "summary": self._summary(),
            "indicator": self.rule.indicator,
            "detail": self._detail(),
            "source": self._source(),
            "overrideReasons": [self._override_reason(code) for code in self.rule.override_reasons],
            "links": [self._link(uuid)],
        }
        if self.rule.suggestion is not None:
            card |= {"suggestions": [self._suggested(self.rule.suggestion)], "selectionBehavior": "any"}
        return Card(
            self.rule, uuid, {name: value for name, value in card.items() if value}, tuple(self.shown)
        )

    def _summary(self) -> str:
        for text in self.rule.summaries[:-1]:
            try:
                return _short(fill(text, self.facts, plain))
            except NothingToSay:
                continue
        return _short(fill(self.rule.summaries[-1], self.facts, plain))

    def _source(self) -> Json:
        measure = self.result.measure
        label = f"{measure.id} {measure.version} {measure.title}"
        if not self.origin.for_reporting:
            label += f" ({self.origin.vocabulary_label})"
        # Epic keeps an override only for a topic code of letters and digits, at most 100, that never changes.
        code = "".join(filter(str.isalnum, self.rule.id))
        topic = {"system": self.origin.code_system("card-rules"), "code": code, "display": self.rule.id}
        return {"label": label, "topic": topic}

    def _override_reason(self, code: str) -> Json:
        system = self.origin.code_system("override-reasons")
        return {"code": code, "system": system, "display": OVERRIDE_REASONS[code]}

    def _link(self, uuid: str) -> Json:
        context = {"card": uuid, "measure": self.result.measure.id}
        return {
            "label": "Open in Throughline",
            "url": f"{self.origin.base_url}/launch",
            "type": "smart",
            "appContext": orjson.dumps(context).decode(),
        }

    def _suggested(self, offered: Suggestion) -> Json:
        patient, today = self.facts.record.id, self.facts.as_of
        actions = [
            {"type": "create", "description": draft.says, "resource": draft.for_patient(patient, today)}
            for draft in offered.drafts
        ]
        return {"label": offered.label, "uuid": self.new_uuid(), "actions": actions}

    # -- detail ------------------------------------------------------------------------------

    def _detail(self) -> str:
        told = explain(self.result, self.facts.as_of)
        outs = ("Or record why it does not apply", map(_bullet, told.ways_out))
        sections = (
            (self._closing(told), map(_bullet, told.to_close)),
            ("In the record", self._record(told)),
            (self._belonging(), self._membership(told)),
            outs,
        )
        laid_out = (
            "\n".join((f"**{title}**", "", *lines)) for title, lines in map(_listed, sections) if lines
        )
        return "\n\n".join((*self._said(), *laid_out, self._footer()))

    def _said(self) -> Iterator[str]:
        """What the rule itself says; a text whose placeholders the record cannot fill is left out."""
        for text in self.rule.details:
            try:
                yield fill(text.strip(), self.facts, markdown)
            except NothingToSay:
                continue

    def _closing(self, told: Explanation) -> str:
        choice = " (any of these)" if len(told.to_close) > 1 else ""
        until = f", until {written(told.deadline)}" if told.deadline and told.can_close_today else ""
        return f"What would close it{until}{choice}"

    def _belonging(self) -> str:
        if self.result.status is GapStatus.PROSPECTIVE:
            return f"Why the patient will be in {self.result.measure.id} with the next visit"
        return f"Why the patient is in {self.result.measure.id}"

    def _record(self, told: Explanation) -> Iterator[str]:
        """The events behind the card: nearest to the step, done already, spoken of in the summary."""
        why = {miss.event: miss.why for miss in told.nearest}
        done = (event for proof in told.done for event in proof.events)
        spoken_of = (event for name in self.rule.speaks_of for event in self.facts.events(name))
        events = dict.fromkeys((*why, *done, *spoken_of))
        for event in [*events][:_MOST_EVENTS]:
            yield self._line(event, why.get(event, ""))
        if not events:
            yield "- nothing that comes near to it"

    def _membership(self, told: Explanation) -> Iterator[str]:
        for proof in told.membership:
            yield _bullet(proof.criterion.says)
            for event in proof.events:
                yield "  " + self._line(event)

    def _line(self, event: Event, why_not: str = "") -> str:
        self.shown[event.reference] = None
        facts = (markdown(event.display), markdown(event.value_text), day(event) or "undated")
        proof = markdown(event.reference, _LONGEST_REFERENCE)
        line = f"- {', '.join(fact for fact in facts if fact)} ({proof})"
        return f"{line}: {markdown(why_not, _LONGEST_REASON)}" if why_not else line

    def _footer(self) -> str:
        measure, gathered = self.result.measure, self.facts.record.gathered
        lines = [
            f"{measure.title}: {measure.id} {measure.version}, {measure.steward}. "
            f"Period {self.result.period.start} to {self.result.period.end}. "
            f"Vocabulary: {self.origin.vocabulary_label}."
        ]
        not_had = [
            f"{kind} ({state})" for kind, state in gathered.states.items() if state is not State.GATHERED
        ]
        if not_had:
            lines.append(f"Incomplete: {', '.join(not_had)}. This card does not depend on it.")
        return "\n\n".join(f"_{line}_" for line in lines)


def _bullet(text: str) -> str:
    return f"- {text}"


def _listed(section: tuple[str, Iterable[str]]) -> tuple[str, list[str]]:
    return section[0], list(section[1])


def _short(summary: str) -> str:
    return summary if len(summary) <= LONGEST_SUMMARY else summary[: LONGEST_SUMMARY - 1].rstrip() + "…"
