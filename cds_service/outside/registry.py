"""The register of host EHRs: who may call us, whom we may call, and who may frame us."""

import threading
from collections.abc import Callable
from datetime import date

import orjson
from sqlalchemy import delete, func, insert, select

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.host_ehr import CdsClient, HostEhr, SmartClient, read_host_ehr
from cds_service.outside.tables.register import HostEhrRow
from cds_service.outside.vault import Vault

__all__ = ["AlreadyRegistered", "CdsClient", "HostEhr", "HostEhrs", "SmartClient", "read_host_ehr"]

_CACHE_SECONDS = 1.0


class AlreadyRegistered(ValueError):
    """Another host EHR has this FHIR base: a launch could not tell the two apart."""


class HostEhrs:
    """The register in the database. Every process sees a change within a second."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._stamp: object = None
        self._known: tuple[HostEhr, ...] = ()

    def add(self, ehr: HostEhr) -> None:
        """Register a host EHR, replacing one of its name; AlreadyRegistered when its FHIR base is taken."""
        secret = ehr.smart.secret if ehr.smart else None
        row = {
            "name": ehr.name,
            "fhir_base": ehr.fhir_base,
            "document": _without_secret(ehr),
            "smart_secret": self._vault.seal(secret.get_secret_value(), where=_where(ehr.name))
            if secret
            else None,
            "changed_at": clock.now(),
        }
        with self._database.transaction() as connection:
            same_base = select(HostEhrRow.name).where(HostEhrRow.fhir_base == ehr.fhir_base)
            taken = connection.execute(same_base.where(HostEhrRow.name != ehr.name)).scalar()
            if taken is not None:
                raise AlreadyRegistered(
                    f"{ehr.fhir_base} is registered as {taken!r}; under that name it can be replaced"
                )
            connection.execute(delete(HostEhrRow).where(HostEhrRow.name == ehr.name))
            connection.execute(insert(HostEhrRow), row)
        self._read_at = float("-inf")

    def remove(self, name: str) -> bool:
        """Take a host EHR out of the register; False when there was none of this name."""
        with self._database.transaction() as connection:
            gone = connection.execute(delete(HostEhrRow).where(HostEhrRow.name == name)).rowcount
        self._read_at = float("-inf")
        return gone > 0

    def all(self) -> tuple[HostEhr, ...]:
        """Every registered host EHR, by name."""
        with self._lock:
            if clock.monotonic() - self._read_at > _CACHE_SECONDS:
                self._read_again()
            return self._known

    def get(self, name: str) -> HostEhr | None:
        """The host EHR of this name."""
        return self._first(lambda ehr: ehr.name == name)

    def today_at(self, name: str) -> date:
        """The calendar day at a host EHR; in UTC where none is called so."""
        ehr = self.get(name)
        return clock.today() if ehr is None else ehr.today()

    def by_fhir_base(self, iss: str) -> HostEhr | None:
        """The host EHR whose FHIR base is exactly this, with or without a slash at the end."""
        return self._first(lambda ehr: iss.removesuffix("/") == ehr.fhir_base)

    def by_cds_issuer(self, iss: str) -> list[tuple[HostEhr, CdsClient]]:
        """Every registration of an issuer; it may serve several host EHRs, told apart by tenant."""
        return [(ehr, client) for ehr in self.all() for client in ehr.cds_clients if client.iss == iss]

    def _first(self, wanted: Callable[[HostEhr], bool]) -> HostEhr | None:
        return next((ehr for ehr in self.all() if wanted(ehr)), None)

    def _read_again(self) -> None:
        changes = select(func.count(), func.max(HostEhrRow.changed_at)).select_from(HostEhrRow)
        with self._database.reading() as connection:
            stamp = tuple(connection.execute(changes).one())
            if stamp != self._stamp:
                columns = (HostEhrRow.name, HostEhrRow.document, HostEhrRow.smart_secret)
                rows = connection.execute(select(*columns).order_by(HostEhrRow.name)).all()
                self._known = tuple(self._opened(name, document, sealed) for name, document, sealed in rows)
                self._stamp = stamp
        self._read_at = clock.monotonic()

    def _opened(self, name: str, document: str, sealed: str | None) -> HostEhr:
        values = orjson.loads(document)
        if sealed is not None:
            values["smart"]["secret"] = self._vault.open(sealed, where=_where(name))
        return HostEhr.model_validate_json(orjson.dumps(values))


def _where(name: str) -> str:
    return f"{name}/host_ehr/smart_secret"


def _without_secret(ehr: HostEhr) -> str:
    values = ehr.model_dump(mode="json", exclude_none=True)
    if "smart" in values:
        values["smart"].pop("secret", None)
        if ehr.smart and ehr.smart.auth == "secret":
            values["smart"]["secret"] = ""  # filled in from the sealed column
    for client in values.get("cds_clients", ()):
        client.pop("jwks_file", None)  # its keys were taken over; the file may go away
    return orjson.dumps(values).decode()
