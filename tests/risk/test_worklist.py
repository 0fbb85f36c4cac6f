"""The worklist: an exact size, an order that depends on the candidates alone, caps, and what changes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from measures.risk.policy import Policy
from measures.risk.worklist import Candidate, moves, size_of, worklist

POLICY = Policy(panel_percent=10, exclude=frozenset({"died"}))


def panel(*values: float | None, **more) -> list[Candidate]:
    return [Candidate(f"p{number:03}", value, **more) for number, value in enumerate(values)]


def ids(listed) -> list[str]:
    return [one.patient for one in listed]


@pytest.mark.parametrize(
    ("patients", "percent", "size"),
    [(100, 5, 5), (101, 5, 6), (100, 7, 7), (1, 10, 1), (0, 10, 0), (30, 10, 3)],
)
def test_the_list_is_the_share_of_the_panel_rounded_up_and_no_more(patients, percent, size):
    listed = worklist(panel(*range(patients)), replace(POLICY, panel_percent=percent))

    assert size_of(patients, percent) == len(listed) == size


def test_the_highest_risk_comes_first_and_who_has_no_score_never_comes():
    listed = worklist(panel(0.1, None, 0.9, 0.5, *[0.0] * 16), POLICY)

    assert ids(listed) == ["p002", "p003"]


def test_the_list_is_the_same_however_the_panel_is_shuffled():
    everybody = panel(*[0.2] * 40)
    shuffled = everybody[:]
    Random(3).shuffle(shuffled)  # noqa: S311  (an order, not a secret)

    assert worklist(everybody, POLICY) == worklist(shuffled, POLICY)


def test_of_equal_risk_comes_who_rose_most_and_then_the_lower_id():
    everybody = panel(*[0.2] * 30)
    everybody[9] = replace(everybody[9], change=0.1)

    assert ids(worklist(everybody, POLICY)) == ["p009", "p000", "p001"]


def test_who_is_excluded_makes_room_for_the_next():
    everybody = panel(*range(20, 0, -1))
    everybody[0] = replace(everybody[0], marks=frozenset({"died"}))

    assert ids(worklist(everybody, POLICY)) == ["p001", "p002"]


def test_a_full_care_manager_makes_room_for_the_next_and_the_size_stays():
    everybody = panel(*range(40, 0, -1), care_manager="ann")
    for number in (30, 31, 32):
        everybody[number] = replace(everybody[number], care_manager="")

    assert ids(worklist(everybody, replace(POLICY, cap=2))) == ["p000", "p001", "p030", "p031"]
    assert ids(worklist(everybody, replace(POLICY, cap=4))) == ["p000", "p001", "p002", "p003"]


def test_who_enters_and_who_leaves():
    found = moves(["a", "b", "c"], ["c", "d", "a"])

    assert (found.enter, found.leave, found.stay) == (("d",), ("b",), 2)
