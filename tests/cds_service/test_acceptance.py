"""How cards are received: counted by rule, role and site, told with intervals, and only proposed from."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cds_service.acceptance import FEWEST, Reception, by_rule, proposals, wilson
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


def test_a_rule_that_is_certainly_not_taken_up_is_proposed_for_change_with_its_main_reason():
    rarely = Reception("rarely", "", "", 200, 6, 150, {"done-elsewhere": 100, "record-wrong": 50})
    mixed = Reception("mixed", "", "", 200, 6, 150, {"done-elsewhere": 75, "record-wrong": 75})
    few = Reception("few", "", "", 19, 0, 19)
    liked = Reception("liked", "", "", 200, 30, 10)

    found = {one.rule: one.says for one in proposals([rarely, mixed, few, liked])}

    assert set(found) == {"rarely", "mixed"}
    assert found["rarely"].startswith(
        "accepted 3% (1% to 6%) of 200 cards; mostly set aside as done-elsewhere"
    )
    assert found["mixed"].endswith("narrow it, give it a lower priority, or retire it")


def shown(
    database: Database, uuid: str, user: str = "Practitioner/1", *, silent: bool = False, at: str = "a"
) -> None:
    card = Card(RULE, uuid, {}, (), "fact")
    FeedbackStore(database, Vault("a secret of the tests, long enough")).issued(
        at, "s", "h", [(uuid, RULE.id, RULE.version)], user
    )
    Visits(database).note(at, "s", "p", user, "v", "Organization/north", [card], silent=silent)


def test_each_card_counts_once_by_its_last_outcome(database: Database, vault: Vault):
    store = FeedbackStore(database, vault)
    now = clock.now()
    for uuid in ("c1", "c2", "c3"):
        shown(database, uuid)
    shown(database, "c4", silent=True)
    shown(database, "c5", "PractitionerRole/9")
    shown(database, "c6", at="b")
    store.receive("a", "s", Feedback("c1", "overridden", now, reason=("record-wrong", "x")))
    store.receive("a", "s", Feedback("c1", "accepted", now + timedelta(minutes=1)))
    store.receive("a", "s", Feedback("c2", "overridden", now, reason=("record-wrong", "x")))

    practitioner, role = receptions(database, "a")

    assert (practitioner.role, practitioner.site) == ("Practitioner", "Organization/north")
    assert (practitioner.shown, practitioner.accepted, practitioner.overridden) == (3, 1, 1)
    assert (practitioner.reasons, practitioner.silent) == ({"record-wrong": 1}, 1)
    assert (role.role, role.shown, role.accepted) == ("PractitionerRole", 1, 0)
    assert sum(one.shown for one in receptions(database)) == 5
    assert receptions(database, "a", since=now + timedelta(days=1)) == ()
