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
    return EhrWrites(database)


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
