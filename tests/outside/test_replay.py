"""A token works once: over threads, processes and restarts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from sqlalchemy import func, select

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.replay import SeenTokens
from cds_service.outside.tables.cards import SeenTokenRow
from tests.outside.broken_off import broken_off
from tests.outside.several_processes import in_processes

EXPIRES = 2_000_000_000


def use_thirty_times(number: int, url: str) -> int:
    database = Database(url, wait_seconds=30)
    seen = SeenTokens(database)
    with ThreadPoolExecutor(4) as threads:
        used = list(threads.map(lambda _: seen.first_time("riverside", "iss", "jti", EXPIRES), range(30)))
    database.close()
    return used.count(True)


def test_a_token_works_the_first_time_only(database):
    seen = SeenTokens(database)

    assert [seen.first_time("riverside", "https://ehr", "1", EXPIRES) for _ in range(3)] == [
        True,
        False,
        False,
    ]


def test_a_token_used_before_a_restart_stays_used(database):
    SeenTokens(database).first_time("riverside", "https://ehr", "1", EXPIRES)

    restarted = Database(database.url.render_as_string(hide_password=False))
    again = SeenTokens(restarted).first_time("riverside", "https://ehr", "1", EXPIRES)
    restarted.close()

    assert not again


def test_ninety_parallel_uses_in_three_processes_are_one(database):
    url = database.url.render_as_string(hide_password=False)

    assert sum(in_processes(use_thirty_times, url)) == 1


@pytest.mark.parametrize(
    ("host_ehr", "iss", "jti"), [("lakeside", "ab", "c"), ("riverside", "a", "bc"), ("riverside", "ab", "d")]
)
def test_another_host_ehr_issuer_or_id_is_another_token(database, host_ehr, iss, jti):
    seen = SeenTokens(database)
    seen.first_time("riverside", "ab", "c", EXPIRES)

    assert seen.first_time(host_ehr, iss, jti, EXPIRES)


def test_a_token_id_of_any_length_and_content_is_taken(database):
    seen = SeenTokens(database)
    odd = "\x00\ud800'; DROP TABLE seen_token; --" * 1000

    assert [seen.first_time("riverside", odd, odd, EXPIRES) for _ in range(2)] == [True, False]


def test_a_use_that_is_rolled_back_did_not_happen(database):
    seen = SeenTokens(database)

    with broken_off(database) as connection:
        assert seen.first_time("riverside", "iss", "jti", EXPIRES, within=connection)

    assert not seen.seen("riverside", "iss", "jti")
    assert seen.first_time("riverside", "iss", "jti", EXPIRES)
    assert seen.seen("riverside", "iss", "jti")


@pytest.mark.parametrize(("seconds_past_expiry", "left"), [(599, 2), (601, 1)])
def test_a_token_is_forgotten_ten_minutes_after_it_expired(database, seconds_past_expiry, left):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller:
        seen = SeenTokens(database)
        seen.first_time("riverside", "iss", "old", clock.now().timestamp())
        traveller.shift(seconds_past_expiry)

        seen.first_time("riverside", "iss", "new", clock.now().timestamp() + 300)

    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(SeenTokenRow)).scalar() == left
