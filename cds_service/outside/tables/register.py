"""Registered host EHRs, and the keys of this installation."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import HASH, NAME, URL, Base


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
