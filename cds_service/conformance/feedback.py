"""Feedback: what a clinician did with a card, in batches and more than once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from cds_service.conformance.rule import expect, rule
from cds_service.conformance.subject import Answer, Json, Skipped, Subject

_CLAUSE = "CDS Hooks 2.0, Feedback"
_WHEN = "2026-01-01T09:30:00Z"


@rule(_CLAUSE, "answer feedback on a card that was shown with 200")
def feedback_on_a_shown_card_is_taken(subject: Subject) -> str:
    """`POST {id}/feedback` takes what became of a card."""
    return _taken(_sent(subject, _outcome(_shown(subject))))


@rule(_CLAUSE, "take several outcomes in one request, also of one card")
def a_batch_of_feedback_is_taken(subject: Subject) -> str:
    """Batches are legal, and so are several outcomes of one card."""
    card = _shown(subject)
    reason = {"reason": {"code": "x", "system": "https://example.org/reasons"}, "userComment": "later"}
    return _taken(_sent(subject, _outcome(card), _outcome(card, overrideReason=reason)))


@rule(_CLAUSE, "take feedback that was sent before")
def feedback_sent_again_is_taken(subject: Subject) -> str:
    """A client may repeat itself."""
    outcome = _outcome(_shown(subject))
    _sent(subject, outcome)
    return _taken(_sent(subject, outcome))


@rule(_CLAUSE, "refuse feedback on a card that was never shown, or ignore it; never fail")
def feedback_on_an_unknown_card_is_no_fault(subject: Subject) -> str:
    """A card nobody showed is not a reason to fail."""
    answer = _sent(subject, _outcome(str(uuid4())))
    expect(answer.status < 500, str(answer))
    return str(answer)


@rule(_CLAUSE, "refuse feedback without card, outcome or time")
def feedback_without_its_members_is_refused(subject: Subject) -> str:
    """`card`, `outcome` and `outcomeTimestamp` are required."""
    malformed: tuple[Json, ...] = ({}, {"feedback": [{}]}, {"feedback": {}})
    for wrong in malformed:
        answer = subject.call(body=wrong, below="/feedback", token=_token(subject))
        expect(400 <= answer.status < 500, str(answer))
    return "refused"


def _shown(subject: Subject) -> str:
    tree = subject.answer(subject.service).tree
    cards = tree.get("cards") if isinstance(tree, dict) else None
    for card in cards if isinstance(cards, list) else ():
        if isinstance(card, dict) and isinstance(card.get("uuid"), str):
            return str(card["uuid"])
    raise Skipped("no card with a uuid was shown")


def _outcome(card: str, **more: Any) -> Json:
    return {"card": card, "outcome": "overridden", "outcomeTimestamp": _WHEN} | more


def _token(subject: Subject) -> str:
    return subject.token({"id": f"{subject.service['id']}/feedback"})


def _sent(subject: Subject, *outcomes: Json) -> Answer:
    return subject.call(body={"feedback": list(outcomes)}, below="/feedback", token=_token(subject))


def _taken(answer: Answer) -> str:
    expect(answer.status == 200, str(answer))
    return str(answer)
