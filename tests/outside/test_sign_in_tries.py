"""Guessing is slow: for one person at one place, for one account, for one address; in every process alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from sqlalchemy import text

from cds_service.outside.sign_in_tries import (
    TRIES_OF_ACCOUNT,
    TRIES_OF_ADDRESS,
    TRIES_OF_BOTH,
    SignInTries,
)


@pytest.fixture
def tries(database) -> SignInTries:
    return SignInTries(database)


def test_the_sixth_try_within_a_quarter_of_an_hour_waits(tries):
    waits = [tries.count("ada", "10.0.0.1") for _ in range(TRIES_OF_BOTH + 1)]

    assert waits[:TRIES_OF_BOTH] == [0] * TRIES_OF_BOTH
    assert 0 < waits[TRIES_OF_BOTH] <= 15 * 60


def test_another_place_and_another_account_may_go_on(tries):
    for _ in range(TRIES_OF_BOTH + 1):
        tries.count("ada", "10.0.0.1")

    assert tries.count("ada", "10.0.0.2") == 0
    assert tries.count("bea", "10.0.0.1") == 0


@pytest.mark.parametrize(("seconds", "waits"), [(15 * 60 - 1, True), (15 * 60, False)])
def test_after_a_quarter_of_an_hour_it_begins_anew(tries, seconds, waits):
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as traveller:
        for _ in range(TRIES_OF_BOTH):
            tries.count("ada", "10.0.0.1")
        traveller.shift(seconds)

        assert bool(tries.count("ada", "10.0.0.1")) is waits


def test_a_success_forgets_the_mistakes_before_it(tries):
    for _ in range(TRIES_OF_BOTH):
        tries.count("ada", "10.0.0.1")

    tries.forget("ada", "10.0.0.1")

    assert tries.count("ada", "10.0.0.1") == 0


def test_one_account_is_not_guessed_at_from_everywhere(tries):
    waits = [tries.count("ada", f"10.0.0.{n}") for n in range(TRIES_OF_ACCOUNT + 1)]

    assert [bool(wait) for wait in waits] == [False] * TRIES_OF_ACCOUNT + [True]


def test_one_address_does_not_guess_at_everybody(tries):
    waits = [tries.count(f"person{n}", "10.0.0.1") for n in range(TRIES_OF_ADDRESS + 1)]

    assert [bool(wait) for wait in waits] == [False] * TRIES_OF_ADDRESS + [True]


def test_tries_at_the_same_moment_are_all_counted(tries):
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: tries.count("ada", "10.0.0.1"), range(16)))

    assert waits.count(0) == TRIES_OF_BOTH


@pytest.mark.parametrize("name", ["", "\x00", "\ud800", "x" * 100_000])
def test_any_name_can_be_counted(tries, name):
    assert tries.count(name, "10.0.0.1") == 0


def test_old_tries_are_cleared_away_and_names_are_not_stored(tries, database):
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as traveller:
        tries.count("a-name-to-find", "10.0.0.1")
        traveller.shift(16 * 60)
        tries.count("bea", "10.0.0.2")

    with database.reading() as connection:
        stored = connection.execute(text("SELECT * FROM sign_in_tries")).all()
    assert len(stored) == 3
    assert "a-name-to-find" not in str(stored)
