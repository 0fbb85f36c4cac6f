"""The tables. Everything that belongs to a host EHR has its name as the first column of the key.

Ids and times are in the clear; tokens, keys, launch data and free text are sealed by the vault before they
come here. A change here needs a new revision in `migrations/versions` (a test compares the two).
"""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Index, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAME = String(63)  # of a host EHR
ID = String(256)
URL = String(2000)
HASH = String(64)  # SHA-256, hexadecimal

_KEY_IS_THE_TABLE = {
    "sqlite_with_rowid": False
}  # no second tree beside the key: fewer pages to write in each call


class UtcMoment(TypeDecorator[datetime]):
    """Aware UTC datetimes on both databases; SQLite by itself would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """All tables of Throughline."""

    type_annotation_map = {datetime: UtcMoment, int: BigInteger}  # noqa: RUF012  (SQLAlchemy's own form)


class HostEhrRow(Base):
    """A registered host EHR: its file as JSON, without the client secret, which is sealed."""

    __tablename__ = "host_ehr"
    name: Mapped[str] = mapped_column(NAME, primary_key=True)
    fhir_base: Mapped[str] = mapped_column(URL, unique=True)
    document: Mapped[str] = mapped_column(Text)
    smart_secret: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime]


class SigningKeyRow(Base):
    """A private key of this installation, sealed; kept in the public key set for a while after it retired."""

    __tablename__ = "signing_key"
    kid: Mapped[str] = mapped_column(HASH, primary_key=True)
    alg: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PendingLaunchRow(Base):
    """A launch waiting for its callback, found by the hash of `state`."""

    __tablename__ = "pending_launch"
    state_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    host_ehr: Mapped[str] = mapped_column(NAME)
    sealed: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]


class ChartSessionRow(Base):
    """One launched chart: one patient, one browser, its tokens sealed."""

    __tablename__ = "chart_session"
    launch_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host_ehr: Mapped[str] = mapped_column(NAME)
    patient_id: Mapped[str] = mapped_column(ID)
    browser_secret_hash: Mapped[str] = mapped_column(HASH)
    sealed: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    used_at: Mapped[datetime]
    refresh_claimed_until: Mapped[datetime | None]


class IssuedCardRow(Base):
    """A card that was shown: what feedback may refer to."""

    __tablename__ = "issued_card"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    card_uuid: Mapped[str] = mapped_column(ID, primary_key=True)
    service_id: Mapped[str] = mapped_column(ID)
    hook_instance: Mapped[str] = mapped_column(ID)
    rule_id: Mapped[str] = mapped_column(ID)
    rule_version: Mapped[str] = mapped_column(ID)
    user_id: Mapped[str] = mapped_column(ID)
    issued_at: Mapped[datetime]

    __table_args__ = _KEY_IS_THE_TABLE


class CardFeedbackRow(Base):
    """What a clinician did with a card; the comment, free text, is sealed."""

    __tablename__ = "card_feedback"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    feedback_id: Mapped[str] = mapped_column(HASH, primary_key=True)
    card_uuid: Mapped[str] = mapped_column(ID)
    outcome: Mapped[str] = mapped_column(String(16))
    outcome_at: Mapped[datetime]
    accepted_suggestions: Mapped[str] = mapped_column(Text)
    reason_code: Mapped[str | None] = mapped_column(ID)
    reason_system: Mapped[str | None] = mapped_column(URL)
    comment: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime]

    __table_args__ = (Index("ix_card_feedback_card", "host_ehr", "card_uuid"),)


class SeenTokenRow(Base):
    """A token id that was used, kept until the token itself has expired."""

    __tablename__ = "seen_token"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    token_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    expires_at: Mapped[int]  # seconds since 1970, as in the token

    __table_args__ = _KEY_IS_THE_TABLE


class AuditEventRow(Base):
    """One link of the audit chain, shaped so that a FHIR AuditEvent can be made from it. Ids only."""

    __tablename__ = "audit_event"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    host_ehr: Mapped[str] = mapped_column(NAME)
    recorded: Mapped[str] = mapped_column(String(40))  # text: the hash is over exactly these characters
    actor: Mapped[str] = mapped_column(ID)
    action: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(16))
    patient_id: Mapped[str | None] = mapped_column(ID)
    detail: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(HASH)
    hash: Mapped[str] = mapped_column(HASH)

    __table_args__ = (Index("ix_audit_event_patient", "host_ehr", "patient_id", "seq"),)


class AuditHeadRow(Base):
    """The newest link of the audit chain, locked by whoever adds the next; proof that none is missing."""

    __tablename__ = "audit_head"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # there is one: 1
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(HASH)


__all__ = [
    "AuditEventRow",
    "AuditHeadRow",
    "Base",
    "CardFeedbackRow",
    "ChartSessionRow",
    "HostEhrRow",
    "IssuedCardRow",
    "PendingLaunchRow",
    "SeenTokenRow",
    "SigningKeyRow",
]
