"""Gaps a clinician put off: "not now", with a reason, until a day. It is no closure, and ends by itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.ids import id_only
from cds_service.outside.tables.writes import PutOffGapRow


@dataclass(frozen=True)
class PutOff:
    """Why a measure's gap is not asked for now, and until when."""

    measure_id: str
    reason: str
    until: datetime


class PutOffGaps:
    """One for each patient and measure of a host EHR; the latest counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_off(
        self,
        host_ehr: str,
        patient_id: str,
        gap: PutOff,
        actor: str,
        *,
        within: Connection | None = None,
    ) -> None:
        row = {
            "host_ehr": host_ehr,
            "patient_id": patient_id,
            "measure_id": gap.measure_id,
            "reason": gap.reason,
            "actor": id_only(actor),
            "put_off_at": clock.now(),
            "until": gap.until,
        }
        with self._database.joined(within) as connection:
            connection.execute(delete(PutOffGapRow).where(*_key(host_ehr, patient_id, gap.measure_id)))
            connection.execute(insert(PutOffGapRow), row)

    def ask_again(
        self, host_ehr: str, patient_id: str, measure_id: str, *, within: Connection | None = None
    ) -> None:
        with self._database.joined(within) as connection:
            connection.execute(delete(PutOffGapRow).where(*_key(host_ehr, patient_id, measure_id)))

    def now(self, host_ehr: str, patient_id: str) -> dict[str, PutOff]:
        """Those that are put off at this moment, by measure."""
        rows = select(PutOffGapRow.measure_id, PutOffGapRow.reason, PutOffGapRow.until).where(
            PutOffGapRow.host_ehr == host_ehr,
            PutOffGapRow.patient_id == patient_id,
            PutOffGapRow.until > clock.now(),
        )
        with self._database.reading() as connection:
            return {row.measure_id: PutOff(*row) for row in connection.execute(rows)}


def _key(host_ehr: str, patient_id: str, measure_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        PutOffGapRow.host_ehr == host_ehr,
        PutOffGapRow.patient_id == patient_id,
        PutOffGapRow.measure_id == measure_id,
    )
