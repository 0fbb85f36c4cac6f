"""The ledger of what was written to host EHRs: each thing saved once, however often it is sent.

The browser makes a key for each form it shows. Whoever sends it first holds the claim; whoever comes while it
lasts is told so; whoever comes later is given what became of it and may finish it. A claim that nobody ended
(a killed process) lapses, and what was under way then counts as unknown: it is looked for in the EHR before
it is sent again.

A row outlives every way to send its form again (a chart session, a kept form); then it goes, with the next
new one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, select, update

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.tables.writes import EhrWriteRow


class WriteState(StrEnum):
    BEGUN = "begun"
    WRITTEN = "written"
    FAILED = "failed"  # nothing, or only a part, was written; the rest can be tried again
    UNKNOWN = "unknown"  # something was sent and never answered
    UNDONE = "undone"


@dataclass(frozen=True)
class Part:
    """One resource of a write. `fate` is one of ehr_writer.Fate, or "begun" from just before it is sent."""

    name: str
    kind: str
    fate: str
    id: str = ""
    version: str = ""


@dataclass(frozen=True)
class Write:
    """One row of the ledger. Its key is (host_ehr, patient_id, key)."""

    host_ehr: str
    patient_id: str
    key: str
    launch_id: str
    what: str
    measure_id: str
    content_hash: str
    state: WriteState
    parts: tuple[Part, ...]
    begun_at: datetime
    changed_at: datetime

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)

    def with_part(self, part: Part) -> "Write":
        """The same with one part replaced, or added."""
        names = [each.name for each in self.parts]
        if part.name not in names:
            return replace(self, parts=(*self.parts, part))
        return replace(self, parts=tuple(part if each.name == part.name else each for each in self.parts))

    @property
    def written(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.id and part.fate == "written")


class OtherContent(Exception):
    """The key was used before, for something else."""


class BeingWritten(Exception):
    """Another request holds the claim: the same form, sent twice."""


class EhrWrites:
    """The ledger. Safe for threads and processes: the database decides who is first."""

    def __init__(self, database: Database, *, kept_days: int) -> None:
        self._database = database
        self._kept = timedelta(days=kept_days)
        self._once = database.insert_once(EhrWriteRow)

    def begin(self, write: Write, *, seconds: float, within: Connection | None = None) -> Write:
        """Claim a write, new or unfinished, for `seconds`; one that is finished comes back as it is.

        Raises OtherContent or BeingWritten.
        """
        now = clock.now()
        until = now + timedelta(seconds=seconds)
        row = _row(write) | {"claimed_until": until}
        mine = _key(write)
        with self._database.joined(within) as connection:
            if connection.execute(self._once, row).rowcount == 1:
                connection.execute(delete(EhrWriteRow).where(EhrWriteRow.changed_at <= now - self._kept))
                return write
            found = connection.execute(select(EhrWriteRow.__table__).where(*mine)).one()
            if found.content_hash != write.content_hash:
                raise OtherContent
            if found.state in (WriteState.WRITTEN, WriteState.UNDONE):
                return _read(found)
            free = EhrWriteRow.claimed_until.is_(None) | (EhrWriteRow.claimed_until <= now)
            claim = update(EhrWriteRow).where(*mine, free).values(claimed_until=until)
            if connection.execute(claim).rowcount != 1:
                raise BeingWritten
            return _read(found)

    def note(self, write: Write, *, done: bool, within: Connection | None = None) -> Write:
        """Keep how far a write has come; `done` ends the claim."""
        change: dict[str, Any] = {"state": write.state, "changed_at": clock.now()}
        change["parts"] = _told(write.parts)
        change |= {"claimed_until": None} if done else {}
        with self._database.joined(within) as connection:
            connection.execute(update(EhrWriteRow).where(*_key(write)).values(change))
        return write

    def get(self, host_ehr: str, patient_id: str, key: str) -> Write | None:
        with self._database.reading() as connection:
            mine = _keyed(host_ehr, patient_id, key)
            found = connection.execute(select(EhrWriteRow.__table__).where(*mine)).first()
        return _read(found) if found else None

    def since(self, host_ehr: str, patient_id: str, moment: datetime) -> tuple[Write, ...]:
        """What was written, tried or undone for a patient since a moment, the latest first."""
        rows = (
            select(EhrWriteRow.__table__)
            .where(
                EhrWriteRow.host_ehr == host_ehr,
                EhrWriteRow.patient_id == patient_id,
                EhrWriteRow.changed_at >= moment,
            )
            .order_by(EhrWriteRow.changed_at.desc())
        )
        with self._database.reading() as connection:
            return tuple(_read(row) for row in connection.execute(rows))


def _keyed(host_ehr: str, patient_id: str, key: str) -> tuple[Any, ...]:
    return (
        EhrWriteRow.host_ehr == host_ehr,
        EhrWriteRow.patient_id == patient_id,
        EhrWriteRow.write_key == key,
    )


def _key(write: Write) -> tuple[Any, ...]:
    return _keyed(write.host_ehr, write.patient_id, write.key)


def _told(parts: Iterable[Part]) -> str:
    listed = [[part.name, part.kind, part.fate, part.id, part.version] for part in parts]
    return orjson.dumps(listed).decode()


def _row(write: Write) -> dict[str, Any]:
    return {
        "host_ehr": write.host_ehr,
        "patient_id": write.patient_id,
        "write_key": write.key,
        "launch_id": write.launch_id,
        "what": write.what,
        "measure_id": write.measure_id,
        "content_hash": write.content_hash,
        "state": write.state,
        "parts": _told(write.parts),
        "begun_at": write.begun_at,
        "changed_at": write.changed_at,
    }


def _read(row: Row[Any]) -> Write:
    return Write(
        host_ehr=row.host_ehr,
        patient_id=row.patient_id,
        key=row.write_key,
        launch_id=row.launch_id,
        what=row.what,
        measure_id=row.measure_id,
        content_hash=row.content_hash,
        state=WriteState(row.state),
        parts=tuple(Part(*listed) for listed in orjson.loads(row.parts)),
        begun_at=row.begun_at,
        changed_at=row.changed_at,
    )
