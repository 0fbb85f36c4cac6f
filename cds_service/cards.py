"""Which cards are due, in what order, and which of them this clinician is shown in this visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from itertools import groupby
from uuid import uuid4

import structlog

from cds_service.card import Card, NewUuid, Origin, Writes
from cds_service.conditions import CheckCondition, GapCondition, RiskCondition, UnreadCondition
from cds_service.gap_card import GapCard
from cds_service.order_card import OrderCard, Signing
from cds_service.outside.telemetry import failures
from cds_service.risk_card import RiskCard, RiskReading
from cds_service.rules import CardRule
from cds_service.unread_card import UnreadCard, unread
from cds_service.visit import FIRST_CALL, Visit, is_warning_of_orders
from cds_service.wording import NothingToSay
from measures.event import Event
from measures.measure import MeasureResult
from measures.orders.bearing import bearing_on_risk
from measures.record import PatientRecord

__all__ = ["MOST_CARDS", "Card", "Case", "Origin", "due_cards", "shown_cards", "would_fire"]

MOST_CARDS = 3  # clinicians override what comes in crowds
_MOST_NAMED = 6  # of the warnings left over
_log = structlog.get_logger()


_Common = tuple[PatientRecord, date, Origin, NewUuid]


def _new_uuid() -> str:
    return str(uuid4())


@dataclass(frozen=True)
class Case:
    """All that can be found about one patient in one call, worked out when a rule first asks for it."""

    record: PatientRecord
    results: Mapping[str, MeasureResult]
    as_of: date
    signing: Signing | None = None
    reads_risk: Callable[[], RiskReading | None] = lambda: None

    @cached_property
    def risk(self) -> RiskReading | None:
        return self.reads_risk()

    @cached_property
    def bearing(self) -> tuple[Event, ...]:
        """The orders being signed on which a risk that rose bears: without one it is not even read."""
        if self.signing is None:
            return ()
        return bearing_on_risk(self.record, self.signing.drafts, self.as_of)


def due_cards(
    rules: Iterable[CardRule],
    results: Mapping[str, MeasureResult],
    record: PatientRecord,
    as_of: date,
    origin: Origin,
    new_uuid: NewUuid = _new_uuid,
) -> list[Card]:
    """The cards of a record alone, as on the first call of a visit."""
    return shown_cards(rules, Case(record, results, as_of), origin, lambda: FIRST_CALL, new_uuid)


def shown_cards(
    rules: Iterable[CardRule],
    case: Case,
    origin: Origin,
    visit: Callable[[], Visit],
    new_uuid: NewUuid = _new_uuid,
) -> list[Card]:
    """At most three cards, in the order of the rules, each fact once, none that the visit does not admit.

    Of rules of one rank each has its first card before any has its second. The visit is asked for when the
    first card is due: most calls have none. A rule that fails costs its own card and a count. Of orders being
    signed the last card names the warnings for which there was no room.
    """
    answer = _Answer(visit)
    for _, alike in groupby(rules, key=lambda rule: rule.order[:2]):
        further: list[tuple[CardRule, Iterator[Writes]]] = []
        for rule in alike:
            if answer.is_full and case.signing is None:
                return answer.cards
            if rule.holds_on(case.as_of) and answer.has_room_for(rule):
                due = _due(rule, case, origin, new_uuid)
                with _costing_its_card(rule):
                    if any(answer.takes(rule, writer) for writer in due):
                        further.append((rule, due))
        for rule, others in further:
            with _costing_its_card(rule):
                for writer in others:
                    answer.takes(rule, writer)
    return answer.named()


class _Answer:
    """The cards of one answer as they are chosen."""

    def __init__(self, visit: Callable[[], Visit]) -> None:
        self.cards: list[Card] = []
        self._left_over: list[str] = []  # warnings for which there was no room
        self._facts: set[str] = set()
        self._added: set[str] = set()
        self._visit = cache(visit)

    @property
    def is_full(self) -> bool:
        return len(self.cards) == MOST_CARDS

    def has_room_for(self, rule: CardRule) -> bool:
        """For its card or, of a warning of orders, for a line on another card."""
        return not self.is_full or is_warning_of_orders(rule)

    def takes(self, rule: CardRule, writer: Writes) -> bool:
        """Take one card, if it is to be told; raises NothingToSay as its writer does."""
        known = writer.fact in self._facts or writer.is_covered_by(self._added)
        if known or not self.has_room_for(rule) or not self._visit().admits(rule, writer.fact, self._facts):
            return False
        if self.is_full:
            self._left_over.append(writer.in_a_list())
        else:
            self.cards.append(writer.card())
            self._added |= writer.adds
        self._facts.add(writer.fact)
        return True

    def named(self) -> list[Card]:
        """The cards, the last of which names what was left over."""
        return [*self.cards[:-1], _naming(self._left_over, self.cards[-1])] if self._left_over else self.cards


@contextmanager
def _costing_its_card(rule: CardRule) -> Iterator[None]:
    """What fails in here costs the card of this rule, and a count."""
    try:
        yield
    except NothingToSay as nothing:
        _log.warning("card not shown: nothing to put into its summary", rule=rule.id, reason=str(nothing))
        failures.labels(f"rule:{rule.id}").inc()
    except Exception as error:  # noqa: BLE001  one broken rule must not cost the others' cards
        _log.error("card not shown: its rule failed", rule=rule.id, exc_info=error)
        failures.labels(f"rule:{rule.id}").inc()


def _naming(left_over: list[str], card: Card) -> Card:
    """The card, whose detail begins with what was left over: three cards must not look like all there is."""
    warnings = "1 more warning" if len(left_over) == 1 else f"{len(left_over)} more warnings"
    named = left_over if len(left_over) <= _MOST_NAMED else left_over[: _MOST_NAMED - 1]
    others = [f"- and {len(left_over) - len(named)} others"] if len(named) < len(left_over) else []
    said = "\n".join((f"**{warnings} about these orders, without a card**", "", *named, *others))
    return replace(card, json=card.json | {"detail": f"{said}\n\n{card.json['detail']}"})


def would_fire(rule: CardRule, case: Case, origin: Origin) -> bool:
    """Whether a rule would show a card, whatever the visit admits; one that fails does not: a count."""
    if not rule.holds_on(case.as_of):
        return False
    try:
        for writer in _due(rule, case, origin, _new_uuid):
            writer.card()
            return True
    except NothingToSay:
        return False
    except Exception as error:  # noqa: BLE001  what nobody is shown must not cost what somebody is
        _log.error("rule failed in the shadow", rule=rule.id, exc_info=error)
        failures.labels(f"shadow:{rule.id}").inc()
    return False


def _due(rule: CardRule, case: Case, origin: Origin, new_uuid: NewUuid) -> Iterator[Writes]:
    """The cards that a rule's condition asks for."""
    common = (case.record, case.as_of, origin, new_uuid)
    match rule.when:
        case GapCondition():
            yield from _gaps(rule, rule.when, case, common)
        case CheckCondition():
            if case.signing is not None:
                for finding in case.signing.of_check(rule.when.check):
                    yield OrderCard(rule, finding, case.signing, *common)
        case RiskCondition():
            drafts = case.bearing
            reading = case.risk if drafts or case.signing is None else None
            if reading is not None and rule.when.risk in reading.moves:
                yield RiskCard(rule, reading, drafts, *common)
        case UnreadCondition():
            if case.signing is not None and (found := unread(rule.when, case.record, case.signing)):
                yield UnreadCard(rule, found, *common)


def _gaps(rule: CardRule, when: GapCondition, case: Case, common: _Common) -> Iterator[Writes]:
    """The card of a gap; while orders are being signed, only one that another order would close."""
    result = case.results.get(when.measure)
    step = None if result is None else when.step(result)
    if result is None or step is None:
        return
    if case.signing is None:
        yield GapCard(rule, step, result, *common)
    elif (draft := case.signing.closing(when.measure, step)) is not None:
        yield GapCard(rule, step, result, *common, draft)
