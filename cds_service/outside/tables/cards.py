"""Cards that were shown, what became of them, and the tokens of the calls that asked for them."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import HASH, ID, KEY_IS_THE_TABLE, NAME, URL, Base


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

    __table_args__ = KEY_IS_THE_TABLE


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

    __table_args__ = KEY_IS_THE_TABLE
