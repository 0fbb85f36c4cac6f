"""Tokens are good for one use: which ones were used, over all workers and restarts."""

import hashlib
from datetime import timedelta

from sqlalchemy import Connection, delete, select

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.tables.cards import SeenTokenRow

_PURGE_EVERY = timedelta(minutes=1)
_KEPT_AFTER_EXPIRY_SECONDS = 600  # longer than any clock skew with which an expired token is still accepted
_FORGET = delete(SeenTokenRow)


class SeenTokens:
    """Remembers `jti` values by issuer and host EHR, as hashes, until the tokens themselves have expired."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._see = database.prepared(database.insert_once(SeenTokenRow))
        self._purge_at = clock.now() + _PURGE_EVERY

    def first_time(
        self, host_ehr: str, iss: str, jti: str, expires_at: float, *, within: Connection | None = None
    ) -> bool:
        """Mark the token as used; True exactly once for each, however many ask at the same time.

        `expires_at` is the token's `exp` in seconds since 1970. Inside a bigger transaction (`within`) the
        mark stays only if that transaction commits. Raises DatabaseUnavailable: the caller must then refuse
        the token.
        """
        row = {"host_ehr": host_ehr, "token_hash": _hash_of(iss, jti), "expires_at": int(expires_at)}
        with self._database.joined(within) as connection:
            self._forget_expired(connection)
            return self._see.run(connection, row) == 1

    def seen(self, host_ehr: str, iss: str, jti: str) -> bool:
        """True when the token was used before: a cheap look before the work, not the decision."""
        key = (SeenTokenRow.host_ehr == host_ehr, SeenTokenRow.token_hash == _hash_of(iss, jti))
        with self._database.reading() as connection:
            return connection.execute(select(SeenTokenRow.expires_at).where(*key)).first() is not None

    def _forget_expired(self, connection: Connection) -> None:
        now = clock.now()
        if now < self._purge_at:
            return
        self._purge_at = now + _PURGE_EVERY
        long_gone = int(now.timestamp()) - _KEPT_AFTER_EXPIRY_SECONDS
        connection.execute(_FORGET.where(SeenTokenRow.expires_at < long_gone))


def _hash_of(iss: str, jti: str) -> str:
    # The length keeps ("a", "bc") and ("ab", "c") apart.
    return hashlib.sha256(f"{len(iss)}:{iss}{jti}".encode("utf-8", "surrogatepass")).hexdigest()
