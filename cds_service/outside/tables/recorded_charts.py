"""Charts without the person, on which changed card rules are tried. When they were recorded is not told: the
distance to the dates within would give away by how much those were moved.
"""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import ID, NAME, Base


class RecordedChartRow(Base):
    """The newest call of one patient at one service, under a pseudonym, sealed."""

    __tablename__ = "recorded_chart"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    service_id: Mapped[str] = mapped_column(ID, primary_key=True)
    pseudonym: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[int]  # the newest has the highest
    sealed: Mapped[str] = mapped_column(Text)
