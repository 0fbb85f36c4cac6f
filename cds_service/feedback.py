"""What clinicians did with our cards (CDS Hooks 2.0, Feedback): in batches, and a repeat is stored once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from cds_service.outside.database import Connection
from cds_service.outside.feedback import Feedback, Receipt
from cds_service.outside.ledger import Entry
from cds_service.outside.visits import Visits
from cds_service.protocol import (
    Envelope,
    Problem,
    Refused,
    Text,
    Uuid,
    checked,
    parse_json,
    printable,
)

_MOST_AT_ONCE = 500
_Comment = Annotated[str, Field(max_length=10_000), AfterValidator(printable)]


def _a_moment(text: str) -> str:
    try:
        year = _moment(text).year
    except ValueError:
        raise ValueError("not a time, such as 2026-11-22T09:30:00Z") from None
    if not 2000 <= year < 2200:
        raise ValueError("is not a time of this century")
    return text


def _moment(text: str) -> datetime:
    """CDS Hooks 2.0, outcomeTimestamp: in UTC, so a time without a zone is taken as that."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class _Coding(Envelope):
    code: Text
    system: Text | None = None


class _OverrideReason(Envelope):
    reason: _Coding | None = None
    userComment: _Comment | None = None


class _Suggestion(Envelope):
    id: Text


class _Item(Envelope):
    card: Uuid
    outcome: Literal["accepted", "overridden"]
    outcomeTimestamp: Annotated[str, Field(max_length=64), AfterValidator(_a_moment)]
    acceptedSuggestions: Annotated[list[_Suggestion], Field(max_length=50)] | None = None
    overrideReason: _OverrideReason | None = None


class _Batch(Envelope):
    feedback: Annotated[list[_Item], Field(min_length=1, max_length=_MOST_AT_ONCE)]


def parse_feedback(body: bytes) -> list[Feedback]:
    """The outcomes of one request; a 400 names every member that is wrong."""
    tree = parse_json(body, "feedback, the list of outcomes")
    return [_understood(item) for item in checked(_Batch, tree).feedback]


@dataclass(frozen=True)
class Stored:
    """What became of a batch: how many outcomes were new, and a problem for each card nobody knows."""

    new: int
    unknown: tuple[Problem, ...]


def store(entry: Entry, service_id: str, outcomes: list[Feedback], visits: Visits) -> Stored:
    """Keep what is about cards that were shown; what was set aside with a coded reason rests from now on,
    unless the last word on it is that it was accepted.

    CDS Hooks 2.0, Feedback, says nothing of an unknown card in a batch. One that is too old, or came from
    another system, must not cost what is known: it is named. Refuses (404) when no card at all is known.
    """
    receipts = [entry.feedback(service_id, outcome) for outcome in outcomes]
    unknown = [number for number, receipt in enumerate(receipts) if receipt is Receipt.UNKNOWN_CARD]
    if len(unknown) == len(receipts):
        raise Refused(404, *(_unknown(number, "error") for number in unknown))
    for outcome, receipt in zip(outcomes, receipts, strict=True):
        last = entry.last_word(outcome.card_uuid) if receipt is Receipt.STORED else None
        if last is not None:
            entry.visit(partial(_settle, visits, last))
    return Stored(receipts.count(Receipt.STORED), tuple(_unknown(number, "warning") for number in unknown))


def _settle(visits: Visits, last: Feedback, host_ehr: str, within: Connection) -> None:
    if last.outcome == "accepted":
        visits.taken_up(host_ehr, last.card_uuid, within=within)
    else:
        visits.set_aside(host_ehr, last, within=within)


def _understood(item: _Item) -> Feedback:
    why = item.overrideReason
    coded = why.reason if why else None
    return Feedback(
        card_uuid=item.card,
        outcome=item.outcome,
        outcome_at=_moment(item.outcomeTimestamp),
        accepted_suggestions=tuple(suggestion.id for suggestion in item.acceptedSuggestions or ()),
        reason=(coded.code, coded.system or "") if coded else None,
        comment=why.userComment if why else None,
    )


def _unknown(number: int, severity: Literal["error", "warning"]) -> Problem:
    says = "no such card of this service was shown; this entry was not stored, and need not be sent again"
    return Problem(says, f"feedback[{number}].card", "not-found", severity)
