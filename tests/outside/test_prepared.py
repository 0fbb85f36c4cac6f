"""Statements compiled once: the same answers, the same names of trouble, on both databases."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, exc, func, insert, literal, select, update

from cds_service.outside.database import Database, DatabaseUnavailable
from cds_service.outside.tables.visits import SnoozedRuleRow

UNTIL = datetime(2026, 11, 25, 9, 30, 0, 123456, tzinfo=UTC)
ROW = {
    "host_ehr": "riverside",
    "patient_id": "pat-1",
    "rests_as": "a1c",
    "who": "user:Practitioner/1",
    "reason": "later",
    "card_uuid": "card-1",
    "until": UNTIL,
}
ADD = insert(SnoozedRuleRow)
FIND = select(SnoozedRuleRow.rests_as, literal("x").label("y")).where(
    SnoozedRuleRow.host_ehr == bindparam("host_ehr"), SnoozedRuleRow.until > bindparam("now")
)


def test_what_is_added_is_read_by_any_other_statement(database: Database):
    with database.transaction() as connection:
        assert database.prepared(ADD).run(connection, ROW) == 1

    with database.reading() as connection:
        assert connection.execute(select(SnoozedRuleRow.until)).scalar() == UNTIL


@pytest.mark.parametrize(("microseconds", "found"), [(123455, [("a1c", "x")]), (123456, [])])
def test_a_moment_is_compared_to_the_microsecond_and_a_constant_comes_with_the_statement(
    database: Database, microseconds: int, found: list[object]
):
    now = UNTIL.replace(microsecond=microseconds)
    with database.transaction() as connection:
        database.prepared(ADD).run_each(connection, [ROW])

    with database.reading() as connection:
        rows = database.prepared(FIND).rows(connection, {"host_ehr": "riverside", "now": now})

    assert [tuple(row) for row in rows] == found


def test_what_is_found_twice_is_added_once(database: Database):
    once = database.prepared(database.insert_once(SnoozedRuleRow))

    with database.transaction() as connection:
        assert [once.run(connection, ROW), once.run(connection, ROW)] == [1, 0]


def test_only_the_columns_named_are_set(database: Database):
    move = database.prepared(update(SnoozedRuleRow), "reason")

    with database.transaction() as connection:
        database.prepared(ADD).run_each(connection, [ROW, ROW | {"rests_as": "phq9"}])
        assert move.run(connection, {"reason": "never"}) == 2

    with database.reading() as connection:
        assert set(connection.execute(select(SnoozedRuleRow.reason, SnoozedRuleRow.who))) == {
            ("never", ROW["who"])
        }


def test_a_value_that_was_forgotten_is_our_own_fault(database: Database):
    with pytest.raises(KeyError, match="until"), database.transaction() as connection:
        database.prepared(ADD).run(connection, {name: ROW[name] for name in ROW if name != "until"})


def test_a_row_that_breaks_a_rule_is_our_own_fault_and_leaves_nothing(database: Database):
    add = database.prepared(ADD)

    with pytest.raises(exc.IntegrityError), database.transaction() as connection:
        add.run_each(connection, [ROW, ROW])

    with database.reading() as connection:
        assert connection.execute(select(SnoozedRuleRow.rests_as)).all() == []


def test_a_database_that_breaks_off_is_unavailable_and_then_used_again(postgresql_url: str):
    database = Database(postgresql_url)
    ends = database.prepared(select(func.pg_terminate_backend(func.pg_backend_pid())))

    with pytest.raises(DatabaseUnavailable), database.reading() as connection:
        ends.rows(connection, {})

    with database.reading() as connection:
        assert database.prepared(select(literal(1))).rows(connection, {}) == [(1,)]
    database.close()


def test_what_sqlite_cannot_do_is_unavailable(sqlite_url: str, tmp_path: Path):
    database = Database(sqlite_url)
    database.migrate()
    with sqlite3.connect(tmp_path / "throughline.sqlite3") as other:
        other.execute("DROP TABLE snoozed_rule")
    other.close()

    with pytest.raises(DatabaseUnavailable), database.transaction() as connection:
        database.prepared(ADD).run(connection, ROW)

    database.close()
