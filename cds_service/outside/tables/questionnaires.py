"""Forms of the installation's own, imported as FHIR Questionnaires. They say nothing of any patient."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from cds_service.outside.tables.base import HASH, NAME, Base


class QuestionnaireRow(Base):
    """One Questionnaire, as it was read from its file."""

    __tablename__ = "questionnaire"
    instrument_id: Mapped[str] = mapped_column(NAME, primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(HASH)
    imported_at: Mapped[datetime]
