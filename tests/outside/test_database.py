"""One database, two kinds: what is committed stays, what fails leaves nothing, and trouble has one name."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, select, text

from cds_service.outside import clock
from cds_service.outside.database import BadDatabaseUrl, Database, DatabaseUnavailable, NewerDatabase
from cds_service.outside.tables import Base
from cds_service.outside.tables.cards import SeenTokenRow
from cds_service.outside.tables.launches import PendingLaunchRow
from tests.outside.broken_off import broken_off
from tests.postgresql import Cluster

ROW = {"host_ehr": "riverside", "token_hash": "a" * 64, "expires_at": 1}


def rows_in(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(SeenTokenRow)).scalar_one()


def add_row(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(insert(SeenTokenRow), ROW)


# Migration


def test_the_migrations_make_exactly_the_tables_the_code_uses(database):
    with database.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_a_database_is_ready_once_it_is_migrated(database_url):
    database = Database(database_url)

    before = database.ready()
    database.migrate()
    after = database.ready()
    database.close()

    assert (before, after) == (False, True)


def test_migrating_again_keeps_what_is_stored(database):
    add_row(database)

    database.migrate()

    assert rows_in(database) == 1


def test_a_database_of_a_newer_version_is_left_alone(database):
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert not database.ready()
    with pytest.raises(NewerDatabase, match="newer Throughline"):
        database.migrate()


def test_migrating_says_nothing_of_the_password(postgresql_url):
    with_password = postgresql_url.replace("throughline@", "throughline:hush@")

    assert "hush" not in Database(with_password).place


# Transactions


def test_what_leaves_with_an_exception_leaves_nothing_behind(database):
    with broken_off(database) as connection:
        connection.execute(insert(SeenTokenRow), ROW)

    assert rows_in(database) == 0


def test_a_store_that_joins_a_transaction_is_committed_by_its_owner(database):
    with broken_off(database) as connection, database.joined(connection) as joined:
        joined.execute(insert(SeenTokenRow), ROW)

    assert rows_in(database) == 0


def test_times_come_back_aware_and_to_the_microsecond(database):
    now = clock.now()
    row = {"state_hash": "a" * 64, "host_ehr": "riverside", "sealed": "", "expires_at": now}
    with database.transaction() as connection:
        connection.execute(insert(PendingLaunchRow), row)
        (found,) = connection.execute(select(PendingLaunchRow.expires_at)).one()

    assert found == now
    assert found.utcoffset() is not None


# Trouble


def test_a_row_that_breaks_a_rule_is_our_own_fault_and_keeps_its_name(database):
    add_row(database)

    with pytest.raises(Exception, match=r"(?i)unique") as raised:
        add_row(database)

    assert not isinstance(raised.value, DatabaseUnavailable)


def test_no_exception_of_the_database_holds_what_was_to_be_stored(database):
    add_row(database)

    with pytest.raises(Exception, match=r"(?i)unique") as raised, database.transaction() as connection:
        connection.execute(insert(SeenTokenRow), ROW)

    assert "[SQL parameters hidden" in str(raised.value)


def test_a_locked_sqlite_database_is_unavailable_and_then_available_again(sqlite_url, tmp_path):
    database = Database(sqlite_url, wait_seconds=0.1)
    database.migrate()
    other = sqlite3.connect(tmp_path / "throughline.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseUnavailable):
        add_row(database)
    other.execute("ROLLBACK")
    other.close()
    add_row(database)

    assert rows_in(database) == 1


def test_a_full_sqlite_database_is_unavailable(sqlite_url):
    database = Database(sqlite_url)
    database.migrate()

    with database.transaction() as connection:  # there is one connection that writes, and this stays with it
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    many = [ROW | {"token_hash": str(number)} for number in range(10_000)]

    with pytest.raises(DatabaseUnavailable), database.transaction() as connection:
        connection.execute(insert(SeenTokenRow), many)

    assert rows_in(database) == 0


def test_a_sqlite_file_that_was_removed_is_unavailable_and_never_made_anew(sqlite_url, tmp_path):
    database = Database(sqlite_url)
    database.migrate()
    (tmp_path / "throughline.sqlite3").unlink()

    with pytest.raises(DatabaseUnavailable, match="removed or replaced"):
        add_row(database)
    with pytest.raises(DatabaseUnavailable):  # and on a fresh connection
        add_row(database)

    assert not database.ready()
    assert not (tmp_path / "throughline.sqlite3").exists()


def test_a_sqlite_file_that_was_restored_from_a_backup_is_used_after_one_refusal(sqlite_url, tmp_path):
    database = Database(sqlite_url)
    database.migrate()
    file, backup = tmp_path / "throughline.sqlite3", tmp_path / "backup.sqlite3"
    with sqlite3.connect(file) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    source.close()
    target.close()
    for left in ("-wal", "-shm"):
        (tmp_path / f"throughline.sqlite3{left}").unlink(missing_ok=True)
    os.replace(backup, file)

    with pytest.raises(DatabaseUnavailable, match="removed or replaced"):
        add_row(database)
    add_row(database)

    assert rows_in(database) == 1


def test_a_postgresql_that_dropped_the_connection_is_used_again_at_once(postgresql_url):
    database = Database(postgresql_url)
    database.migrate()
    killer = Database(postgresql_url)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    with killer.transaction() as connection:
        connection.execute(text(f"{others} WHERE datname = current_database() AND pid <> pg_backend_pid()"))

    add_row(database)

    assert rows_in(database) == 1
    database.close()
    killer.close()


def test_a_postgresql_that_stops_in_mid_transaction_is_unavailable(postgresql_url):
    database = Database(postgresql_url)
    database.migrate()

    with pytest.raises(DatabaseUnavailable), database.transaction() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    database.close()


def test_a_postgresql_statement_that_waits_too_long_is_unavailable(postgresql_url):
    database = Database(postgresql_url, wait_seconds=0.1)

    with pytest.raises(DatabaseUnavailable), database.transaction() as connection:
        connection.execute(text("SELECT pg_sleep(5)"))

    database.close()


def test_a_postgresql_that_is_not_there_is_unavailable(postgresql_cluster: Cluster):
    database = Database(postgresql_cluster.url("nobody_made_this_one"))

    assert not database.ready()
    with pytest.raises(DatabaseUnavailable):
        add_row(database)


# Set-up


def test_a_sqlite_file_is_readable_by_its_owner_only(sqlite_url, tmp_path):
    Database(sqlite_url).migrate()

    assert stat.S_IMODE((tmp_path / "throughline.sqlite3").stat().st_mode) == 0o600


def test_sqlite_writes_ahead_and_waits_for_the_disk(sqlite_url):
    database = Database(sqlite_url)
    database.migrate()

    with database.reading() as connection:
        journal, synchronous, foreign_keys = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        )

    assert (journal, synchronous, foreign_keys) == ("wal", 2, 1)


@pytest.mark.parametrize(
    "url",
    ["postgresql://u@h/n", "postgres://u@h/n", "postgresql+psycopg://u@h/n"],
)
def test_every_spelling_of_a_postgresql_url_means_the_same(url):
    assert Database(url).url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///:memory:", "SQLite needs a file"),
        ("sqlite:///file:x?mode=memory&uri=true", "SQLite needs a file"),
        ("mysql://root:hush@localhost/x", "'mysql' is not supported"),
        ("throughline.sqlite3", "is not a URL"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_telling_its_password(url, says):
    with pytest.raises(BadDatabaseUrl, match=says) as raised:
        Database(url)

    assert "hush" not in str(raised.value)


def test_a_sqlite_file_in_a_folder_that_is_not_there_says_so(tmp_path: Path):
    with pytest.raises(BadDatabaseUrl, match=r"No such file or directory.*THROUGHLINE_DATABASE_URL"):
        Database(f"sqlite:///{tmp_path}/nowhere/throughline.sqlite3").migrate()
