"""How often somebody may try to sign in: counted before the password is looked at, whether or not the account
exists, and the same in every process.
"""

import hashlib
from datetime import timedelta

from sqlalchemy import delete, select, update

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.tables.staff import SignInTriesRow

WINDOW = timedelta(minutes=15)
# One person at one place may mistype; one account is guessed at from many places, one place guesses at many
# accounts. The account's number is high: else anybody could lock a colleague out from anywhere.
TRIES_OF_BOTH = 5
TRIES_OF_ACCOUNT = 50
TRIES_OF_ADDRESS = 100


class SignInTries:
    """Tries within the last quarter of an hour."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, account: str, address: str) -> int:
        """Count one try. 0 when it may go on, else the seconds to wait; a refused try counts no further."""
        now = clock.now()
        limits = {
            _of("both", account, address): TRIES_OF_BOTH,
            _of("account", account): TRIES_OF_ACCOUNT,
            _of("address", address): TRIES_OF_ADDRESS,
        }
        with self._database.transaction() as connection:
            connection.execute(delete(SignInTriesRow).where(SignInTriesRow.began_at <= now - WINDOW))
            for counted, limit in limits.items():
                key = SignInTriesRow.counted == counted
                row = {"counted": counted, "tries": 0, "began_at": now}
                connection.execute(self._database.insert_once(SignInTriesRow), row)
                one_more = update(SignInTriesRow).where(key, SignInTriesRow.tries < limit)
                if not connection.execute(one_more.values(tries=SignInTriesRow.tries + 1)).rowcount:
                    began = connection.execute(select(SignInTriesRow.began_at).where(key)).scalar_one()
                    return max(1, int((began + WINDOW - now).total_seconds()))
        return 0

    def forget(self, account: str, address: str) -> None:
        """After a success: this person, at this place, begins anew."""
        with self._database.transaction() as connection:
            mine = SignInTriesRow.counted == _of("both", account, address)
            connection.execute(delete(SignInTriesRow).where(mine))


def _of(*what: str) -> str:
    return hashlib.sha256("\n".join(what).encode("utf-8", "surrogatepass")).hexdigest()
