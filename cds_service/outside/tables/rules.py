"""Card rules kept in the database: their texts, what was done with them, and what shadows would have shown.

A text belongs to the installation, as the files in the rule folders do; where it stands is of a host EHR.
"""

from datetime import date, datetime

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import ID, KEY_IS_THE_TABLE, NAME, Base

LONGEST_WHY = 500  # characters


class RuleTextRow(Base):
    """One saved text of a rule. Never changed: an edit is the next revision."""

    __tablename__ = "rule_text"
    rule_id: Mapped[str] = mapped_column(ID, primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(32))  # as the text says it
    owner: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(ID)
    written_at: Mapped[datetime]


class RuleStepRow(Base):
    """One deed in the life of a rule at a host EHR. Never changed."""

    __tablename__ = "rule_step"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule_id: Mapped[str] = mapped_column(ID)
    revision: Mapped[int]
    deed: Mapped[str] = mapped_column(String(32))
    aim: Mapped[str | None] = mapped_column(String(32))
    starts: Mapped[date | None] = mapped_column(Date)
    by: Mapped[str] = mapped_column(ID)
    why: Mapped[str] = mapped_column(String(LONGEST_WHY), server_default="")
    done_at: Mapped[datetime]


class RuleGenerationRow(Base):
    """Counts the changes of all rules: locked by whoever makes the next, asked for by every worker."""

    __tablename__ = "rule_generation"
    counter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # there is one: 1
    number: Mapped[int]


class ShadowFireRow(Base):
    """A visit in which a shadow would have shown a card."""

    __tablename__ = "shadow_fire"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    rule_id: Mapped[str] = mapped_column(ID, primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    patient_id: Mapped[str] = mapped_column(ID, primary_key=True)
    visit: Mapped[str] = mapped_column(ID, primary_key=True)
    noted_at: Mapped[datetime]

    __table_args__ = KEY_IS_THE_TABLE
