"""Reading the audit: its rows, newest first, a page at a time. `AuditLog.verify` says if they are whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, select

from cds_service.outside.database import Database
from cds_service.outside.tables.audit import AuditEventRow

PAGE = 50


@dataclass(frozen=True)
class AuditEvent:
    """One row, as a person reads it; `recorded` is an ISO date and time in UTC."""

    seq: int
    recorded: str
    host_ehr: str
    actor: str
    action: str
    outcome: str
    patient_id: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which rows: texts that must be equal (empty: any), days as ISO dates, and how far back one has read."""

    actor: str = ""
    action: str = ""
    outcome: str = ""
    host_ehr: str = ""
    patient_id: str = ""
    since: str = ""  # the first day, such as 2026-11-01
    until: str = ""  # the last day
    before: int | None = None  # rows older than this one


class AuditReader:
    """Reads what `AuditLog` wrote."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: Wanted) -> tuple[AuditEvent, ...]:
        """At most PAGE rows, the newest first."""
        return self._rows(wanted, PAGE)

    def actions(self) -> tuple[str, ...]:
        """Every action there is, to choose from."""
        with self._database.reading() as connection:
            actions = select(AuditEventRow.action).distinct().order_by(AuditEventRow.action)
            return tuple(connection.execute(actions).scalars())

    def latest(self, host_ehr: str, action: str) -> AuditEvent | None:
        """The newest row of an action at a host EHR."""
        return next(iter(self._rows(Wanted(host_ehr=host_ehr, action=action), 1)), None)

    def last_of(self, host_ehr: str) -> AuditEvent | None:
        """The newest row about a patient of a host EHR: when it was last used."""
        used = AuditEventRow.patient_id.is_not(None)
        return next(iter(self._rows(Wanted(host_ehr=host_ehr), 1, used)), None)

    def _rows(self, wanted: Wanted, most: int, *more: ColumnElement[bool]) -> tuple[AuditEvent, ...]:
        rows = select(AuditEventRow.__table__).where(*_conditions(wanted), *more)
        with self._database.reading() as connection:
            found = connection.execute(rows.order_by(AuditEventRow.seq.desc()).limit(most)).all()
        return tuple(_event(row) for row in found)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [
        getattr(AuditEventRow, name) == value.replace("\x00", "")  # PostgreSQL cannot be asked for a NUL
        for name in ("actor", "action", "outcome", "host_ehr", "patient_id")
        if (value := getattr(wanted, name))
    ]
    if wanted.since:
        conditions.append(AuditEventRow.recorded >= wanted.since)
    if wanted.until:  # texts of one form are in the order of time; "T24" is behind every hour of a day
        conditions.append(AuditEventRow.recorded < f"{wanted.until}T24")
    if wanted.before is not None:
        conditions.append(AuditEventRow.seq < wanted.before)
    return conditions


def _event(row: Row[Any]) -> AuditEvent:
    try:
        detail = orjson.loads(row.detail)
    except orjson.JSONDecodeError:  # somebody edited the row: verify says so, the page still opens
        detail = {"unreadable": True}
    return AuditEvent(
        row.seq, row.recorded, row.host_ehr, row.actor, row.action, row.outcome, row.patient_id, detail
    )
