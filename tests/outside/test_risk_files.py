"""The quality team's risk file in the database: saved, approved by a second person, rolled back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from cds_service.outside.risk_models import NotAllowed
from cds_service.risk import Risk
from cds_service.risk_policy import FILE
from tests.outside.audited import actions


def written(version: str) -> str:
    return FILE.read_text().replace('version: "1"', f'version: "{version}"')


def release(risk: Risk, version: str) -> int:
    saved = risk.policies.save(version, written(version), author="staff/quinn")
    return risk.policies.approve(saved.number, by="staff/quentin")


def test_a_saved_file_waits_and_is_in_use_once_a_second_person_approves_it(risk, database):
    saved = risk.policies.save("7", written("7"), author="staff/quinn")

    assert risk.policies.waiting() == saved
    assert risk.in_use().policy.version == "1"
    with pytest.raises(NotAllowed, match="ask a second person"):
        risk.policies.approve(saved.number, by="staff/quinn")
    assert risk.policies.approve(saved.number, by="staff/quentin") == 1
    risk.forget()
    assert risk.in_use().policy.version == "7"
    assert risk.policies.number() == 1
    assert actions(database) == ["risk-policy-saved", "risk-policy-released"]
    with pytest.raises(NotAllowed, match="waits for approval any more"):
        risk.policies.approve(saved.number, by="staff/quentin")


def test_what_two_people_approve_at_the_same_moment_is_released_once(risk):
    saved = risk.policies.save("7", written("7"), author="staff/quinn")

    def approve(number: int) -> None:
        with suppress(NotAllowed):
            risk.policies.approve(saved.number, by=f"staff/q{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(approve, range(8)))

    assert [one.version for one in risk.policies.released()] == ["7"]


def test_what_waits_is_replaced_by_what_is_saved_after_it_or_sent_back(risk):
    first = risk.policies.save("7", written("7"), author="staff/quinn")
    second = risk.policies.save("8", written("8"), author="staff/quinn")

    assert risk.policies.waiting() == second
    with pytest.raises(NotAllowed, match="waits for approval any more"):
        risk.policies.approve(first.number, by="staff/quentin")
    risk.policies.send_back(second.number, by="staff/quinn")
    assert risk.policies.waiting() is None
    assert [one.settled for one in risk.policies.saved()] == ["sent back", "replaced"]


def test_a_version_stands_over_one_text(risk):
    risk.policies.save("7", written("7"), author="staff/quinn")

    with pytest.raises(NotAllowed, match="version '7' stands over another text"):
        risk.policies.save("7", written("7") + "\n", author="staff/quinn")
    risk.policies.save("7", written("7"), author="staff/quinn")


def test_a_file_is_rolled_back_step_by_step_to_the_shipped_one(risk):
    for version in ("7", "8", "9"):
        release(risk, version)

    def back() -> str:
        return risk.policies.roll_back(written("1"), "1", by="staff/quinn").version

    assert [back(), back(), back()] == ["8", "7", "1"]
    with pytest.raises(NotAllowed, match="none before it"):
        back()
    release(risk, "10")
    assert back() == "1"
    release(risk, "11")
    release(risk, "12")
    assert back() == "11"
