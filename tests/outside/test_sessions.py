"""A launch is called back once; an open chart belongs to one browser and one patient; tokens are sealed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from sqlalchemy import text

from cds_service.outside.sessions import (
    ChartSession,
    ChartSessions,
    PendingLaunch,
    PendingLaunches,
    hash_secret,
)
from cds_service.outside.vault import Tampered

TOKEN = "the-access-token-that-nobody-may-read"


@pytest.fixture
def launches(database, vault) -> PendingLaunches:
    return PendingLaunches(database, vault)


@pytest.fixture
def charts(database, vault) -> ChartSessions:
    return ChartSessions(database, vault, idle_minutes=30)


def found(charts: ChartSessions, launch_id: str) -> ChartSession:
    session = charts.get(launch_id)
    assert session is not None
    return session


def everything_stored(database) -> str:
    with database.reading() as connection:
        launches = connection.execute(text("SELECT * FROM pending_launch")).all()
        charts = connection.execute(text("SELECT * FROM chart_session")).all()
    return str([launches, charts])


# Launches


def test_a_launch_is_taken_once(launches):
    state = launches.start("riverside", {"verifier": "v"})

    assert [launches.take(state), launches.take(state)] == [
        PendingLaunch("riverside", {"verifier": "v"}),
        None,
    ]


def test_of_many_who_take_a_launch_at_once_one_has_it(launches):
    state = launches.start("riverside", {})

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: launches.take(state), range(16)))

    assert sum(launch is not None for launch in taken) == 1


@pytest.mark.parametrize("state", ["", "unknown", "\x00", "\ud800", "x" * 100_000])
def test_a_state_that_was_never_given_out_is_nothing(launches, state):
    assert launches.take(state) is None


@pytest.mark.parametrize(("seconds", "is_good"), [(599, True), (600, False)])
def test_a_launch_is_good_for_ten_minutes(launches, seconds, is_good):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller:
        state = launches.start("riverside", {})
        traveller.shift(seconds)

        assert (launches.take(state) is not None) is is_good


def test_old_launches_are_cleared_away(launches, database):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller:
        launches.start("riverside", {})
        traveller.shift(601)
        launches.start("riverside", {})

    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM pending_launch")).scalar() == 1


# Open charts


def test_an_open_chart_is_found_with_all_it_holds(charts):
    launch_id = charts.open("riverside", "p1", hash_secret("browser"), {"token": TOKEN})

    session = found(charts, launch_id)

    assert (session.host_ehr, session.patient_id, session.data) == ("riverside", "p1", {"token": TOKEN})


def test_an_open_chart_belongs_to_the_browser_that_launched_it(charts):
    session = found(charts, charts.open("riverside", "p1", hash_secret("browser"), {}))

    assert session.belongs_to("browser")
    assert not session.belongs_to("another")
    assert not session.belongs_to("")


def test_two_charts_of_the_same_patient_are_two(charts):
    first, second = (charts.open("riverside", "p1", hash_secret("b"), {"n": n}) for n in (1, 2))

    assert [found(charts, launch_id).data["n"] for launch_id in (first, second)] == [1, 2]


@pytest.mark.parametrize("launch_id", ["", "unknown", "\x00", "\ud800", "é", "x" * 100_000, "' OR 1=1 --"])
def test_a_launch_id_that_was_never_given_out_is_nothing(charts, launch_id):
    charts.open("riverside", "p1", hash_secret("b"), {})

    assert charts.get(launch_id) is None


def test_neither_tokens_nor_states_can_be_read_in_the_database(charts, launches, database):
    state = launches.start("riverside", {"verifier": TOKEN})
    charts.open("riverside", "p1", hash_secret("browser"), {"token": TOKEN})

    stored = everything_stored(database)

    assert TOKEN not in stored
    assert state not in stored
    assert "'browser'" not in stored


def test_a_row_edited_to_show_another_patient_does_not_open(charts, database):
    launch_id = charts.open("riverside", "p1", hash_secret("b"), {})
    with database.transaction() as connection:
        connection.execute(text("UPDATE chart_session SET patient_id = 'p2'"))

    with pytest.raises(Tampered):
        charts.get(launch_id)


def test_a_closed_chart_is_gone(charts, database):
    launch_id = charts.open("riverside", "p1", hash_secret("b"), {})

    charts.close(launch_id)
    charts.close(launch_id)

    assert charts.get(launch_id) is None
    assert not charts.update(launch_id, {})
    assert not charts.claim_refresh(launch_id)


@pytest.mark.parametrize(("minutes", "is_open"), [(29.9, True), (30, False)])
def test_a_chart_unused_for_half_an_hour_is_closed(charts, minutes, is_open):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller:
        launch_id = charts.open("riverside", "p1", hash_secret("b"), {})
        traveller.shift(minutes * 60)

        assert (charts.get(launch_id) is not None) is is_open


def test_using_a_chart_keeps_it_open(charts):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller:
        launch_id = charts.open("riverside", "p1", hash_secret("b"), {})
        for _ in range(3):
            traveller.shift(20 * 60)
            assert charts.get(launch_id) is not None


def test_closed_and_idle_charts_leave_nothing_behind(charts, database):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller:
        charts.open("riverside", "p1", hash_secret("b"), {})
        traveller.shift(31 * 60)
        charts.open("riverside", "p2", hash_secret("b"), {})

    with database.reading() as connection:
        assert connection.execute(text("SELECT patient_id FROM chart_session")).scalars().all() == ["p2"]


# Refreshing


def test_of_many_who_would_refresh_one_may(charts):
    launch_id = charts.open("riverside", "p1", hash_secret("b"), {})

    with ThreadPoolExecutor(8) as threads:
        claims = list(threads.map(lambda _: charts.claim_refresh(launch_id), range(16)))

    assert claims.count(True) == 1


def test_a_claim_ends_when_the_new_tokens_are_stored(charts):
    launch_id = charts.open("riverside", "p1", hash_secret("b"), {"token": "old"})
    charts.claim_refresh(launch_id)

    assert charts.update(launch_id, {"token": "new"})

    assert found(charts, launch_id).data == {"token": "new"}
    assert charts.claim_refresh(launch_id)


@pytest.mark.parametrize(("seconds", "is_free"), [(9.9, False), (10, True)])
def test_the_claim_of_a_worker_that_died_ends_by_itself(charts, seconds, is_free):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller:
        launch_id = charts.open("riverside", "p1", hash_secret("b"), {})
        charts.claim_refresh(launch_id, seconds=10)
        traveller.shift(seconds)

        assert charts.claim_refresh(launch_id) is is_free
