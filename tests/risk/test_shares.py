"""Levels told as numbers: never by a row's own outcome."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from measures.risk.data import Column, Data
from measures.risk.leakage import leaks
from measures.risk.shares import learn_shares, told_by_others


def rows(level, event, levels):
    x = np.array(level, dtype=float)[:, None]
    groups = tuple(f"p{number}" for number in range(len(level)))
    return Data((Column("code", "code", levels=levels),), x, groups, np.array(event), (0,))


def test_a_level_of_one_row_does_not_tell_the_outcome_of_that_row():
    random = np.random.default_rng(1)
    data = rows(range(400), random.integers(0, 2, 400), 400)

    assert np.abs(told_by_others(data, "s").x).max() == 0


def test_a_level_with_more_events_has_higher_log_odds_and_an_unknown_one_has_none():
    data = rows([0] * 300 + [1] * 300, [0] * 200 + [1] * 100 + [0] * 50 + [1] * 250, 2)
    found = learn_shares(data).of(np.array([[0.0], [1.0], [7.0], [np.nan]]))[:, 0]

    assert found[0] > 0 > found[1]
    assert found[2] == found[3] == 0


def test_a_rare_level_counts_mostly_as_everybody():
    data = rows([0] * 500 + [1], [0, 1] * 250 + [0], 2)

    assert 0 < learn_shares(data).of_column[0][1] < 0.05


@pytest.mark.parametrize(("noise", "warned"), [(0.05, True), (0.3, False)])
def test_a_column_that_alone_tells_the_outcome_too_well_is_named(noise, warned):
    random = np.random.default_rng(2)
    event = random.integers(0, 2, 1000)
    told = np.where(random.random(1000) < noise, 1 - event, event)
    data = rows(told, event, 2)

    assert bool(leaks(data)) is warned


@pytest.mark.parametrize(
    ("known", "events", "warned"),
    [(200, 20, True), (199, 20, False), (200, 19, False)],
    ids=["enough", "too few rows", "too few events"],
)
def test_a_column_known_of_a_handful_is_not_said_to_know_the_outcome(known: int, events: int, warned: bool):
    event = np.zeros(1000)
    event[:events] = 1
    event[known : known + 80] = 1
    told = np.where(np.arange(1000) < known, event, np.nan)
    data = rows(told, event, 1)

    assert bool(leaks(replace(data, columns=(Column("slope", "slope"),)))) is warned
