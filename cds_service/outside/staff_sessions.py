"""Who of the staff is signed in: one session a browser, ended by sign-out, by idleness, or by its age."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.sessions import hash_secret
from cds_service.outside.tables.staff import StaffSessionRow

_TOUCH_AFTER = timedelta(seconds=30)  # so that reading a page is not always a write


@dataclass(frozen=True)
class StaffSession:
    """A signed-in browser and the account it signed in as."""

    account: str
    opened_at: datetime


class StaffSessions:
    """Sessions by the browser's secret, of which only a hash is stored."""

    def __init__(self, database: Database, *, idle_minutes: int, hours: int) -> None:
        self._database = database
        self._idle = timedelta(minutes=idle_minutes)
        self._longest = timedelta(hours=hours)

    def open(self, account: str) -> str:
        """Begin a session; returns the browser's secret, new and unpredictable."""
        secret, now = secrets.token_urlsafe(32), clock.now()
        over = or_(
            StaffSessionRow.used_at <= now - self._idle,
            StaffSessionRow.opened_at <= now - self._longest,
        )
        row = {"secret_hash": hash_secret(secret), "account": account, "opened_at": now, "used_at": now}
        with self._database.transaction() as connection:
            connection.execute(delete(StaffSessionRow).where(over))
            connection.execute(insert(StaffSessionRow), row)
        return secret

    def get(self, secret: str) -> StaffSession | None:
        """The session, now marked as used; None when it is unknown, signed out, idle or too old."""
        now, key = clock.now(), StaffSessionRow.secret_hash == hash_secret(secret)
        alive = (StaffSessionRow.used_at > now - self._idle, StaffSessionRow.opened_at > now - self._longest)
        with self._database.reading() as connection:
            row = connection.execute(select(StaffSessionRow.__table__).where(key, *alive)).first()
        if row is None:
            return None
        if now - row.used_at >= _TOUCH_AFTER:
            with self._database.transaction() as connection:
                touched = update(StaffSessionRow).where(key, *alive).values(used_at=now)
                if not connection.execute(touched).rowcount:
                    return None
        return StaffSession(row.account, row.opened_at)

    def close(self, secret: str) -> None:
        """End a session. Closing it twice is no error."""
        with self._database.transaction() as connection:
            connection.execute(
                delete(StaffSessionRow).where(StaffSessionRow.secret_hash == hash_secret(secret))
            )
