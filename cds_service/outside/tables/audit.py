"""The audit chain and its head."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import HASH, ID, NAME, Base


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
