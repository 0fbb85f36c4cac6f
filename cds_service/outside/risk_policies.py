"""The versions of the quality team's file about risk; each stays, the latest is in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, insert, select

from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.tables.risk import RiskPolicyRow


@dataclass(frozen=True)
class ReleasedPolicy:
    """One version as it was written."""

    number: int
    version: str
    text: str
    by: str
    at: datetime

    @property
    def path(self) -> Path:
        """Its name in messages."""
        return Path(f"risk file {self.version}")


class RiskPolicies:
    """Of the whole installation."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    def release(self, version: str, text: str, *, by: str) -> int:
        """Make a checked file the one in use; its number."""
        with self._database.transaction() as connection:
            number = (connection.execute(select(func.max(RiskPolicyRow.number))).scalar() or 0) + 1
            row = {"number": number, "version": version, "text": text, "by": by, "at": clock.now()}
            connection.execute(insert(RiskPolicyRow), row)
            self._audit.record(
                host_ehr="",
                actor=by,
                action="risk-policy-released",
                patient_id=None,
                detail={"number": number, "version": version},
                within=connection,
            )
        return int(number)

    def latest(self) -> ReleasedPolicy | None:
        """The one in use; None while nothing was released."""
        rows = select(RiskPolicyRow.__table__).order_by(RiskPolicyRow.number.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(rows).first()
        return ReleasedPolicy(*row) if row else None

    def number(self) -> int:
        """The number of the one in use; 0 while nothing was released."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(RiskPolicyRow.number))).scalar() or 0
