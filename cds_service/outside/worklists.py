"""The worklist of each host EHR: who is on it, in order, and who looks after whom."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.tables.risk import WorklistOwnerRow, WorklistRow


class Worklists:
    """Keyed by host EHR; a list is replaced as a whole, so a reader gets all of the one or of the other."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    def replace(self, host_ehr: str, patients: Sequence[str]) -> None:
        """Make the list consist of these patients, in this order."""
        rows = [
            {"host_ehr": host_ehr, "place": place, "patient_id": patient}
            for place, patient in enumerate(patients, start=1)
        ]
        with self._database.transaction() as connection:
            connection.execute(delete(WorklistRow).where(WorklistRow.host_ehr == host_ehr))
            if rows:
                connection.execute(insert(WorklistRow), rows)

    def patients(self, host_ehr: str) -> tuple[str, ...]:
        """The list, the highest risk first."""
        rows = select(WorklistRow.patient_id).where(WorklistRow.host_ehr == host_ehr)
        with self._database.reading() as connection:
            return tuple(connection.execute(rows.order_by(WorklistRow.place)).scalars())

    def owners(self, host_ehr: str) -> dict[str, str]:
        """Who looks after each patient."""
        rows = select(WorklistOwnerRow.patient_id, WorklistOwnerRow.owner).where(
            WorklistOwnerRow.host_ehr == host_ehr
        )
        with self._database.reading() as connection:
            return {row.patient_id: row.owner for row in connection.execute(rows)}

    def give(self, host_ehr: str, patient_id: str, owner: str, *, by: str) -> bool:
        """Give a patient of the list to somebody, or with an empty `owner` back; False: not on the list."""
        mine = (WorklistOwnerRow.host_ehr == host_ehr, WorklistOwnerRow.patient_id == patient_id)
        listed = select(WorklistRow.place).where(
            WorklistRow.host_ehr == host_ehr, WorklistRow.patient_id == patient_id
        )
        with self._database.transaction() as connection:
            if connection.execute(listed).first() is None:
                return False
            connection.execute(delete(WorklistOwnerRow).where(*mine))
            if owner:
                row = {"host_ehr": host_ehr, "patient_id": patient_id, "owner": owner, "since": clock.now()}
                connection.execute(insert(WorklistOwnerRow), row)
            self._audit.record(
                host_ehr=host_ehr,
                actor=by,
                action="worklist-owner",
                patient_id=patient_id,
                detail={"owner": owner},
                within=connection,
            )
        return True
