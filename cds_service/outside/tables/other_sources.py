"""What other sources (claims, another EHR's documents) say of the patients of a host EHR."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import ID, NAME, Base


class OtherSourceRow(Base):
    """A source that is loaded, and which loading of it counts; what an unfinished loading left does not."""

    __tablename__ = "other_source"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    source: Mapped[str] = mapped_column(NAME, primary_key=True)
    loading: Mapped[str] = mapped_column(NAME)
    patients: Mapped[int]
    resources: Mapped[int]
    loaded_at: Mapped[datetime]


class OtherResourcesRow(Base):
    """Some of one patient's resources from one loading, sealed together."""

    __tablename__ = "other_resources"
    host_ehr: Mapped[str] = mapped_column(NAME, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ID, primary_key=True)
    source: Mapped[str] = mapped_column(NAME, primary_key=True)
    loading: Mapped[str] = mapped_column(NAME, primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[str] = mapped_column(Text)
