"""The keys with which this app proves who it is (SMART `private_key_jwt`), made on first use and rotated."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
from joserfc.jwk import ECKey, KeyParameters, RSAKey
from sqlalchemy import Connection, Row, delete, insert, select, text, update

from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.tables.register import SigningKeyRow
from cds_service.outside.vault import Vault

Algorithm = Literal["RS384", "ES384"]  # SMART App Launch 2.2: servers support at least one, clients both
ALGORITHMS: tuple[Algorithm, ...] = ("RS384", "ES384")

_RSA_BITS = 3072
_CACHE_SECONDS = 60.0
_LOCK = 7412  # any number, the same in every process
# Servers cache our key set; a retired key stays in it for longer than they would.
SHOWN_AFTER_RETIREMENT = timedelta(days=7)


@dataclass(frozen=True)
class KeyInfo:
    """A published key, without the key. `shown_until` is None for one that is still signed with."""

    kid: str
    alg: str
    made_at: datetime
    shown_until: datetime | None


class SigningKeys:
    """The current key for each algorithm, the same in every process."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._lock = threading.Lock()
        self._cache: dict[Algorithm, tuple[float, RSAKey | ECKey]] = {}
        self._public_halves: dict[str, dict[str, Any]] = {}

    def current(self, alg: Algorithm) -> RSAKey | ECKey:
        """The private key to sign with; its `kid` goes into the token's header."""
        with self._lock:
            read_at, key = self._cache.get(alg, (float("-inf"), None))
            if key is None or clock.monotonic() - read_at > _CACHE_SECONDS:
                key = self._found(alg) or self._make(alg)
                self._cache[alg] = (clock.monotonic(), key)
            return key

    def public_jwks(self) -> dict[str, Any]:
        """The public key set to publish: current keys of both algorithms, and those retired lately."""
        for alg in ALGORITHMS:
            self.current(alg)
        return {"keys": [self._public(row) for row in self._shown()]}

    def published(self) -> tuple[KeyInfo, ...]:
        """What the public key set holds, the oldest first, for whoever looks after it; makes no key."""
        return tuple(
            KeyInfo(row.kid, row.alg, row.made_at, row.retired_at and row.retired_at + SHOWN_AFTER_RETIREMENT)
            for row in self._shown()
        )

    def _shown(self) -> list[Row[Any]]:
        with self._database.reading() as connection:
            rows = connection.execute(select(SigningKeyRow.__table__).order_by(SigningKeyRow.made_at)).all()
        lately = clock.now() - SHOWN_AFTER_RETIREMENT
        return [row for row in rows if row.retired_at is None or row.retired_at > lately]

    def _public(self, row: Row[Any]) -> dict[str, Any]:
        """The public half of a stored key, kept by its id: to open an RSA key is costly."""
        known = self._public_halves.get(row.kid)
        if known is None:
            known = self._public_halves[row.kid] = dict(self._opened(row).as_dict(private=False))
        return known

    def rotate(self, alg: Algorithm) -> RSAKey | ECKey:
        """Make a new current key; the old one stays in the public set for a week, so that nothing fails."""
        with self._lock:
            key = self._make(alg, retire=True)
            self._cache[alg] = (clock.monotonic(), key)
            return key

    def rotate_all(self, audit: AuditLog, *, actor: str) -> tuple[KeyInfo, ...]:
        """A new current key for every algorithm, noted in the audit; returns what is published from now on.

        Running servers sign with the new keys within a minute. Assertions signed with the old ones stay good.
        """
        kids = [str(self.rotate(alg).kid) for alg in ALGORITHMS]
        audit.record(host_ehr="", actor=actor, action="keys-rotate", patient_id=None, detail={"kids": kids})
        return self.published()

    def _found(self, alg: Algorithm) -> RSAKey | ECKey | None:
        with self._database.reading() as connection:
            return self._newest(connection, alg)

    def _newest(self, connection: Connection, alg: Algorithm) -> RSAKey | ECKey | None:
        mine = select(SigningKeyRow.__table__).where(
            SigningKeyRow.alg == alg, SigningKeyRow.retired_at.is_(None)
        )
        row = connection.execute(mine.order_by(SigningKeyRow.made_at.desc())).first()
        return None if row is None else self._opened(row)

    def _make(self, alg: Algorithm, *, retire: bool = False) -> RSAKey | ECKey:
        key = _generated(alg)  # before the transaction: it takes a while
        kid = str(key.kid)
        sealed = self._vault.seal(orjson.dumps(key.as_dict(private=True)).decode(), where=_where(kid))
        now = clock.now()
        with self._database.transaction() as connection:
            if not self._database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            if not retire and (made_meanwhile := self._newest(connection, alg)):
                return made_meanwhile
            current = (SigningKeyRow.alg == alg, SigningKeyRow.retired_at.is_(None))
            long_ago = now - 2 * SHOWN_AFTER_RETIREMENT
            connection.execute(update(SigningKeyRow).where(*current).values(retired_at=now))
            connection.execute(delete(SigningKeyRow).where(SigningKeyRow.retired_at < long_ago))
            connection.execute(
                insert(SigningKeyRow), {"kid": kid, "alg": alg, "sealed": sealed, "made_at": now}
            )
        return key

    def _opened(self, row: Row[Any]) -> RSAKey | ECKey:
        values = orjson.loads(self._vault.open(row.sealed, where=_where(row.kid)))
        return RSAKey.import_key(values) if values["kty"] == "RSA" else ECKey.import_key(values)


def _generated(alg: Algorithm) -> RSAKey | ECKey:
    # A key serves one algorithm; `alg` and `use` in the public set say so.
    about: KeyParameters = {"alg": alg, "use": "sig"}
    if alg == "RS384":
        return RSAKey.generate_key(_RSA_BITS, about, auto_kid=True)
    return ECKey.generate_key("P-384", about, auto_kid=True)


def _where(kid: str) -> str:
    return f"signing_key/{kid}"
