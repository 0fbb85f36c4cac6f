"""The audit chain: whole over all processes, and whoever touches it is found out by row."""

from __future__ import annotations

import re
import sqlite3

import pytest
from sqlalchemy import text

from cds_service.outside.audit import GENESIS, AuditLog, BadRow, Link, hash_of
from cds_service.outside.database import Database, DatabaseUnavailable
from tests.outside.broken_off import broken_off
from tests.outside.several_processes import in_processes


def write(audit: AuditLog, count: int, *, worker: int = 0) -> None:
    for number in range(count):
        audit.record(
            host_ehr="riverside",
            actor="Practitioner/p1",
            action="patient-view",
            patient_id=f"patient-{number}",
            detail={"cards": number, "worker": worker},
        )


def write_from_a_process(number: int, url: str, count: int) -> None:
    database = Database(url, wait_seconds=30)
    write(AuditLog(database), count, worker=number)
    database.close()


def change(database: Database, *statements: str, **values: str) -> None:
    """What someone with SQL at hand does."""
    with database.transaction() as connection:
        for statement in statements:
            names = [name for name in values if f":{name}" in statement]
            connection.execute(text(statement), {name: values[name] for name in names})


@pytest.fixture
def audit(database: Database) -> AuditLog:
    return AuditLog(database)


def test_an_empty_audit_is_whole(audit):
    assert audit.verify() is None
    assert audit.head() == Link(0, GENESIS)


def test_rows_are_numbered_from_one_and_chained(audit):
    write(audit, 3)

    assert audit.verify() is None
    assert audit.head().seq == 3


def test_a_chain_longer_than_a_page_is_whole(audit, monkeypatch):
    monkeypatch.setattr("cds_service.outside.audit._PAGE", 2)
    write(audit, 5)

    assert audit.verify() is None


def test_several_processes_add_to_one_chain(database, audit):
    url = database.url.render_as_string(hide_password=False)

    in_processes(write_from_a_process, url, 40)

    assert audit.verify() is None
    assert audit.head().seq == 3 * 40


def test_a_transaction_that_fails_takes_its_audit_row_with_it(database, audit):
    with broken_off(database) as connection:
        audit.record(
            host_ehr="riverside",
            actor="p1",
            action="patient-view",
            patient_id=None,
            detail={},
            within=connection,
        )

    write(audit, 1)
    assert audit.verify() is None
    assert audit.head().seq == 1


CHANGED = "was changed after it was written"
CUT_OFF = "is missing, and all after it: the end of the audit was cut off"


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE audit_event SET patient_id = 'x' WHERE seq = 3"], BadRow(3, CHANGED)),
        (["UPDATE audit_event SET detail = '{}' WHERE seq = 1"], BadRow(1, CHANGED)),
        (["UPDATE audit_event SET outcome = 'failed' WHERE seq = 5"], BadRow(5, CHANGED)),
        (["DELETE FROM audit_event WHERE seq = 3"], BadRow(3, "is missing")),
        (["DELETE FROM audit_event WHERE seq = 1"], BadRow(1, "is missing")),
        (["DELETE FROM audit_event WHERE seq = 5"], BadRow(5, CUT_OFF)),
        (["DELETE FROM audit_event WHERE seq > 3"], BadRow(4, CUT_OFF)),
        (["DELETE FROM audit_event"], BadRow(1, CUT_OFF)),
        (["DELETE FROM audit_head"], BadRow(5, "the head of the chain was removed")),
        (
            [  # 2 and 3 change places
                "UPDATE audit_event SET seq = 99 WHERE seq = 2",
                "UPDATE audit_event SET seq = 2 WHERE seq = 3",
                "UPDATE audit_event SET seq = 3 WHERE seq = 99",
            ],
            BadRow(2, CHANGED),
        ),
        (
            [  # 3 is taken out and the rest moved up
                "DELETE FROM audit_event WHERE seq = 3",
                "UPDATE audit_event SET seq = 3 WHERE seq = 4",
                "UPDATE audit_event SET seq = 4 WHERE seq = 5",
                "UPDATE audit_head SET seq = 4",
            ],
            BadRow(3, CHANGED),
        ),
        (
            [  # a row is put in behind the last
                "INSERT INTO audit_event SELECT 6, host_ehr, recorded, actor, action, outcome, patient_id, "
                "detail, previous_hash, hash FROM audit_event WHERE seq = 5"
            ],
            BadRow(6, CHANGED),
        ),
    ],
)
def test_whoever_changes_the_audit_is_found_out_by_row(database, audit, statements, found):
    write(audit, 5)

    change(database, *statements)

    assert audit.verify() == found


def test_a_row_rewritten_with_a_fitting_hash_no_longer_fits_its_successor(database, audit):
    other = AuditLog(database)
    write(other, 2)
    with database.reading() as connection:
        forged = connection.execute(text("SELECT * FROM audit_event WHERE seq = 1")).one()._asdict()
    forged["patient_id"] = "someone-else"
    forgery = "UPDATE audit_event SET patient_id = 'someone-else', hash = :hash WHERE seq = 1"
    change(database, forgery, hash=hash_of(forged))

    assert audit.verify() == BadRow(2, "does not follow row 1: one of the two was replaced")


def test_an_anchor_finds_out_an_end_cut_off_with_its_head(database, audit):
    write(audit, 5)
    anchor = audit.head()
    with database.reading() as connection:
        third = connection.execute(text("SELECT hash FROM audit_event WHERE seq = 3")).scalar_one()

    put_back = "UPDATE audit_head SET seq = 3, hash = :hash"
    change(database, "DELETE FROM audit_event WHERE seq > 3", put_back, hash=third)

    assert audit.verify() is None  # nothing inside the database can tell
    assert audit.verify(anchor) == BadRow(4, CUT_OFF)


def test_an_anchor_finds_out_a_chain_written_anew(database, audit):
    write(audit, 3)
    anchor = audit.head()
    put_back = "UPDATE audit_head SET seq = 0, hash = :hash"
    change(database, "DELETE FROM audit_event", put_back, hash=GENESIS)
    write(audit, 4)

    assert audit.verify() is None
    assert audit.verify(anchor) == BadRow(3, "is not the row of the anchor: the chain was written anew")


def test_an_anchor_that_still_holds_is_found_again(audit):
    write(audit, 2)
    anchor = audit.head()
    write(audit, 2)

    assert audit.verify(anchor) is None


def test_an_anchor_is_read_as_it_is_printed(audit):
    write(audit, 1)

    assert Link.parse(str(audit.head())) == audit.head()


@pytest.mark.parametrize("written", ["", "5", "5:abc", ":" + GENESIS, "-1:" + GENESIS, GENESIS])
def test_something_else_is_no_anchor(written):
    with pytest.raises(ValueError, match="SEQ:HASH"):
        Link.parse(written)


def test_without_its_head_nothing_can_be_added(database, audit):
    change(database, "DELETE FROM audit_head")

    with pytest.raises(DatabaseUnavailable, match="throughline audit verify"):
        write(audit, 1)


def test_an_audit_that_cannot_be_written_is_an_error(sqlite_url, tmp_path):
    database = Database(sqlite_url, wait_seconds=0.05)
    database.migrate()
    other = sqlite3.connect(tmp_path / "throughline.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseUnavailable):
        write(AuditLog(database), 1)

    other.close()


def test_only_ids_counts_and_truth_values_are_kept(database, audit):
    audit.record(
        host_ehr="riverside",
        actor="Dr Ada Lovelace",
        action="patient-view",
        patient_id="Maria Gonzalez\x00",
        detail={
            "resources": ["Observation/o1", "Observation/o2"],
            "note": "drinks again since June",
            "token": "eyJhbGciOiJFUzM4NCJ9.e30.c2ln",
            "late": False,
            "by rule": {"depression-follow-up-due": 2},
        },
    )

    with database.reading() as connection:
        row = connection.execute(text("SELECT actor, patient_id, detail FROM audit_event")).one()
    assert not re.search("Ada|Maria|drinks|eyJ|by rule", " ".join(row))
    assert '"resources":["Observation/o1","Observation/o2"]' in row.detail
    assert '"depression-follow-up-due":2' in row.detail
    assert audit.verify() is None


def test_a_resource_in_the_detail_is_a_mistake_in_the_code(audit):
    with pytest.raises(TypeError, match="not a object"):
        audit.record(host_ehr="r", actor="a", action="b", patient_id=None, detail={"x": object()})
