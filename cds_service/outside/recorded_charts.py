"""Calls without the person, sealed, by host EHR and service: so many of the newest, one for each patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import delete, func, insert, select

from cds_service.outside.database import Database
from cds_service.outside.tables.recorded_charts import RecordedChartRow
from cds_service.outside.vault import Vault, VaultError

_ROW = RecordedChartRow.__table__


class RecordedCharts:
    """Keeps them. `most` of one service of a host EHR; none with 0."""

    def __init__(self, database: Database, vault: Vault, most: int) -> None:
        self._database = database
        self._vault = vault
        self._most = most

    @property
    def keeps(self) -> bool:
        """Whether anything is recorded here."""
        return self._most > 0

    def keep(self, host_ehr: str, service_id: str, pseudonym: str, document: bytes) -> None:
        """Keep a call in the place of that patient's earlier one; the oldest go where there are too many."""
        if not self.keeps:
            return
        sealed = self._vault.seal(document.decode(), where=_where(host_ehr, service_id, pseudonym))
        here = (_ROW.c.host_ehr == host_ehr, _ROW.c.service_id == service_id)
        newest_first = select(_ROW.c.number).where(*here).order_by(_ROW.c.number.desc())
        with self._database.transaction() as connection:
            number = (connection.execute(select(func.max(_ROW.c.number)).where(*here)).scalar() or 0) + 1
            connection.execute(delete(RecordedChartRow).where(*here, _ROW.c.pseudonym == pseudonym))
            row = {"host_ehr": host_ehr, "service_id": service_id, "pseudonym": pseudonym}
            connection.execute(insert(RecordedChartRow), row | {"number": number, "sealed": sealed})
            too_old = connection.execute(newest_first.offset(self._most).limit(1)).scalar()
            if too_old is not None:
                connection.execute(delete(RecordedChartRow).where(*here, _ROW.c.number <= too_old))

    def counts(self, host_ehr: str) -> Mapping[str, int]:
        """How many there are of each service that has any."""
        counted = select(_ROW.c.service_id, func.count()).where(_ROW.c.host_ehr == host_ehr)
        with self._database.reading() as connection:
            rows = connection.execute(counted.group_by(_ROW.c.service_id).order_by(_ROW.c.service_id))
            return {service: int(number) for service, number in rows}

    def all(self, host_ehr: str, service_id: str) -> Iterator[bytes]:
        """The calls of a service, the newest first, each read when it is asked for: thousands would not fit
        into memory.
        """
        here = (_ROW.c.host_ehr == host_ehr, _ROW.c.service_id == service_id)
        with self._database.reading() as connection:
            newest_first = select(_ROW.c.pseudonym).where(*here).order_by(_ROW.c.number.desc())
            pseudonyms = connection.execute(newest_first).scalars().all()
        for pseudonym in pseudonyms:
            document = self._one(host_ehr, service_id, pseudonym)
            if document is not None:
                yield document

    def forget(self) -> None:
        """Remove every call of every host EHR."""
        with self._database.transaction() as connection:
            connection.execute(delete(RecordedChartRow))

    def _one(self, host_ehr: str, service_id: str, pseudonym: str) -> bytes | None:
        """None when it went meanwhile, or is sealed with a secret key this process does not have: it will be
        recorded again.
        """
        mine = (
            _ROW.c.host_ehr == host_ehr,
            _ROW.c.service_id == service_id,
            _ROW.c.pseudonym == pseudonym,
        )
        with self._database.reading() as connection:
            sealed = connection.execute(select(_ROW.c.sealed).where(*mine)).scalar()
        if sealed is None:
            return None
        try:
            return self._vault.open(sealed, where=_where(host_ehr, service_id, pseudonym)).encode()
        except VaultError:
            return None


def _where(host_ehr: str, service_id: str, pseudonym: str) -> str:
    return f"{host_ehr}/recorded_chart/{service_id}/{pseudonym}/sealed"
