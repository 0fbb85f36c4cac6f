"""The ledger of writes: one claim at a time, kept by host EHR, and free again when its holder is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from cds_service.outside.ehr_writes import BeingWritten, EhrWrites, OtherContent, Part, Write, WriteState

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
WRITE = Write("riverside", "p1", "k" * 22, "l1", "phq-9", "CMS2", "h" * 64, WriteState.BEGUN, (), NOW, NOW)


@pytest.fixture
def writes(database) -> EhrWrites:
    return EhrWrites(database, kept_days=7)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_while_one_writes_another_is_told_so_until_the_claim_lapses(writes, clock):
    writes.begin(WRITE, seconds=60)
    with pytest.raises(BeingWritten):
        writes.begin(WRITE, seconds=60)

    clock.shift(timedelta(seconds=59))
    with pytest.raises(BeingWritten):
        writes.begin(WRITE, seconds=60)
    clock.shift(timedelta(seconds=1))

    assert writes.begin(WRITE, seconds=60).state is WriteState.BEGUN


def test_what_is_written_comes_back_as_it_was_and_other_content_is_refused(writes, clock):
    done = replace(WRITE, state=WriteState.WRITTEN).with_part(
        Part("score", "Observation", "written", "o1", "1")
    )
    writes.begin(WRITE, seconds=60)
    writes.note(done, done=True)

    assert writes.begin(WRITE, seconds=60) == done
    with pytest.raises(OtherContent):
        writes.begin(replace(WRITE, content_hash="x" * 64), seconds=60)


def test_the_same_key_and_patient_at_another_host_ehr_is_another_write(writes, clock):
    writes.begin(WRITE, seconds=60)

    assert writes.get("lakeside", "p1", WRITE.key) is None
    assert writes.since("lakeside", "p1", NOW) == ()
    assert writes.begin(replace(WRITE, host_ehr="lakeside"), seconds=60).host_ehr == "lakeside"


@pytest.mark.parametrize(("seconds", "there"), [(7 * 86400 - 1, True), (7 * 86400, False)])
@pytest.mark.parametrize("state", [WriteState.WRITTEN, WriteState.UNKNOWN])
def test_a_write_is_remembered_for_its_days_and_goes_with_the_next_one(writes, clock, state, seconds, there):
    writes.begin(WRITE, seconds=60)
    writes.note(replace(WRITE, state=state), done=True)
    clock.shift(seconds)
    later = NOW + timedelta(seconds=seconds)
    elsewhere = replace(WRITE, host_ehr="lakeside", begun_at=later, changed_at=later)

    writes.begin(elsewhere, seconds=60)

    assert (writes.get("riverside", "p1", WRITE.key) is not None) is there
    assert writes.get("lakeside", "p1", WRITE.key) is not None


def test_what_was_changed_lately_is_not_old_however_long_ago_it_began(writes, clock):
    writes.begin(WRITE, seconds=60)
    clock.shift(timedelta(days=6))
    writes.note(replace(WRITE, state=WriteState.UNDONE), done=True)
    clock.shift(timedelta(days=6))

    writes.begin(replace(WRITE, key="n" * 22, changed_at=NOW + timedelta(days=12)), seconds=60)

    assert writes.get("riverside", "p1", WRITE.key) is not None
