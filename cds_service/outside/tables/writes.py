"""What was written to host EHRs, and which gaps were put off."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import HASH, ID, NAME, Base


class EhrWriteRow(Base):
    """One thing a clinician saved, and what became of each resource it was to be written as. Ids only."""

    __tablename__ = "ehr_write"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ID, primary_key=True)
    write_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    launch_id: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(NAME)
    measure_id: Mapped[str] = mapped_column(NAME)
    content_hash: Mapped[str] = mapped_column(HASH)
    state: Mapped[str] = mapped_column(String(16))
    parts: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_ehr_write_changed", "host_ehr", "patient_id", "changed_at"),
        Index("ix_ehr_write_age", "changed_at"),  # by which old rows go
    )


class PutOffGapRow(Base):
    """A gap that is not asked for until a day, and the coded reason."""

    __tablename__ = "put_off_gap"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ID, primary_key=True)
    measure_id: Mapped[str] = mapped_column(NAME, primary_key=True)
    reason: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(ID)
    put_off_at: Mapped[datetime]
    until: Mapped[datetime]
