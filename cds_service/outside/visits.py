"""What was shown in each visit, and what rests: by host EHR and patient, read once a call that has a card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, literal, select, union

from cds_service.card import Card
from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.feedback import Feedback
from cds_service.outside.ids import id_only, is_id
from cds_service.outside.tables.visits import CardInVisitRow, SnoozedRuleRow
from cds_service.reasons import LONGEST_SNOOZE_DAYS, REASONS, is_ours
from cds_service.visit import Visit, rests_as, role_of

_TOLD = select(CardInVisitRow.fact.label("what"), CardInVisitRow.service_id.label("by")).where(
    CardInVisitRow.host_ehr == bindparam("host_ehr"),
    CardInVisitRow.patient_id == bindparam("patient_id"),
    CardInVisitRow.visit == bindparam("visit"),
    CardInVisitRow.user_id == bindparam("user_id"),
    CardInVisitRow.silent.is_(False),
)
_RESTING = select(SnoozedRuleRow.rests_as, literal("")).where(
    SnoozedRuleRow.host_ehr == bindparam("host_ehr"),
    SnoozedRuleRow.patient_id == bindparam("patient_id"),
    SnoozedRuleRow.who.in_([bindparam("as_user"), bindparam("as_role")]),
    SnoozedRuleRow.until > bindparam("now"),
)
_SO_FAR = union(_TOLD, _RESTING)  # each once, however often the chart was opened; one question is enough
_NOTE = insert(CardInVisitRow)
_SNOOZE = insert(SnoozedRuleRow)


@dataclass(frozen=True)
class Snooze:
    """One rule at rest, or what one of its cards was about (`what`), for somebody, until a moment."""

    what: str
    who: str
    reason: str
    until: datetime

    @property
    def rule(self) -> str:
        """The rule, or the order check, whose card was set aside."""
        return self.what.partition(":")[0]

    @property
    def of_one_thing(self) -> bool:
        """Whether the same rule is still told of anything else."""
        return self.rule != self.what


class Visits:
    """Keeps both; one per process, safe for threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._so_far = database.prepared(_SO_FAR)
        self._note = database.prepared(_NOTE)

    def so_far(self, host_ehr: str, patient_id: str, user: str, visit: str) -> Visit:
        """What this clinician was told in this visit, and what rests now."""
        asked = {
            "host_ehr": host_ehr,
            "patient_id": id_only(patient_id),
            "visit": id_only(visit),
            "user_id": id_only(user),
            "as_user": _as_user(user),
            "as_role": _as_role(role_of(user)),
            "now": clock.now(),
        }
        with self._database.reading() as connection:
            rows = self._so_far.rows(connection, asked)
        told: dict[str, set[str]] = {}
        for what, service in rows:
            if service:
                told.setdefault(what, set()).add(service)
        return Visit(told=told, resting=frozenset(what for what, service in rows if not service))

    def note(
        self,
        host_ehr: str,
        service_id: str,
        patient_id: str,
        user: str,
        visit: str,
        site: str,
        cards: Sequence[Card],
        *,
        silent: bool,
        within: Connection | None = None,
    ) -> None:
        """Keep the cards of one answer with their visit."""
        if not cards:
            return
        shared = {
            "host_ehr": host_ehr,
            "patient_id": id_only(patient_id),
            "visit": id_only(visit),
            "user_id": id_only(user),
            "role": role_of(user),
            "site": id_only(site) if site else "",
            "service_id": service_id,
            "silent": silent,
            "shown_at": clock.now(),
        }
        rows = [
            shared
            | {
                "card_uuid": card.uuid,
                "rule_id": card.rule.id,
                "fact": card.fact,
                "concern": card.rule.concern.word,
                "rests_as": rests_as(card.rule, card.fact),
            }
            for card in cards
        ]
        with self._database.joined(within) as connection:
            self._note.run_each(connection, rows)

    def set_aside(
        self, host_ehr: str, feedback: Feedback, *, within: Connection | None = None
    ) -> Snooze | None:
        """Let a card rest as its coded reason says; None where nothing rests, suicide safety never.

        The time is counted from now and bounded, whatever the client's clock says.
        """
        code, system = feedback.reason or ("", "")
        reason = REASONS.get(code) if is_ours(system) else None
        if feedback.outcome != "overridden" or reason is None or not is_id(feedback.card_uuid):
            return None
        card = CardInVisitRow.__table__
        where = (card.c.host_ehr == host_ehr, card.c.card_uuid == feedback.card_uuid)
        with self._database.joined(within) as connection:
            shown = (
                connection.execute(select(card).where(*where)).first() if is_id(feedback.card_uuid) else None
            )
            if shown is None or not shown.rests_as:
                return None
            days = min(reason.snooze_days, LONGEST_SNOOZE_DAYS)
            who = _as_user(shown.user_id) if reason.of == "user" else _as_role(shown.role)
            snooze = Snooze(shown.rests_as, who, reason.code, clock.now() + timedelta(days=days))
            key = {"host_ehr": host_ehr, "patient_id": shown.patient_id, "rests_as": snooze.what, "who": who}
            connection.execute(delete(SnoozedRuleRow).filter_by(**key))
            values = {"reason": reason.code, "card_uuid": shown.card_uuid, "until": snooze.until}
            connection.execute(_SNOOZE, key | values)
        return snooze

    def taken_up(self, host_ehr: str, card_uuid: str, *, within: Connection | None = None) -> None:
        """End the rest of what a card was about: it was accepted after all."""
        row = SnoozedRuleRow
        with self._database.joined(within) as connection:
            connection.execute(delete(row).where(row.host_ehr == host_ehr, row.card_uuid == card_uuid))

    def resting(self, host_ehr: str, patient_id: str) -> tuple[Snooze, ...]:
        """Everything at rest for a patient now, soonest over first."""
        row = SnoozedRuleRow
        rows = (
            select(row.rests_as, row.who, row.reason, row.until)
            .where(row.host_ehr == host_ehr, row.patient_id == id_only(patient_id), row.until > clock.now())
            .order_by(row.until)
        )
        with self._database.reading() as connection:
            return tuple(Snooze(*found) for found in connection.execute(rows))


def _as_user(user: str) -> str:
    return f"user:{id_only(user)}"[:256]


def _as_role(role: str) -> str:
    return f"role:{role}"
