"""A rule in the shadow: evaluated, counted and logged in every call, and never seen by the client."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from cds_service.answering import Parts
from cds_service.chosen import RuleSet
from cds_service.life_cycle import Deed, State, Step
from cds_service.outside import clock
from cds_service.rules_in_use import RulesInUse
from cds_service.wiring import Wiring, offered
from tests.cds_service.calls import CdsClient
from tests.cds_service.conftest import client_of, served
from tests.cds_service.test_studio_commands import RULE
from tests.measures.orders.signing import DIABETIC

ID = "a1c-in-the-shadow"


@pytest.fixture(scope="module")
def in_shadow(wiring: Wiring, parts: Parts) -> Iterator[Wiring]:
    """The service with one more rule, of its own id, in the shadow."""
    store = wiring.rule_store
    text = RULE[: RULE.index("tests:")].replace("a1c-not-measured", ID)
    revision = store.save(ID, "2", "quality", text, author="staff/ann").revision
    store.do(ID, Step(Deed.SEND, revision, "staff/ann", State.SHADOW), ("riverside",))
    store.do(ID, Step(Deed.APPROVE, revision, "staff/ben"), ("riverside",))
    rules = RulesInUse(wiring.rule_folders, store, ask_seconds=0)
    yield replace(wiring, services=offered(replace(parts, rules_at=rules.at)))
    store.do(ID, Step(Deed.RETIRE, revision, "staff/ann"), ("riverside",))


@pytest.fixture
def shadowed(in_shadow: Wiring, key: ECKey) -> CdsClient:
    return client_of(served(in_shadow), key)


def summaries(cards: list[dict[str, Any]]) -> list[str]:
    return [card["summary"] for card in cards]


def test_the_answer_is_the_same_as_without_the_shadow(ehr: CdsClient, shadowed: CdsClient):
    assert summaries(shadowed.cards(*DIABETIC)) == summaries(ehr.cards(*DIABETIC))


def test_it_is_counted_once_a_visit_and_logged_where_it_would_have_fired(
    in_shadow: Wiring, shadowed: CdsClient, log: list[MutableMapping[str, Any]]
):
    since = clock.now() - timedelta(days=1)
    before = in_shadow.rule_store.shadow_fires("riverside", since).get((ID, 1), 0)

    shadowed.cards(*DIABETIC)
    shadowed.cards()

    assert in_shadow.rule_store.shadow_fires("riverside", since)[ID, 1] == before + 1
    assert [line["rule"] for line in log if line["event"] == "shadow card"] == [ID]


def test_the_rules_are_chosen_anew_only_when_they_changed(in_shadow: Wiring, shadowed: CdsClient):
    service = in_shadow.services["throughline-patient-view"]
    shadowed.cards()
    first = service._at["riverside"]
    shadowed.cards()

    assert service._at["riverside"] is first
    assert isinstance(first[0], RuleSet)
