"""The versions of the quality team's file about risk: saved by one person, released by another, taken back in
one step. Each stays; the latest that was released is in use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select, update

from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.risk_models import NotAllowed
from cds_service.outside.tables.risk import RiskPolicyDraftRow, RiskPolicyRow

Settled = Literal["", "approved", "sent back", "replaced"]


@dataclass(frozen=True)
class ReleasedPolicy:
    """One version as it was written. `again` is the number of the text it repeats after a roll-back, 0 for
    the shipped one.
    """

    number: int
    version: str
    text: str
    by: str
    at: datetime
    again: int | None = None

    @property
    def of(self) -> int:
        """The number its text was first released as."""
        return self.number if self.again is None else self.again

    @property
    def path(self) -> Path:
        """Its name in messages."""
        return Path(f"risk file {self.version}")


@dataclass(frozen=True)
class SavedPolicy:
    """One version as it was saved, and what became of it; it waits while nothing did."""

    number: int
    version: str
    text: str
    author: str
    written_at: datetime
    settled: Settled
    settled_by: str
    settled_at: datetime | None


class RiskPolicies:
    """Of the whole installation."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    # -- saved -----------------------------------------------------------------------------------------------

    def save(self, version: str, text: str, *, author: str) -> SavedPolicy:
        """Keep a checked file, which then waits for a second person; whatever waited is replaced by it.

        Raises NotAllowed when the version has stood over another text.
        """
        row = RiskPolicyDraftRow
        with self._database.transaction() as connection:
            for table in (row, RiskPolicyRow):
                others = select(table.number).where(table.version == version, table.text != text)
                if connection.execute(others.limit(1)).first() is not None:
                    raise NotAllowed(f"version {version!r} stands over another text; give it another one")
            self._settle(connection, row.settled == "", "replaced", author)
            number = (connection.execute(select(func.max(row.number))).scalar() or 0) + 1
            saved = SavedPolicy(int(number), version, text, author, clock.now(), "", "", None)
            connection.execute(insert(row), vars(saved))
            self._audit.note(connection, author, "risk-policy-saved", {"number": number, "version": version})
        return saved

    def saved(self) -> tuple[SavedPolicy, ...]:
        """Every saved version, the newest first."""
        rows = select(RiskPolicyDraftRow.__table__).order_by(RiskPolicyDraftRow.number.desc())
        with self._database.reading() as connection:
            return tuple(SavedPolicy(*row) for row in connection.execute(rows))

    def waiting(self) -> SavedPolicy | None:
        """What waits for a second person."""
        return next((one for one in self.saved() if not one.settled), None)

    def approve(self, number: int, *, by: str) -> int:
        """Release what waits; the number it is in use as. Raises NotAllowed, for its author too."""
        with self._database.transaction() as connection:
            waiting = _waiting(connection, number)
            if waiting.author == by:
                raise NotAllowed("whoever wrote a risk file cannot approve it; ask a second person")
            self._settle(connection, RiskPolicyDraftRow.number == number, "approved", by)
            return self._release(connection, waiting.version, waiting.text, by)

    def send_back(self, number: int, *, by: str) -> None:
        """It does not wait any more, and stays to be read. Raises NotAllowed."""
        with self._database.transaction() as connection:
            waiting = _waiting(connection, number)
            self._settle(connection, RiskPolicyDraftRow.number == number, "sent back", by)
            detail = {"number": number, "version": waiting.version}
            self._audit.note(connection, by, "risk-policy-sent-back", detail)

    # -- released --------------------------------------------------------------------------------------------

    def roll_back(self, shipped: str, shipped_version: str, *, by: str) -> ReleasedPolicy:
        """Put back what was in use before; before the first, the shipped file. Raises NotAllowed."""
        with self._database.transaction() as connection:
            released = {one.number: one for one in _released(connection)}
            now = released[max(released)].of if released else 0
            if not now:
                raise NotAllowed("the risk file in use is the shipped one; there is none before it")
            before = released[now - 1].of if now > 1 else 0
            version, text = shipped_version, shipped
            if before:
                version, text = released[before].version, released[before].text
            self._release(connection, version, text, by, again=before)
            return _released(connection)[0]

    def released(self) -> tuple[ReleasedPolicy, ...]:
        """Every version that was in use, the newest first."""
        with self._database.reading() as connection:
            return _released(connection)

    def latest(self) -> ReleasedPolicy | None:
        """The one in use; None while nothing was released."""
        return next(iter(self.released()), None)

    def number(self) -> int:
        """The number of the one in use; 0 while nothing was released."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(RiskPolicyRow.number))).scalar() or 0

    def _release(
        self, connection: Connection, version: str, text: str, by: str, again: int | None = None
    ) -> int:
        number = int(connection.execute(select(func.max(RiskPolicyRow.number))).scalar() or 0) + 1
        row = {"number": number, "version": version, "text": text, "by": by, "at": clock.now()}
        connection.execute(insert(RiskPolicyRow), {**row, "again": again})
        action = "risk-policy-released" if again is None else "risk-policy-rolled-back"
        self._audit.note(connection, by, action, {"number": number, "version": version})
        return number

    def _settle(self, connection: Connection, which: Any, settled: Settled, by: str) -> None:
        told = {"settled": settled, "settled_by": by, "settled_at": clock.now()}
        connection.execute(update(RiskPolicyDraftRow).where(which).values(**told))


def _waiting(connection: Connection, number: int) -> SavedPolicy:
    """What waits, held until the transaction ends: of two people at the same moment the second finds none."""
    table = RiskPolicyDraftRow.__table__
    waits = select(table).where(table.c.number == number, table.c.settled == "").with_for_update()
    row = connection.execute(waits).first()
    if row is None:
        raise NotAllowed(f"no risk file of number {number} waits for approval any more")
    return SavedPolicy(*row)


def _released(connection: Connection) -> tuple[ReleasedPolicy, ...]:
    rows = select(RiskPolicyRow.__table__).order_by(RiskPolicyRow.number.desc())
    return tuple(ReleasedPolicy(*row) for row in connection.execute(rows))
