"""How often events came by band of the expert points: counts of a panel, nothing of any patient."""

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import KEY_IS_THE_TABLE, NAME, Base


class RiskBandRow(Base):
    """The patients with so many points on a day, and how many of them had an event by the last refresh."""

    __tablename__ = "risk_band"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    model: Mapped[str] = mapped_column(String(128), primary_key=True)
    as_of: Mapped[date] = mapped_column(Date, primary_key=True)
    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    patients: Mapped[int]
    observed: Mapped[int]

    __table_args__ = (KEY_IS_THE_TABLE,)
