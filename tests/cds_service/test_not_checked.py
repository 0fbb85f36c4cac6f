"""Orders that checks would look at, and a host EHR that did not send what they read: told, and once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from cds_service.cards import Case, Origin, shown_cards
from cds_service.dialects import load_dialects
from cds_service.drafts import load_drafts
from cds_service.order_card import Signing
from cds_service.rules import BUILT_IN, load_rules
from cds_service.visit import FIRST_CALL
from measures.catalog import find_measures
from measures.gather import State
from measures.orders.catalog import find_order_checks
from measures.orders.drafts import read_drafts
from measures.orders.medicines import BUPROPION, NSAIDS
from measures.orders.problems import SEIZURES
from measures.shared.visits import OFFICE
from tests.cds_service.calls import (
    ORDER_SELECT,
    ORDER_SIGN,
    TODAY,
    CdsClient,
    bundle,
    cards_of,
    hook,
    prefetch,
    signing,
    view,
)
from tests.clinic import all_but, chart, diagnosed
from tests.measures.orders.signing import draft_for

Json = dict[str, Any]
IBUPROFEN = draft_for(NSAIDS, "Ibuprofen 600 mg", id="ibuprofen-1")
NO_CHECK_IS_ABOUT_IT = draft_for(OFFICE, "Amoxicillin", id="amoxicillin-1")
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
ABSENT = "absent"


def lacking(value: Any, kind: str = "MedicationRequest") -> Json:
    """A prefetch with one key absent, or with a value that proves nothing."""
    given = prefetch()
    del given[kind]
    return given if value == ABSENT else given | {kind: value}


def told(answer: Any) -> list[str]:
    """The summaries of the cards on what was not checked."""
    cards = cards_of(answer)
    return [card["summary"] for card in cards if card["source"]["topic"]["display"] == "orders-not-checked"]


@pytest.mark.parametrize(
    ("value", "why"), [(ABSENT, "not sent"), (None, "not sent"), (OUTCOME, "no complete answer")]
)
def test_what_could_not_be_checked_is_told_with_its_cause(ehr: CdsClient, value: Any, why: str):
    [card] = cards_of(ehr.post(signing(lacking(value), IBUPROFEN), ORDER_SIGN))

    assert card["summary"] == (
        f"The current medicines could not be read ({why}): interactions were not checked"
    )
    assert card["indicator"] == "info"
    assert "- Lithium with a medicine that raises its level (Ibuprofen 600 mg)" in card["detail"]
    assert "This card does not depend on it" not in card["detail"]
    assert "suggestions" not in card


def test_orders_that_no_check_is_about_have_nothing_unchecked(ehr: CdsClient):
    assert cards_of(ehr.post(signing(lacking(ABSENT), NO_CHECK_IS_ABOUT_IT), ORDER_SIGN)) == []


def test_what_no_check_of_these_orders_reads_is_not_missed(ehr: CdsClient):
    assert cards_of(ehr.post(signing(lacking(ABSENT, "CarePlan"), IBUPROFEN), ORDER_SIGN)) == []


def test_it_is_told_once_in_a_visit_to_each_clinician_for_one_cause(ehr: CdsClient):
    visit = {"encounterId": str(uuid4())}

    def sign(given: Json, user: str = "Practitioner/dr-1", *drafts: Json) -> list[str]:
        return told(ehr.post(signing(given, *(drafts or (IBUPROFEN,)), userId=user, **visit), ORDER_SIGN))

    assert len(sign(lacking(ABSENT))) == 1
    assert sign(lacking(ABSENT)) == []
    assert sign(lacking(None)) == []  # the same cause
    assert len(sign(lacking(ABSENT), "Practitioner/dr-2")) == 1
    assert len(sign(lacking(OUTCOME))) == 1
    assert len(told(ehr.post(signing(lacking(ABSENT), IBUPROFEN), ORDER_SIGN))) == 1  # another visit


def test_order_select_tells_it_of_the_orders_just_chosen_only(ehr: CdsClient):
    def select(chosen: str) -> list[str]:
        drafts = {"draftOrders": bundle(IBUPROFEN, NO_CHECK_IS_ABOUT_IT), "selections": [chosen]}
        return told(ehr.post(hook("order-select", lacking(ABSENT), **drafts), ORDER_SELECT))

    assert len(select("MedicationRequest/ibuprofen-1")) == 1
    assert select("MedicationRequest/amoxicillin-1") == []


def test_a_chart_that_is_only_opened_says_nothing_of_it(ehr: CdsClient):
    assert told(ehr.post(view(lacking(ABSENT)))) == []


def test_it_comes_after_every_warning(ehr: CdsClient):
    bupropion = draft_for(BUPROPION, "Bupropion", id="bupropion-1")
    given = lacking(ABSENT) | {"Condition": bundle(diagnosed(SEIZURES, "2019-01-01"))}
    cards = cards_of(ehr.post(signing(given, IBUPROFEN, bupropion), ORDER_SIGN))

    told_of = [card["source"]["topic"]["display"] for card in cards]
    assert told_of == ["bupropion-seizures", "orders-not-checked"]


def test_what_was_never_sent_can_be_set_aside(ehr: CdsClient):
    [card] = cards_of(ehr.post(signing(lacking(ABSENT), IBUPROFEN), ORDER_SIGN))
    reason = {"reason": card["overrideReasons"][0]}
    said = {"card": card["uuid"], "outcome": "overridden", "overrideReason": reason}
    stamped = said | {"outcomeTimestamp": "2026-11-22T10:00:00Z"}
    ehr.post({"feedback": [stamped]}, f"{ORDER_SIGN}/feedback")

    assert told(ehr.post(signing(lacking(ABSENT), IBUPROFEN), ORDER_SIGN)) == []


@pytest.mark.parametrize("dialect", ["1.0", "2.0", "3.0", "athena", "epic", "sandbox"])
def test_every_kind_of_client_is_told(dialect: str):
    rules = load_rules((BUILT_IN,), find_measures(), load_drafts())
    record = chart(gathered=all_but("MedicationRequest", state=State.NOT_PERMITTED))
    drafts = read_drafts(bundle(IBUPROFEN), record, TODAY)
    found = {one.id: one.judge(record, drafts, TODAY) for one in find_order_checks().values()}
    case = Case(record, {}, TODAY, Signing(drafts, found, load_drafts()))
    [card] = shown_cards(rules, case, Origin("https://us.example", "starter", False), lambda: FIRST_CALL)
    shown = load_dialects()[dialect].rendered(card)

    assert shown["summary"].startswith("The current medicines could not be read (not permitted)")
    assert "Not checked" in shown["detail"]
