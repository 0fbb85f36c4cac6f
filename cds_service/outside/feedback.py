"""Cards that were shown, and what clinicians did with them (CDS Hooks 2.0, Feedback)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, insert, select, update

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.ids import id_only, is_id
from cds_service.outside.tables.cards import CardFeedbackRow, IssuedCardRow
from cds_service.outside.vault import Vault

_LONGEST_COMMENT = 10_000
_ISSUE = insert(IssuedCardRow)


class Receipt(StrEnum):
    """What became of a piece of feedback."""

    STORED = "stored"
    REPEATED = "repeated"  # the same feedback was stored before
    UNKNOWN_CARD = "unknown card"  # no such card of this service was shown at this host EHR


@dataclass(frozen=True)
class Feedback:
    """One outcome of one card; `reason` is the override reason's (code, system)."""

    card_uuid: str
    outcome: Literal["accepted", "overridden"]
    outcome_at: datetime
    accepted_suggestions: tuple[str, ...] = ()
    reason: tuple[str, str] | None = None
    comment: str | None = None


class FeedbackStore:
    """Keeps both by host EHR; comments, being free text, are sealed."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._once = database.insert_once(CardFeedbackRow)
        self._issue = database.prepared(_ISSUE)

    def issued(
        self,
        host_ehr: str,
        service_id: str,
        hook_instance: str,
        cards: Sequence[tuple[str, str, str]],
        user_id: str,
        *,
        within: Connection | None = None,
    ) -> None:
        """Note the cards of one answer, each as (uuid, rule id, rule version)."""
        if not cards:
            return
        shared = {
            "host_ehr": host_ehr,
            "service_id": service_id,
            "hook_instance": id_only(hook_instance),
            "user_id": id_only(user_id),
            "issued_at": clock.now(),
        }
        rows = [
            shared | {"card_uuid": uuid, "rule_id": rule, "rule_version": version}
            for uuid, rule, version in cards
        ]
        with self._database.joined(within) as connection:
            self._issue.run_each(connection, rows)

    def shown_to(self, host_ehr: str, card_uuid: str) -> str | None:
        """The user (as `userId` of the call) a card was shown to at this host EHR; None when it was not."""
        card = (IssuedCardRow.host_ehr == host_ehr, IssuedCardRow.card_uuid == card_uuid)
        with self._database.reading() as connection:
            return connection.execute(select(IssuedCardRow.user_id).where(*card)).scalar()

    def receive(
        self, host_ehr: str, service_id: str, feedback: Feedback, *, within: Connection | None = None
    ) -> Receipt:
        """Store one outcome. Sent again, it is stored once: the key is made of card, outcome and its time. A
        reason or a comment that comes only then is added.
        """
        if not is_id(feedback.card_uuid):
            return Receipt.UNKNOWN_CARD
        card = select(IssuedCardRow.service_id).where(
            IssuedCardRow.host_ehr == host_ehr,
            IssuedCardRow.card_uuid == feedback.card_uuid,
            IssuedCardRow.service_id == service_id,
        )
        with self._database.joined(within) as connection:
            if connection.execute(card).first() is None:
                return Receipt.UNKNOWN_CARD
            row = self._row(host_ehr, feedback)
            stored = connection.execute(self._once, row).rowcount == 1 or _added_to(connection, row)
        return Receipt.STORED if stored else Receipt.REPEATED

    def last_word(
        self, host_ehr: str, card_uuid: str, *, within: Connection | None = None
    ) -> Feedback | None:
        """What was said last of a card, by the time of its outcome, without its comment; None for nothing."""
        row = CardFeedbackRow
        last = (
            select(row.__table__)
            .where(row.host_ehr == host_ehr, row.card_uuid == card_uuid)
            .order_by(row.outcome_at.desc(), row.received_at.desc(), row.feedback_id.desc())
            .limit(1)
        )
        with self._database.joined(within) as connection:
            found = connection.execute(last).first()
        if found is None:
            return None
        return Feedback(card_uuid, found.outcome, found.outcome_at, reason=_reason(found))

    def for_card(self, host_ehr: str, card_uuid: str) -> tuple[Feedback, ...]:
        """Every outcome of a card, oldest first; empty when none came."""
        if not is_id(card_uuid):
            return ()
        rows = (
            select(CardFeedbackRow.__table__)
            .where(CardFeedbackRow.host_ehr == host_ehr, CardFeedbackRow.card_uuid == card_uuid)
            .order_by(CardFeedbackRow.outcome_at)
        )
        with self._database.reading() as connection:
            return tuple(
                Feedback(
                    row.card_uuid,
                    row.outcome,
                    row.outcome_at,
                    tuple(orjson.loads(row.accepted_suggestions)),
                    _reason(row),
                    None
                    if row.comment is None
                    else self._vault.open(row.comment, where=_where(host_ehr, row.feedback_id)),
                )
                for row in connection.execute(rows)
            )

    def _row(self, host_ehr: str, feedback: Feedback) -> dict[str, object]:
        identity = f"{feedback.card_uuid}|{feedback.outcome}|{feedback.outcome_at.timestamp()}"
        feedback_id = hashlib.sha256(identity.encode()).hexdigest()
        comment = feedback.comment[:_LONGEST_COMMENT] if feedback.comment else None
        code, system = feedback.reason or (None, None)
        return {
            "host_ehr": host_ehr,
            "feedback_id": feedback_id,
            "card_uuid": feedback.card_uuid,
            "outcome": feedback.outcome,
            "outcome_at": _in_utc(feedback.outcome_at),
            "accepted_suggestions": orjson.dumps(_ids(feedback.accepted_suggestions)).decode(),
            "reason_code": None if code is None else id_only(code),
            "reason_system": id_only(system) if system else None,
            "comment": None
            if comment is None
            else self._vault.seal(comment, where=_where(host_ehr, feedback_id)),
            "received_at": clock.now(),
        }


def _added_to(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Whether what is stored already lacked a reason or a comment that this gives."""
    kept = CardFeedbackRow
    same = (kept.host_ehr == row["host_ehr"], kept.feedback_id == row["feedback_id"])
    parts = ((kept.reason_code, ("reason_code", "reason_system")), (kept.comment, ("comment",)))
    added = 0
    for lacking, names in parts:
        if row[names[0]] is not None:
            given = {name: row[name] for name in names}
            added += connection.execute(update(kept).where(*same, lacking.is_(None)).values(given)).rowcount
    return added > 0


def _reason(row: Any) -> tuple[str, str] | None:
    return None if row.reason_code is None else (row.reason_code, row.reason_system or "")


def _in_utc(moment: datetime) -> datetime:
    """The moment in UTC; of one beyond the calendar (9999-12-31T23:00-05:00) the last that there is."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        end = datetime.max if moment.year > 1 else datetime.min  # noqa: DTZ901  (the zone follows)
        return end.replace(tzinfo=UTC)


def _ids(values: Iterable[str]) -> list[str]:
    return [id_only(value) for value in values]


def _where(host_ehr: str, feedback_id: str) -> str:
    return f"{host_ehr}/card_feedback/{feedback_id}/comment"
