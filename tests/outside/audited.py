"""What the audit says was done."""

from __future__ import annotations

from sqlalchemy import select

from cds_service.outside.database import Database
from cds_service.outside.tables.audit import AuditEventRow


def actions(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.execute(select(AuditEventRow.action).order_by(AuditEventRow.seq)).scalars())
