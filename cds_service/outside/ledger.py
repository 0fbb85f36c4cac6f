"""One answer, one transaction: the token spent, the cards noted, the audit row added, or nothing at all.

So a token counts once over all workers, no card is shown that feedback would not know, and nothing is
disclosed that the audit does not hold.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from cds_service.outside.audit import AuditLog, Outcome
from cds_service.outside.database import Database
from cds_service.outside.feedback import Feedback, FeedbackStore, Receipt
from cds_service.outside.replay import SeenTokens

Note = Callable[[str, Connection], object]
"""Keeps something in the transaction of a call: `note(host_ehr, connection)`."""


class TokenSpent(Exception):
    """The token was used before."""


class Entry:
    """What one answer leaves behind; kept only when the whole entry is."""

    def __init__(
        self, host_ehr: str, feedback: FeedbackStore, audit: AuditLog, connection: Connection
    ) -> None:
        self._host_ehr = host_ehr
        self._feedback = feedback
        self._audit = audit
        self._connection = connection

    def cards(
        self, service_id: str, hook_instance: str, cards: Sequence[tuple[str, str, str]], user_id: str
    ) -> None:
        """Note the cards shown, each as (uuid, rule id, rule version)."""
        self._feedback.issued(
            self._host_ehr, service_id, hook_instance, cards, user_id, within=self._connection
        )

    def feedback(self, service_id: str, feedback: Feedback) -> Receipt:
        """Store one outcome of a card."""
        return self._feedback.receive(self._host_ehr, service_id, feedback, within=self._connection)

    def last_word(self, card_uuid: str) -> Feedback | None:
        """What was said last of a card, by the time of its outcome."""
        return self._feedback.last_word(self._host_ehr, card_uuid, within=self._connection)

    def visit(self, note: Note) -> None:
        """Keep more of the answer with it, in the same transaction."""
        note(self._host_ehr, self._connection)

    def audit(
        self,
        actor: str,
        action: str,
        patient_id: str | None,
        detail: Mapping[str, Any],
        outcome: Outcome = "success",
    ) -> None:
        """Add the audit row; call it last, since the chain is locked from here on."""
        self._audit.record(
            host_ehr=self._host_ehr,
            actor=actor,
            action=action,
            patient_id=patient_id,
            detail=detail,
            outcome=outcome,
            within=self._connection,
        )


class Ledger:
    """Opens entries. One per process; safe for threads."""

    def __init__(
        self, database: Database, seen_tokens: SeenTokens, feedback: FeedbackStore, audit: AuditLog
    ) -> None:
        self._database = database
        self._seen_tokens = seen_tokens
        self._feedback = feedback
        self._audit = audit

    @contextmanager
    def entry(self, host_ehr: str, iss: str, jti: str, kept_until: int) -> Iterator[Entry]:
        """One transaction that begins by spending the token.

        Raises TokenSpent, or DatabaseUnavailable: nothing was stored then, and nothing may be answered.
        """
        with self._database.transaction() as connection:
            if not self._seen_tokens.first_time(host_ehr, iss, jti, kept_until, within=connection):
                raise TokenSpent
            yield Entry(host_ehr, self._feedback, self._audit, connection)
