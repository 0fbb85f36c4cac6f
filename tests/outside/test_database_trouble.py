"""A database that cannot be used says why, in one word for the log and a sentence with the mend."""

from __future__ import annotations

import pytest

from cds_service.outside.database import Database, DatabaseUnavailable
from tests.outside.test_database import add_row, rows_in


def test_a_database_that_cannot_be_written_is_not_usable_and_says_why(sqlite_url):
    database = Database(sqlite_url, wait_seconds=0.1)
    database.migrate()
    assert database.why_unusable() is None

    with database.transaction() as connection:  # there is one connection that writes, and this stays with it
        connection.exec_driver_sql("PRAGMA query_only = 1")
    with pytest.raises(DatabaseUnavailable, match=r"throughline\.sqlite3: .*readonly.*; give this user"):
        add_row(database)
    assert database.ready()
    assert database.why_unusable() == "SQLITE_READONLY"

    with database.reading() as connection:
        assert rows_in(database) == 0
    database.close()
    assert database.why_unusable() is None


def test_a_database_that_can_be_written_is_usable(database):
    database._stored_at = float("-inf")
    assert database.why_unusable() is None


def test_a_database_without_tables_is_not_usable(database_url):
    database = Database(database_url)
    assert database.why_unusable() in ("NotMigrated", "SQLITE_CANTOPEN", "SQLITE_ERROR")
    database.close()


def test_a_file_that_is_no_database_is_named_with_the_mend(sqlite_url, tmp_path):
    (tmp_path / "throughline.sqlite3").write_text("something else, and long enough to be looked at\n" * 100)

    with pytest.raises(DatabaseUnavailable) as found:
        Database(sqlite_url).migrate()

    assert found.value.cause == "SQLITE_NOTADB"
    assert "throughline.sqlite3: the database cannot be used now" in str(found.value)
    assert "THROUGHLINE_DATABASE_URL" in str(found.value)


def test_a_postgresql_that_refuses_is_named_with_the_mend_and_without_its_password():
    with pytest.raises(DatabaseUnavailable) as found:
        Database("postgresql://somebody:hidden@127.0.0.1:1/nothing").migrate()

    assert "somebody:***@127.0.0.1:1/nothing" in str(found.value)
    assert "start it, or correct THROUGHLINE_DATABASE_URL" in str(found.value)
    assert "hidden" not in str(found.value)
