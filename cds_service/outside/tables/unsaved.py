"""What outlives a chart session: who had it open, and the form that could not be saved."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import HASH, ID, NAME, Base


class EndedChartRow(Base):
    """A chart session that was not used for too long: its tokens are gone, what it was about is known."""

    __tablename__ = "ended_chart"
    launch_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host_ehr: Mapped[str] = mapped_column(NAME)
    patient_id: Mapped[str] = mapped_column(ID)
    user_id: Mapped[str | None] = mapped_column(ID)
    browser_secret_hash: Mapped[str] = mapped_column(HASH)
    ended_at: Mapped[datetime]


class UnsavedFormRow(Base):
    """The fields of a form that met an ended session, sealed, until its user opens that chart again."""

    __tablename__ = "unsaved_form"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ID, primary_key=True)
    user_id: Mapped[str] = mapped_column(ID, primary_key=True)
    form: Mapped[str] = mapped_column(ID, primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime]
