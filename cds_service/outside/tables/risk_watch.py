"""What a risk model is watched by, each night and each month: counts of a panel, nothing of any patient."""

from datetime import date

from sqlalchemy import Date, Float, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import KEY_IS_THE_TABLE, NAME, Base


class RiskNightRow(Base):
    """A panel as a model scored it on a day, against its training."""

    __tablename__ = "risk_night"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    model: Mapped[str] = mapped_column(String(128), primary_key=True)
    as_of: Mapped[date] = mapped_column(Date, primary_key=True)
    patients: Mapped[int]
    abstained: Mapped[int]
    drift: Mapped[str] = mapped_column(Text)  # JSON, as measures/risk/drift.py tells it

    __table_args__ = (KEY_IS_THE_TABLE,)


class RiskMonthRow(Base):
    """What was foretold on a day, and what has come of it by the last refresh."""

    __tablename__ = "risk_month"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    model: Mapped[str] = mapped_column(String(128), primary_key=True)
    as_of: Mapped[date] = mapped_column(Date, primary_key=True)
    patients: Mapped[int]
    expected: Mapped[float] = mapped_column(Float)
    observed: Mapped[int]

    __table_args__ = (KEY_IS_THE_TABLE,)
