"""The store of what risk models are watched by: the drift of each night, what came of each month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, inspect, select

from cds_service.outside.database import Database
from cds_service.outside.tables.base import Base
from cds_service.outside.tables.risk_bands import RiskBandRow
from cds_service.outside.tables.risk_watch import RiskMonthRow, RiskNightRow
from measures.risk.watch import FEWEST_PATIENTS, BandMonth, Month, Night


class RiskNights:
    """Keyed by host EHR and model; safe for threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self,
        host_ehr: str,
        model: str,
        night: Night,
        months: Iterable[Month] = (),
        bands: Iterable[BandMonth] = (),
    ) -> None:
        """Keep a night and months as they are counted now, each in place of one of the same day."""
        mine = {"host_ehr": host_ehr, "model": model}
        with self._database.transaction() as connection:
            drift = orjson.dumps(night.drift).decode()
            _replace(connection, RiskNightRow, {**mine, **vars(night), "drift": drift})
            for month in months:
                _replace(connection, RiskMonthRow, {**mine, **vars(month)})
            for band in bands:
                _replace(connection, RiskBandRow, {**mine, **vars(band)})

    def nights(self, host_ehr: str, model: str, most: int = 1) -> tuple[Night, ...]:
        """So many nights, the latest first."""
        rows = _nights(host_ehr, model).order_by(RiskNightRow.as_of.desc()).limit(most)
        with self._database.reading() as connection:
            return tuple(map(_night, connection.execute(rows)))

    def first(self, host_ehr: str, model: str) -> Night | None:
        """The first night in which patients enough were scored; what drifts is told against it where there
        was no training.
        """
        scored = RiskNightRow.patients - RiskNightRow.abstained
        rows = _nights(host_ehr, model).where(scored >= FEWEST_PATIENTS).order_by(RiskNightRow.as_of)
        with self._database.reading() as connection:
            return next(map(_night, connection.execute(rows.limit(1))), None)

    def days(self, host_ehr: str, model: str, since: date) -> tuple[date, ...]:
        """The days since then of which a night is kept, the oldest first."""
        table = RiskNightRow.__table__
        rows = select(table.c.as_of).where(
            table.c.host_ehr == host_ehr, table.c.model == model, table.c.as_of >= since
        )
        with self._database.reading() as connection:
            return tuple(connection.execute(rows.order_by(table.c.as_of)).scalars())

    def months(self, host_ehr: str, model: str) -> tuple[Month, ...]:
        """Every month, the oldest first."""
        table = RiskMonthRow.__table__
        rows = select(table.c.as_of, table.c.patients, table.c.expected, table.c.observed).where(
            table.c.host_ehr == host_ehr, table.c.model == model
        )
        with self._database.reading() as connection:
            return tuple(Month(*row) for row in connection.execute(rows.order_by(table.c.as_of)))

    def bands(self, host_ehr: str, model: str) -> tuple[BandMonth, ...]:
        """Every band of every month, the oldest first."""
        table = RiskBandRow.__table__
        rows = select(table.c.as_of, table.c.band, table.c.patients, table.c.observed).where(
            table.c.host_ehr == host_ehr, table.c.model == model
        )
        with self._database.reading() as connection:
            found = connection.execute(rows.order_by(table.c.as_of, table.c.band))
            return tuple(BandMonth(*row) for row in found)


def _nights(host_ehr: str, model: str) -> Any:
    table = RiskNightRow
    return select(table.as_of, table.patients, table.abstained, table.drift).where(
        table.host_ehr == host_ehr, table.model == model
    )


def _night(row: Any) -> Night:
    return Night(row.as_of, row.patients, row.abstained, tuple(orjson.loads(row.drift)))


def _replace(connection: Connection, row: type[Base], values: dict[str, Any]) -> None:
    key = inspect(row).primary_key
    connection.execute(delete(row).where(*(column == values[column.name] for column in key)))
    connection.execute(insert(row), values)
