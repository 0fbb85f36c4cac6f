"""Launches under way and charts that are open."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import HASH, ID, NAME, Base


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
