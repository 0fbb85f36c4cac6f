"""How cards are received: counted by rule, role, site and hook, with intervals, and never with too few."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_service.acceptance import FEWEST, FEWEST_REASONS, Reception, by_rule, together, told_apart, wilson
from cds_service.card import Card
from cds_service.drafts import load_drafts
from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.feedback import Feedback, FeedbackStore
from cds_service.outside.reception import receptions
from cds_service.outside.vault import Vault
from cds_service.outside.visits import Visits
from cds_service.rules import BUILT_IN, read_rule
from measures.catalog import find_measures

SERVICE = "throughline-patient-view"
OURS = "https://us.example/code-systems/override-reasons"
RULE = read_rule(Path(BUILT_IN) / "a1c_not_measured.yaml", find_measures(), load_drafts())


@pytest.mark.parametrize(
    ("of", "all_", "low", "high"),
    [(0, 20, 0.0, 0.161), (10, 20, 0.299, 0.701), (20, 20, 0.839, 1.0), (1, 100, 0.002, 0.054)],
)
def test_the_interval_is_wilsons(of: int, all_: int, low: float, high: float):
    found = wilson(of, all_)

    assert (round(found.low, 3), round(found.high, 3)) == (low, high)


@pytest.mark.parametrize(("of", "all_"), [(0, 0), (2, 1), (-1, 1)])
def test_what_is_no_share_is_refused(of: int, all_: int):
    with pytest.raises(ValueError, match="is no share"):
        wilson(of, all_)


def test_a_rate_is_told_from_20_cards_on():
    assert Reception("r", "", "", FEWEST - 1, 0, 0).acceptance is None
    assert str(Reception("r", "", "", FEWEST, 10, 10).acceptance) == "50% (30% to 70%)"
    assert Reception("r", "", "", FEWEST, 10, 10).overriding is not None


def test_roles_and_sites_are_summed_by_rule():
    [one] = by_rule(
        [
            Reception("r", "Practitioner", "a", 10, 4, 3, {"record-wrong": 2}, 1),
            Reception("r", "PractitionerRole", "b", 5, 1, 1, {"record-wrong": 1, "another-visit": 1}, 0),
        ]
    )

    assert (one.shown, one.accepted, one.overridden, one.silent) == (15, 5, 4, 1)
    assert one.reasons == {"record-wrong": 3, "another-visit": 1}


def at(site: str, shown: int, accepted: int = 0, **more: Any) -> Reception:
    return Reception("r", "Practitioner", site, shown, accepted, 0, **more)


def test_figures_are_split_by_what_is_asked_for_the_most_shown_first():
    parts = [at("a", 30), at("b", 50, hook="order-sign"), at("b", 20, hook="patient-view")]

    assert [(one.site, one.role, one.shown) for one in together(parts, ("site",))] == [
        ("b", "", 70),
        ("a", "", 30),
    ]
    assert [(one.hook, one.shown) for one in together(parts, ("hook",))] == [
        ("order-sign", 50),
        ("", 30),
        ("patient-view", 20),
    ]


@pytest.mark.parametrize(
    ("sites", "told"),
    [
        ([40, FEWEST], [("a", 40, 1), ("b", FEWEST, 1)]),
        ([40, 30, FEWEST - 1], [("a", 40, 1), ("", 30 + FEWEST - 1, 2)]),
        ([40, FEWEST - 1, 1], [("a", 40, 1), ("", FEWEST, 2)]),
        ([10, 5], [("", 15, 2)]),
        ([5], [("a", 5, 1)]),
        ([40, 0], [("a", 40, 1), ("b", 0, 1)]),
    ],
)
def test_a_part_too_small_is_told_with_the_next_so_that_no_subtraction_finds_it(
    sites: list[int], told: list[tuple[str, int, int]]
):
    parts = [at(site, shown) for site, shown in zip("abc", sites, strict=False)]

    assert [(one.site, one.shown, one.parts) for one in told_apart(parts, ("site",))] == told


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_the_lines_of_a_rule_sum_to_it_and_none_can_be_told_from_too_few(sites: list[int]):
    parts = [at(f"s{n}", shown, shown // 3) for n, shown in enumerate(sites)]
    lines = [one for one in told_apart(parts, ("site",)) if one.shown]

    assert sum(one.shown for one in lines) == sum(sites)
    assert sum(one.accepted for one in lines) == sum(one.accepted for one in parts)
    assert len(lines) <= 1 or all(one.shown >= FEWEST for one in lines)


def test_a_reason_given_too_rarely_is_not_told_and_none_of_too_few_cards():
    reasons = {"record-wrong": FEWEST_REASONS, "done-elsewhere": 9, "another-visit": FEWEST_REASONS - 1}

    assert at("a", FEWEST, reasons=reasons).main_reasons == (
        ("done-elsewhere", 9),
        ("record-wrong", FEWEST_REASONS),
    )
    assert at("a", FEWEST - 1, reasons=reasons).main_reasons == ()


def shown(
    database: Database, uuid: str, user: str = "Practitioner/1", *, silent: bool = False, ehr: str = "a"
) -> None:
    card = Card(RULE, uuid, {}, (), "fact")
    if not silent:
        FeedbackStore(database, Vault("a secret of the tests, long enough")).issued(
            ehr, SERVICE, "h", [(uuid, RULE.id, RULE.version)], user
        )
    Visits(database).note(ehr, SERVICE, "p", user, "v", "Organization/north", [card], silent=silent)


def test_each_card_counts_once_by_its_last_outcome(database: Database, vault: Vault):
    store = FeedbackStore(database, vault)
    now = clock.now()
    for uuid in ("c1", "c2", "c3"):
        shown(database, uuid)
    shown(database, "c4", silent=True)
    shown(database, "c5", "PractitionerRole/9")
    shown(database, "c6", ehr="b")
    store.receive("a", SERVICE, Feedback("c1", "overridden", now, reason=("record-wrong", OURS)))
    store.receive("a", SERVICE, Feedback("c1", "accepted", now + timedelta(minutes=1)))
    store.receive("a", SERVICE, Feedback("c2", "overridden", now, reason=("record-wrong", OURS)))

    silent, *seen = sorted(receptions(database, "a"), key=lambda one: one.version)
    practitioner, role = seen

    assert (practitioner.role, practitioner.site) == ("Practitioner", "Organization/north")
    assert (practitioner.shown, practitioner.accepted, practitioner.overridden) == (3, 1, 1)
    assert (practitioner.reasons, practitioner.version, practitioner.hook) == (
        {"record-wrong": 1},
        RULE.version,
        "patient-view",
    )
    assert (silent.shown, silent.silent, silent.version) == (0, 1, "")
    assert (role.role, role.shown, role.accepted) == ("PractitionerRole", 1, 0)
    assert sum(one.shown for one in receptions(database)) == 5
    assert receptions(database, "a", since=now + timedelta(days=1)) == ()


def test_of_two_outcomes_at_one_moment_one_counts(database: Database, vault: Vault):
    store, now = FeedbackStore(database, vault), clock.now()
    shown(database, "c1")
    store.receive("a", SERVICE, Feedback("c1", "overridden", now, reason=("record-wrong", OURS)))
    store.receive("a", SERVICE, Feedback("c1", "accepted", now))

    [one] = by_rule(receptions(database, "a"))

    assert (one.shown, one.accepted + one.overridden) == (1, 1)
