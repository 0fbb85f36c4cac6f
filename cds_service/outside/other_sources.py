"""The store of what other sources say of a host EHR's patients: claims, another EHR's documents.

A source is loaded as a whole, in many short transactions that nobody sees until the last one makes the new
loading count and drops the old: a reader gets all of the one or all of the other, and nothing doubles. The
resources are sealed, bound to host EHR, patient and source.
"""

import base64
import secrets
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import delete, insert, select

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.tables.other_sources import OtherResourcesRow, OtherSourceRow
from cds_service.outside.vault import Vault
from measures.sources import Resource, Sourced

_COUNTS = (
    (OtherSourceRow.host_ehr == OtherResourcesRow.host_ehr)
    & (OtherSourceRow.source == OtherResourcesRow.source)
    & (OtherSourceRow.loading == OtherResourcesRow.loading)
)
"""Of what was loaded: that it is of the loading that counts."""

_HELD_AT_ONCE = 5_000  # resources, before they are written: memory stays bounded however much is loaded


@dataclass(frozen=True)
class LoadedSource:
    """One source of one host EHR, as it counts now."""

    host_ehr: str
    source: str
    patients: int
    resources: int
    loaded_at: datetime


class OtherSources:
    """Keyed by host EHR and patient; safe for threads."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def replace(self, host_ehr: str, source: str, resources: Iterable[tuple[str, Resource]]) -> LoadedSource:
        """Make the source consist of exactly these (patient id, resource) pairs.

        They may come in any order. When the iterable raises, what was loaded before goes on to count.
        """
        loading = secrets.token_hex(8)
        patients: set[str] = set()
        written = 0
        for part, held in enumerate(_portions(resources)):
            rows = [self._row(host_ehr, source, loading, part, who, what) for who, what in held.items()]
            with self._database.transaction() as connection:
                connection.execute(insert(OtherResourcesRow), rows)
            patients |= held.keys()
            written += sum(map(len, held.values()))
        loaded = LoadedSource(host_ehr, source, len(patients), written, clock.now())
        self._count(loaded, loading)
        return loaded

    def forget(self, host_ehr: str, source: str) -> bool:
        """Delete everything of a source; False when it was not there."""
        of_source = (OtherSourceRow.host_ehr == host_ehr, OtherSourceRow.source == source)
        parts = (OtherResourcesRow.host_ehr == host_ehr, OtherResourcesRow.source == source)
        with self._database.transaction() as connection:
            connection.execute(delete(OtherResourcesRow).where(*parts))
            return connection.execute(delete(OtherSourceRow).where(*of_source)).rowcount > 0

    def loaded(self, host_ehr: str) -> tuple[LoadedSource, ...]:
        """The sources of a host EHR, by name."""
        table = OtherSourceRow.__table__
        rows = select(table).where(table.c.host_ehr == host_ehr).order_by(table.c.source)
        with self._database.reading() as connection:
            return tuple(
                LoadedSource(row.host_ehr, row.source, row.patients, row.resources, row.loaded_at)
                for row in connection.execute(rows)
            )

    def tell_of(self, host_ehr: str, patient_id: str) -> bool:
        """Whether any source says something of a patient."""
        rows = (
            select(OtherResourcesRow.part)
            .join(OtherSourceRow, _COUNTS)
            .where(OtherResourcesRow.host_ehr == host_ehr, OtherResourcesRow.patient_id == patient_id)
        )
        with self._database.reading() as connection:
            return connection.execute(rows.limit(1)).first() is not None

    def for_patient(self, host_ehr: str, patient_id: str) -> list[Sourced]:
        """What every source says of one patient, each resource with its source's label."""
        rows = (
            select(OtherResourcesRow.__table__)
            .join(OtherSourceRow, _COUNTS)
            .where(OtherResourcesRow.host_ehr == host_ehr, OtherResourcesRow.patient_id == patient_id)
            .order_by(OtherResourcesRow.source, OtherResourcesRow.part)
        )
        with self._database.reading() as connection:
            held = connection.execute(rows).all()
        return [
            Sourced(row.source, resource)
            for row in held
            for resource in self._opened(row.sealed, _where(host_ehr, patient_id, row.source))
        ]

    def _count(self, loaded: LoadedSource, loading: str) -> None:
        """From here on this loading counts, and no other of the source is kept."""
        row = {
            "host_ehr": loaded.host_ehr,
            "source": loaded.source,
            "loading": loading,
            "patients": loaded.patients,
            "resources": loaded.resources,
            "loaded_at": loaded.loaded_at,
        }
        place = (OtherSourceRow.host_ehr == loaded.host_ehr, OtherSourceRow.source == loaded.source)
        others = (
            OtherResourcesRow.host_ehr == loaded.host_ehr,
            OtherResourcesRow.source == loaded.source,
            OtherResourcesRow.loading != loading,
        )
        with self._database.transaction() as connection:
            connection.execute(delete(OtherSourceRow).where(*place))
            connection.execute(insert(OtherSourceRow), row)
            connection.execute(delete(OtherResourcesRow).where(*others))

    def _row(
        self, host_ehr: str, source: str, loading: str, part: int, patient_id: str, held: list[Resource]
    ) -> dict[str, object]:
        packed = base64.b64encode(zlib.compress(orjson.dumps(held))).decode()
        sealed = self._vault.seal(packed, where=_where(host_ehr, patient_id, source))
        return {
            "host_ehr": host_ehr,
            "patient_id": patient_id,
            "source": source,
            "loading": loading,
            "part": part,
            "sealed": sealed,
        }

    def _opened(self, sealed: str, where: str) -> list[Resource]:
        packed = self._vault.open(sealed, where=where)
        resources: list[Resource] = orjson.loads(zlib.decompress(base64.b64decode(packed)))
        return resources


def _portions(resources: Iterable[tuple[str, Resource]]) -> Iterator[dict[str, list[Resource]]]:
    """So many at once, by patient."""
    held: dict[str, list[Resource]] = {}
    count = 0
    for patient_id, resource in resources:
        held.setdefault(patient_id, []).append(resource)
        count += 1
        if count == _HELD_AT_ONCE:
            yield held
            held, count = {}, 0
    if held:
        yield held


def _where(host_ehr: str, patient_id: str, source: str) -> str:
    return f"{host_ehr}/other_resources/{source}/{patient_id}/sealed"
