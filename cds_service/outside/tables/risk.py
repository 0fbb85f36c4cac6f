"""Risk: scores and their history, models and who promoted them, the quality team's file, the worklist.

Models, policies and the switch belong to the installation; scores and worklists to a host EHR.
"""

from datetime import date, datetime

from sqlalchemy import Date, Float, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import HASH, ID, KEY_IS_THE_TABLE, NAME, Base


class RiskScoreRow(Base):
    """The latest score of a patient, by the model named. What it was made of is sealed."""

    __tablename__ = "risk_score"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ID, primary_key=True)
    as_of: Mapped[date] = mapped_column(Date)
    model: Mapped[str] = mapped_column(String(128))  # its key: id, version and hash in one
    p30: Mapped[float | None] = mapped_column(Float)
    p60: Mapped[float | None] = mapped_column(Float)
    p90: Mapped[float | None] = mapped_column(Float)
    points: Mapped[float | None] = mapped_column(Float)
    before: Mapped[float | None] = mapped_column(Float)
    panel_on: Mapped[date | None] = mapped_column(Date)  # the last refresh in which the patient was
    sealed: Mapped[str] = mapped_column(Text)
    computed_at: Mapped[datetime]

    __table_args__ = (KEY_IS_THE_TABLE,)


class RiskPastRow(Base):
    """What was said of a patient on each day that was scored."""

    __tablename__ = "risk_past"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ID, primary_key=True)
    as_of: Mapped[date] = mapped_column(Date, primary_key=True)
    model: Mapped[str] = mapped_column(String(128), primary_key=True)
    value: Mapped[float | None] = mapped_column(Float)  # of the nearest horizon, or points
    p60: Mapped[float | None] = mapped_column(Float)
    p90: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (KEY_IS_THE_TABLE,)


class RiskModelRow(Base):
    """A model that was added: its whole file, and where it stands."""

    __tablename__ = "risk_model"
    hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    model_id: Mapped[str] = mapped_column(NAME)
    label: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))  # shadow, live, retired
    document: Mapped[str] = mapped_column(Text)
    added_by: Mapped[str] = mapped_column(ID)
    added_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(ID)
    changed_at: Mapped[datetime]


class RiskPromotionRow(Base):
    """Which model was in use from when on; "no OUTCOME" instead of a hash: from when on none of it was."""

    __tablename__ = "risk_promotion"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(HASH)
    why: Mapped[str] = mapped_column(String(16))  # promoted, rolled back
    by: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime]


class RiskSwitchRow(Base):
    """Whether risk is shown at all. No row: it is on."""

    __tablename__ = "risk_switch"
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    position: Mapped[str] = mapped_column(String(16))  # on, points, off
    by: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime]


class RiskPolicyRow(Base):
    """The versions of the quality team's file; the greatest number is in use."""

    __tablename__ = "risk_policy"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(NAME)
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime]
    again: Mapped[int | None]  # the number whose text a roll-back put in use again


class RiskPolicyDraftRow(Base):
    """A saved version of the quality team's file: it waits for a second person, or was settled."""

    __tablename__ = "risk_policy_draft"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(NAME)
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(ID)
    written_at: Mapped[datetime]
    settled: Mapped[str] = mapped_column(String(16))  # empty while it waits; approved, sent back, replaced
    settled_by: Mapped[str] = mapped_column(ID)
    settled_at: Mapped[datetime | None]


class WorklistRow(Base):
    """Who is on the worklist of a host EHR, in order, since the last refresh."""

    __tablename__ = "worklist"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    patient_id: Mapped[str] = mapped_column(ID)

    __table_args__ = (Index("ix_worklist_patient", "host_ehr", "patient_id"),)


class WorklistOwnerRow(Base):
    """Who looks after a patient of the worklist; it stays when the patient leaves the list and comes back."""

    __tablename__ = "worklist_owner"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner: Mapped[str] = mapped_column(ID)
    since: Mapped[datetime]
