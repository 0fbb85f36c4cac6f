"""Charts without the person, sealed, by host EHR: so many of the newest, one for each patient."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, func, insert, select

from cds_service.outside.database import Database
from cds_service.outside.tables.recorded_charts import RecordedChartRow
from cds_service.outside.vault import Vault, VaultError

_ROW = RecordedChartRow.__table__


class RecordedCharts:
    """Keeps them. `most` of one host EHR; none with 0."""

    def __init__(self, database: Database, vault: Vault, most: int) -> None:
        self._database = database
        self._vault = vault
        self._most = most

    @property
    def keeps(self) -> bool:
        """Whether anything is recorded here."""
        return self._most > 0

    def keep(self, host_ehr: str, pseudonym: str, document: bytes) -> None:
        """Keep a chart in the place of that patient's earlier one; the oldest go where there are too many."""
        if not self.keeps:
            return
        sealed = self._vault.seal(document.decode(), where=_where(host_ehr, pseudonym))
        here = _ROW.c.host_ehr == host_ehr
        newest_first = select(_ROW.c.number).where(here).order_by(_ROW.c.number.desc())
        with self._database.transaction() as connection:
            number = (connection.execute(select(func.max(_ROW.c.number)).where(here)).scalar() or 0) + 1
            connection.execute(delete(RecordedChartRow).where(here, _ROW.c.pseudonym == pseudonym))
            row = {"host_ehr": host_ehr, "pseudonym": pseudonym, "number": number, "sealed": sealed}
            connection.execute(insert(RecordedChartRow), row)
            too_old = connection.execute(newest_first.offset(self._most).limit(1)).scalar()
            if too_old is not None:
                connection.execute(delete(RecordedChartRow).where(here, _ROW.c.number <= too_old))

    def count(self, host_ehr: str) -> int:
        """How many there are."""
        with self._database.reading() as connection:
            here = select(func.count()).where(_ROW.c.host_ehr == host_ehr)
            return int(connection.execute(here).scalar_one())

    def all(self, host_ehr: str) -> Iterator[bytes]:
        """The charts of a host EHR, the newest first, each read when it is asked for: thousands would not fit
        into memory.
        """
        here = _ROW.c.host_ehr == host_ehr
        with self._database.reading() as connection:
            newest_first = select(_ROW.c.pseudonym).where(here).order_by(_ROW.c.number.desc())
            pseudonyms = connection.execute(newest_first).scalars().all()
        for pseudonym in pseudonyms:
            document = self._one(host_ehr, pseudonym)
            if document is not None:
                yield document

    def forget(self) -> None:
        """Remove every chart of every host EHR."""
        with self._database.transaction() as connection:
            connection.execute(delete(RecordedChartRow))

    def _one(self, host_ehr: str, pseudonym: str) -> bytes | None:
        """None when it went meanwhile, or is sealed with a secret key this process does not have: it will be
        recorded again.
        """
        mine = (_ROW.c.host_ehr == host_ehr, _ROW.c.pseudonym == pseudonym)
        with self._database.reading() as connection:
            sealed = connection.execute(select(_ROW.c.sealed).where(*mine)).scalar()
        if sealed is None:
            return None
        try:
            return self._vault.open(sealed, where=_where(host_ehr, pseudonym)).encode()
        except VaultError:
            return None


def _where(host_ehr: str, pseudonym: str) -> str:
    return f"{host_ehr}/recorded_chart/{pseudonym}/sealed"
