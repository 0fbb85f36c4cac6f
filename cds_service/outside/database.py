"""The database, SQLite in a file or PostgreSQL: short transactions, one exception for all its troubles."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Connection  # callers that join transactions name it from here
from sqlalchemy import Engine, create_engine, exc, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.sql.expression import ClauseElement

from cds_service.outside import clock
from cds_service.outside.database_trouble import DatabaseUnavailable as DatabaseUnavailable
from cds_service.outside.database_trouble import unavailable
from cds_service.outside.prepared import Prepared
from cds_service.outside.sqlite_file import FileGone, SqliteFile
from cds_service.outside.tables import Base

_MIGRATIONS = Path(__file__).parent / "migrations"
_FRESH_SECONDS = 5
_A_LITTLE_SQLITE = "PRAGMA user_version = 0"  # writes the first page; nobody reads that number
_A_LITTLE_POSTGRESQL = "SELECT pg_current_xact_id()"  # a transaction with an id of its own is logged
_MIGRATION_LOCK = 7411  # any number, the same in every process


class NewerDatabase(Exception):
    """The tables are of a version that this code does not know."""


class BadDatabaseUrl(ValueError):
    """A database URL that cannot be used; the message says the mend and holds no password."""


class Database:
    """One database, shared by all threads of a process; make a new one after a fork."""

    def __init__(self, url: str, *, wait_seconds: float = 5.0) -> None:
        """`wait_seconds`: for a lock, a connection or a statement, before it is DatabaseUnavailable."""
        self._wait_seconds = wait_seconds
        self._stored_at = float("-inf")  # when something was stored; nothing failed since
        self.url = _understood(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._file = SqliteFile(self.url, wait_seconds) if self.is_sqlite else None
        self._reads: Engine = self._file.reading_engine() if self._file else self._postgresql_engine()
        self._writes: Engine = self._file.writing_engine() if self._file else self._reads
        self._insert = sqlite_insert if self.is_sqlite else postgresql_insert

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A write transaction: committed at the end, rolled back when an exception leaves it.

        On SQLite it has the only write lock from its start: keep it short. Raises DatabaseUnavailable.
        """
        with self._named_trouble(), self._writes.begin() as connection:
            if self._file:
                self._file.check(connection)
            yield connection
        self._stored_at = clock.monotonic()

    def joined(self, within: Connection | None) -> AbstractContextManager[Connection]:
        """The caller's own transaction when there is one, else a new one: so several stores commit as one."""
        return self.transaction() if within is None else nullcontext(within)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only view of one moment; DatabaseUnavailable when there is none to be had."""
        with self._named_trouble(), self._reads.connect() as connection:
            if self._file:
                self._file.check(connection)
            yield connection

    def prepared(self, statement: ClauseElement, *columns: str) -> Prepared:
        """The statement compiled once, for what every call does; `columns`: those it sets, if not all."""
        return Prepared(statement, self._writes.dialect, columns or None)

    def insert_once(self, table: type[Base]) -> Any:
        """An INSERT that does nothing when its key is already there; `rowcount` says which it was."""
        once = self._insert(table).on_conflict_do_nothing()
        return once.execution_options(preserve_rowcount=True)  # an INSERT otherwise has none on PostgreSQL

    def migrate(self, *, begins: bool = True) -> None:
        """Bring the tables up to date; safe when several processes start at once. Raises NewerDatabase, and
        BadDatabaseUrl where no file is and this `begins` none: who only asks leaves nothing behind.
        """
        from alembic import command
        from alembic.util import CommandError

        if self._file:
            if not begins and not self._file.path.exists():
                raise BadDatabaseUrl(
                    f"{self._file.path}: there is no database; go to the folder of the one that is served, "
                    "or name it in THROUGHLINE_DATABASE_URL (`throughline ehr add` begins a new one)"
                )
            self._make(self._file)
        with self.transaction() as connection:
            if not self.is_sqlite:
                connection.execute(text("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            config = _alembic_config()
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError:  # a revision this code has never heard of
                raise NewerDatabase(
                    f"{self.place}: made by a newer Throughline; install that version"
                ) from None

    def ready(self) -> bool:
        """True when the database answers and its tables are of this version."""
        try:
            return self._is_of_this_version()
        except DatabaseUnavailable:
            return False

    def why_unusable(self) -> str | None:
        """Why nothing can be read or stored now, as one word for log and /readyz; None when it can. Unless
        something was stored a moment ago, a little is: only that tells of a full disk or a lost right.
        """
        try:
            if not self._is_of_this_version():
                return "NotMigrated"
            if clock.monotonic() - self._stored_at >= _FRESH_SECONDS:
                with self.transaction() as connection:
                    connection.execute(text(_A_LITTLE_SQLITE if self.is_sqlite else _A_LITTLE_POSTGRESQL))
        except DatabaseUnavailable as trouble:
            return trouble.cause
        return None

    def _is_of_this_version(self) -> bool:
        try:
            with self.reading() as connection:
                revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except exc.ProgrammingError:  # no such table, on PostgreSQL
            return False
        return revision == _newest_revision()

    @contextmanager
    def _named_trouble(self) -> Iterator[None]:
        """Turn what the database did wrong into DatabaseUnavailable; what we did wrong stays what it is."""
        try:
            yield
        except (exc.IntegrityError, exc.ProgrammingError, exc.DataError, exc.NotSupportedError):
            raise
        except (exc.DBAPIError, exc.TimeoutError, FileGone, sqlite3.Error) as error:
            # sqlite3.Error: from BEGIN, which SQLAlchemy does not see
            self._stored_at = float("-inf")
            raise unavailable(self.place, error) from error

    @property
    def place(self) -> str:
        """Where the data is, without a password: for messages."""
        return self.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close every pooled connection."""
        self._reads.dispose()
        self._writes.dispose()

    def _postgresql_engine(self) -> Engine:
        milliseconds = int(self._wait_seconds * 1000)
        options = f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds}"
        arguments = {"connect_timeout": 3, "options": options, "application_name": "throughline"}
        return create_engine(
            self.url,
            hide_parameters=True,  # parameters hold patient ids; exceptions are logged
            pool_pre_ping=True,
            pool_timeout=self._wait_seconds,
            connect_args={key: value for key, value in arguments.items() if key not in self.url.query},
        )

    def _make(self, file: SqliteFile) -> None:
        try:
            file.make()
        except OSError as error:
            raise BadDatabaseUrl(
                f"{file.path}: cannot be opened for writing ({error.strerror}); "
                "put another file in THROUGHLINE_DATABASE_URL"
            ) from None


def _understood(url: str) -> URL:
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise BadDatabaseUrl(
            "THROUGHLINE_DATABASE_URL is not a URL; write sqlite:///FILE or postgresql://..."
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
            raise BadDatabaseUrl(
                "SQLite needs a file, which all processes share: sqlite:///throughline.sqlite3"
            )
        return parsed
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise BadDatabaseUrl(f"{parsed.drivername!r} is not supported; write sqlite:///FILE or postgresql://...")


def _alembic_config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


@cache
def _newest_revision() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_alembic_config()).get_current_head()
