"""SQLite in one file: writers that queue fairly, and connections that notice when the file is taken away.

One connection of a process writes, the others read. SQLite's own waiting sleeps ever longer, up to a tenth of
a second, so that another process can overtake it again and again; ours asks every millisecond.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from cds_service.outside import clock

_ASK_AGAIN_SECONDS = 0.001
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
)  # an acknowledged write survives kill -9


class FileGone(Exception):
    """The database file was removed or replaced: what is written into the old one would be lost."""


class SqliteFile:
    """One database file; `wait_seconds` for a lock."""

    def __init__(self, url: URL, wait_seconds: float) -> None:
        self.path = Path(url.database or "").absolute()
        self._url = url
        self._wait_seconds = wait_seconds

    def make(self) -> None:
        """Make the file when it is not there, readable by its owner only; OSError when it cannot be."""
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))

    def reading_engine(self) -> Engine:
        """Each transaction sees one moment, and waits for nobody."""
        engine = self._engine(self._open, most_connections=-1)
        event.listen(engine, "begin", lambda connection: _driver_of(connection).execute("BEGIN"))
        return engine

    def writing_engine(self) -> Engine:
        """Each transaction has the write lock from its start; the threads of a process queue for it."""
        engine = self._engine(self._open_impatient, most_connections=0)
        event.listen(engine, "begin", self._begin_writing)
        return engine

    def check(self, connection: Connection) -> None:
        """FileGone unless the file is still the one that this connection has opened."""
        try:
            found = os.stat(self.path)
            present = (found.st_dev, found.st_ino)
        except OSError:
            present = None
        if present is None or connection.info.setdefault("file", present) != present:
            connection.invalidate()
            raise FileGone(f"{self.path}: the database file was removed or replaced")

    def _engine(self, opened: Callable[[], sqlite3.Connection], *, most_connections: int) -> Engine:
        return create_engine(
            self._url,
            creator=opened,
            hide_parameters=True,  # parameters hold patient ids; exceptions are logged
            pool_size=1,
            max_overflow=most_connections,
            pool_timeout=self._wait_seconds,
        )

    def _open(self) -> sqlite3.Connection:
        # mode=rw: a database that has disappeared must be an error, not a new empty one.
        opened = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode=rw",
            uri=True,
            timeout=self._wait_seconds,
            isolation_level=None,  # BEGIN is sent by us, so that writers can take the lock first
            check_same_thread=False,
        )
        for pragma in _PRAGMAS:
            self._insist(opened, f"PRAGMA {pragma}")  # to switch to WAL, SQLite itself does not wait
        return opened

    def _open_impatient(self) -> sqlite3.Connection:
        opened = self._open()
        opened.execute("PRAGMA busy_timeout=0")  # the waiting is ours
        return opened

    def _begin_writing(self, connection: Connection) -> None:
        self._insist(_driver_of(connection), "BEGIN IMMEDIATE")

    def _insist(self, connection: sqlite3.Connection, statement: str) -> None:
        """Execute as soon as no other connection is in the way; sqlite3.OperationalError when one stays."""
        give_up_at = clock.monotonic() + self._wait_seconds
        while True:
            try:
                connection.execute(statement)
                return
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or clock.monotonic() > give_up_at:
                    raise
            time.sleep(_ASK_AGAIN_SECONDS)


def _driver_of(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101  (what `_open` gave to the pool)
    return driver


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY  # the higher bits say why: recovery, snapshot
