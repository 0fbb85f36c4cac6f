"""Reading the audit on both databases: newest first, by what it holds, a page at a time."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import text

from cds_service.outside.audit import AuditLog
from cds_service.outside.audit_reading import PAGE, AuditReader, Wanted


@pytest.fixture
def reader(database) -> AuditReader:
    log = AuditLog(database)
    for day in (1, 2, 3):
        with time_machine.travel(f"2026-03-0{day}T23:59:59.9Z", tick=False):
            log.record(
                host_ehr=f"ehr{day % 2}",
                actor=f"staff/a{day}",
                action="chart-view" if day < 3 else "launch",
                patient_id="p1" if day < 3 else None,
                detail={"n": day},
            )
    return AuditReader(database)


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (Wanted(), [3, 2, 1]),
        (Wanted(host_ehr="ehr1"), [3, 1]),
        (Wanted(actor="staff/a2"), [2]),
        (Wanted(action="chart-view"), [2, 1]),
        (Wanted(patient_id="p1", host_ehr="ehr0"), [2]),
        (Wanted(since="2026-03-02"), [3, 2]),
        (Wanted(until="2026-03-02"), [2, 1]),
        (Wanted(since="2026-03-02", until="2026-03-02"), [2]),
        (Wanted(before=3), [2, 1]),
        (Wanted(outcome="refused"), []),
        (Wanted(actor="\x00"), []),
    ],
)
def test_rows_are_found_by_what_they_hold(reader, wanted, rows):
    assert [event.detail["n"] for event in reader.page(wanted)] == rows


def test_the_newest_of_a_kind_is_found(reader):
    assert reader.latest("ehr1", "chart-view").seq == 1
    assert reader.latest("ehr1", "nothing") is None
    assert reader.last_of("ehr1").seq == 1, "the launch names no patient here"
    assert reader.last_of("elsewhere") is None


def test_every_action_can_be_chosen(reader):
    assert reader.actions() == ("chart-view", "launch")


def test_a_page_is_full_and_no_longer(database, reader):
    for _ in range(PAGE):
        AuditLog(database).record(host_ehr="", actor="x", action="y", patient_id=None, detail={})

    assert len(reader.page(Wanted())) == PAGE


def test_a_row_somebody_spoilt_is_still_shown(database, reader):
    with database.transaction() as connection:
        connection.execute(text("UPDATE audit_event SET detail = '{oops' WHERE seq = 3"))

    assert reader.page(Wanted())[0].detail == {"unreadable": True}
