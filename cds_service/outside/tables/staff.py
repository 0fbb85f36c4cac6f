"""Staff: accounts, who is signed in, and tries to sign in.

These belong to the installation, not to a host EHR: who registers host EHRs is there before the first one.
"""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import HASH, ID, Base


class StaffAccountRow(Base):
    """A person with roles. Without a password it is one whom the identity provider signs in."""

    __tablename__ = "staff_account"
    name: Mapped[str] = mapped_column(ID, primary_key=True)
    shown_as: Mapped[str] = mapped_column(ID)
    roles: Mapped[str] = mapped_column(String(200))  # separated by spaces, in the order of the alphabet
    password: Mapped[str | None] = mapped_column(Text)  # its argon2id hash, sealed
    made_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]


class StaffSessionRow(Base):
    """One signed-in browser, found by the hash of its secret."""

    __tablename__ = "staff_session"
    secret_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    account: Mapped[str] = mapped_column(ID)
    opened_at: Mapped[datetime]
    used_at: Mapped[datetime]

    __table_args__ = (Index("ix_staff_session_account", "account"),)


class SignInTriesRow(Base):
    """Tries to sign in since a moment: for an account, for an address, and for the two together."""

    __tablename__ = "sign_in_tries"
    counted: Mapped[str] = mapped_column(HASH, primary_key=True)  # hash of what is counted
    tries: Mapped[int]
    began_at: Mapped[datetime]
