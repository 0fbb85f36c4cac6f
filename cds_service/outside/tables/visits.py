"""Cards in their visit, and what rests for a while because somebody set it aside with a coded reason."""

from datetime import datetime

from sqlalchemy import Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import ID, KEY_IS_THE_TABLE, NAME, Base


class CardInVisitRow(Base):
    """A card as it was shown, or silently tracked: in which visit, on which fact, to whom, where."""

    __tablename__ = "card_in_visit"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ID, primary_key=True)
    visit: Mapped[str] = mapped_column(ID, primary_key=True)
    card_uuid: Mapped[str] = mapped_column(ID, primary_key=True)
    user_id: Mapped[str] = mapped_column(ID)
    role: Mapped[str] = mapped_column(String(64))
    site: Mapped[str] = mapped_column(ID)
    service_id: Mapped[str] = mapped_column(ID)
    rule_id: Mapped[str] = mapped_column(ID)
    fact: Mapped[str] = mapped_column(ID)
    concern: Mapped[str] = mapped_column(String(16))
    rests_as: Mapped[str] = mapped_column(ID)  # once it is set aside; empty: never
    silent: Mapped[bool] = mapped_column(Boolean)
    shown_at: Mapped[datetime]

    __table_args__ = (Index("ix_card_in_visit_card", "host_ehr", "card_uuid"), KEY_IS_THE_TABLE)


class SnoozedRuleRow(Base):
    """A rule, or what one of its cards is about, that rests for one patient and one user, or everyone in a
    role, until a moment.
    """

    __tablename__ = "snoozed_rule"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ID, primary_key=True)
    rests_as: Mapped[str] = mapped_column(ID, primary_key=True)
    who: Mapped[str] = mapped_column(ID, primary_key=True)  # "user:Practitioner/1" or "role:Practitioner"
    reason: Mapped[str] = mapped_column(ID)
    card_uuid: Mapped[str] = mapped_column(ID)
    until: Mapped[datetime]

    __table_args__ = KEY_IS_THE_TABLE
