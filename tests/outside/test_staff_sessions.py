"""A signed-in browser: until it signs out, is idle for too long, or has been signed in for too long."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import text

from cds_service.outside.staff_sessions import StaffSessions


@pytest.fixture
def sessions(database) -> StaffSessions:
    return StaffSessions(database, idle_minutes=30, hours=12)


def test_a_session_is_found_by_its_secret(sessions):
    secret = sessions.open("ada")

    assert sessions.get(secret).account == "ada"


@pytest.mark.parametrize("secret", ["", "unknown", "\x00", "\ud800", "x" * 100_000, "' OR 1=1 --"])
def test_a_secret_that_was_never_given_out_is_nothing(sessions, secret):
    sessions.open("ada")

    assert sessions.get(secret) is None


def test_every_session_has_a_secret_of_its_own_that_is_not_stored(sessions, database):
    secrets = {sessions.open("ada") for _ in range(3)}

    with database.reading() as connection:
        stored = str(connection.execute(text("SELECT * FROM staff_session")).all())
    assert len(secrets) == 3
    assert not any(secret in stored for secret in secrets)


def test_a_closed_session_is_gone_and_the_others_stay(sessions):
    first, second = sessions.open("ada"), sessions.open("ada")

    sessions.close(first)
    sessions.close(first)

    assert sessions.get(first) is None
    assert sessions.get(second) is not None


@pytest.mark.parametrize(("seconds", "is_open"), [(30 * 60 - 1, True), (30 * 60, False)])
def test_a_session_idle_for_half_an_hour_is_over(sessions, seconds, is_open):
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as traveller:
        secret = sessions.open("ada")
        traveller.shift(seconds)

        assert (sessions.get(secret) is not None) is is_open


@pytest.mark.parametrize(("minutes", "is_open"), [(12 * 60 - 1, True), (12 * 60, False)])
def test_a_busy_session_is_over_after_twelve_hours(sessions, minutes, is_open):
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as traveller:
        secret = sessions.open("ada")
        for _ in range(minutes // 20):
            traveller.shift(20 * 60)
            sessions.get(secret)
        traveller.shift(minutes % 20 * 60)

        assert (sessions.get(secret) is not None) is is_open


def test_sessions_that_are_over_leave_nothing_behind(sessions, database):
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as traveller:
        sessions.open("ada")
        traveller.shift(31 * 60)
        sessions.open("bea")

    with database.reading() as connection:
        assert connection.execute(text("SELECT account FROM staff_session")).scalars().all() == ["bea"]
