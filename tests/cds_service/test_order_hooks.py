"""Orders being signed or chosen: what is said of them, what mends it, and when there is nothing to say."""

from __future__ import annotations

from typing import Any

import pytest

from measures.library.cms165_blood_pressure import HYPERTENSION
from measures.orders.laboratory import CREATININE, LITHIUM_LEVEL, TSH
from measures.orders.medicines import ANTIPSYCHOTIC, LITHIUM, NSAIDS
from measures.terminology import LOINC, Code
from tests.cds_service.calls import (
    ORDER_SELECT,
    ORDER_SIGN,
    CdsClient,
    bundle,
    cards_of,
    hook,
    prefetch,
)
from tests.cds_service.test_card_disclosure import last_audit
from tests.clinic import concept, diagnosed, observed, prescribed
from tests.measures.orders.signing import DIABETIC, draft_for, draft_test

Json = dict[str, Any]

TAKEN = prescribed(LITHIUM, "2024-01-01")
ORDER = draft_for(LITHIUM, "Lithium 300 mg", id="lithium-1")
IBUPROFEN = draft_for(NSAIDS, "Ibuprofen 600 mg", id="ibuprofen-1")
FRESH = (
    observed(LITHIUM_LEVEL, "2026-10-01", value=0.7, unit="mmol/L"),
    observed(CREATININE, "2026-10-01", value=0.9, unit="mg/dL"),
    observed(TSH, "2026-10-01", value=2.1, unit="mU/L"),
)
A1C_ORDER = draft_test(Code(LOINC, "4548-4"), id="a1c-1")


def test_what_an_order_lacks_is_told_with_its_source_and_the_orders_that_mend_it(ehr: CdsClient):
    [card] = ehr.cards_at_signing((TAKEN, *FRESH[1:]), ORDER)

    assert card["summary"] == "Lithium 300 mg ordered: no lithium level in this record"
    assert card["indicator"] == "warning"
    assert card["source"]["label"].startswith("Lithium without level, creatinine or TSH 1")
    assert card["source"]["topic"]["display"] == "lithium-monitoring"
    assert "(MedicationRequest/lithium-1)" in card["detail"]
    assert "**Whose word this is**" in card["detail"]
    [suggestion] = card["suggestions"]
    [action] = suggestion["actions"]
    assert (suggestion["label"], action["type"]) == ("Add lithium level", "create")
    assert action["resource"]["subject"] == {"reference": "Patient/pat-1"}


def test_what_is_too_long_for_a_summary_is_said_shorter_and_whole_below(ehr: CdsClient):
    last = [
        observed(LITHIUM_LEVEL, "2025-10-21", value=0.7, unit="mmol/L"),
        observed(CREATININE, "2025-10-21", value=0.9, unit="mg/dL"),
        observed(TSH, "2025-10-21", value=2.1, unit="mU/L"),
    ]
    long = draft_for(LITHIUM, "Lithium carbonate 300 mg ER capsule")
    [card] = ehr.cards_at_signing((TAKEN, *last), long)

    assert card["summary"] == (
        "Lithium carbonate 300 mg ER capsule ordered: lithium level, creatinine and TSH missing or overdue"
    )
    assert "last TSH 2.1 mU/L on 21 Oct 2025" in card["detail"]


def test_nothing_to_say_is_no_card(ehr: CdsClient):
    assert ehr.cards_at_signing((TAKEN, *FRESH), ORDER) == []
    assert ehr.cards_at_signing((), IBUPROFEN) == []


def test_an_order_that_runs_against_what_is_taken_can_be_removed_unread(ehr: CdsClient):
    [card] = ehr.cards_at_signing((TAKEN, *FRESH), IBUPROFEN)

    assert card["summary"].startswith("Ibuprofen 600 mg ordered with ")
    remove = {
        "type": "delete",
        "description": "Remove Ibuprofen 600 mg",
        "resourceId": "MedicationRequest/ibuprofen-1",
    }
    assert card["suggestions"][0]["actions"] == [remove]


def test_several_orders_at_once_are_each_read(ehr: CdsClient):
    cards = ehr.cards_at_signing((TAKEN, *FRESH[1:]), ORDER, IBUPROFEN)

    assert {card["source"]["topic"]["display"] for card in cards} == {
        "lithium-monitoring",
        "lithium-interactions",
    }


def without(draft: Json, *names: str) -> Json:
    return {name: value for name, value in draft.items() if name not in names}


LENIENT: dict[str, tuple[Json, bool]] = {
    "a Bundle without type": (without(bundle(ORDER), "type"), True),
    "a category that is an object": (bundle(ORDER | {"category": {"text": "community"}}), True),
    "an order that is active already": (bundle(ORDER | {"status": "active"}), True),
    "an order without a status": (bundle(without(ORDER, "status")), True),
    "an order without a patient": (bundle(without(ORDER, "subject")), True),
    "a contained medication": (
        bundle(
            without(ORDER, "medicationCodeableConcept")
            | {
                "contained": [{"resourceType": "Medication", "id": "m", "code": concept(LITHIUM)}],
                "medicationReference": {"reference": "#m"},
            }
        ),
        True,
    ),
    "a medication beside it in the Bundle": (
        bundle(
            without(ORDER, "medicationCodeableConcept")
            | {"medicationReference": {"reference": "Medication/m"}},
            {"resourceType": "Medication", "id": "m", "code": concept(LITHIUM)},
        ),
        True,
    ),
    "no medication at all": (bundle(without(ORDER, "medicationCodeableConcept")), False),
    "an order that is being stopped": (bundle(ORDER | {"status": "stopped"}), False),
    "an order of another patient": (bundle(ORDER | {"subject": {"reference": "Patient/pat-2"}}), False),
    "entries that are no objects": ({"entry": [None, 3, [], {"resource": 7}, {}]}, False),
    "a broken order beside a good one": (
        bundle({"resourceType": "MedicationRequest", "subject": 3}, ORDER),
        True,
    ),
    "no entries": ({"resourceType": "Bundle"}, False),
    "nothing": ({}, False),
}


@pytest.mark.parametrize("case", LENIENT)
def test_drafts_as_seen_in_the_wild_are_read_as_far_as_they_go(ehr: CdsClient, case: str):
    drafts, said = LENIENT[case]

    cards = cards_of(ehr.post(hook("order-sign", prefetch(TAKEN), draftOrders=drafts), ORDER_SIGN))

    assert ("lithium-monitoring" in {card["source"]["topic"]["display"] for card in cards}) is said


@pytest.mark.parametrize(
    ("context", "where"),
    [
        ({}, "context.draftOrders"),
        ({"draftOrders": []}, "context.draftOrders"),
        ({"draftOrders": None}, "context.draftOrders"),
        ({"draftOrders": {"entry": {}}}, "context.draftOrders"),
        ({"draftOrders": {"entry": [{}] * 501}}, "context.draftOrders"),
    ],
)
def test_draft_orders_of_the_wrong_kind_are_named(ehr: CdsClient, context: Json, where: str):
    answer = ehr.post(hook("order-sign", prefetch(), **context), ORDER_SIGN)

    assert answer.status_code == 400
    assert where in answer.text


def test_a_gap_that_an_order_can_close_is_offered_as_one_more_order(ehr: CdsClient):
    [card] = ehr.cards_at_signing(DIABETIC, draft_for(NSAIDS, "Ibuprofen"))

    assert card["summary"] == "No A1c in 2026; none in this record"
    [suggestion] = card["suggestions"]
    assert suggestion["label"] == "Add to these orders"
    assert [action["description"] for action in suggestion["actions"]] == ["Order a hemoglobin A1c"]


def test_an_order_that_sees_to_a_gap_silences_it(ehr: CdsClient):
    assert ehr.cards_at_signing(DIABETIC, A1C_ORDER) == []


def test_a_test_that_is_ordered_already_is_neither_offered_nor_taken_back(ehr: CdsClient):
    pending = A1C_ORDER | {"status": "active", "authoredOn": "2026-11-20"}

    assert ehr.cards_at_signing((*DIABETIC, pending), draft_for(NSAIDS, "Ibuprofen")) == []


def test_a_gap_that_no_order_closes_is_not_mentioned_at_signing(ehr: CdsClient):
    hypertensive = diagnosed(HYPERTENSION, "2019-04-01")

    assert ehr.cards_at_signing((DIABETIC[0], hypertensive), draft_for(NSAIDS, "Ibuprofen")) == []


def test_order_select_speaks_of_the_orders_just_chosen_only(ehr: CdsClient):
    def select(*chosen: str) -> list[str]:
        drafts = bundle(ORDER, IBUPROFEN)
        body = hook("order-select", prefetch(*FRESH[1:], TAKEN), draftOrders=drafts, selections=list(chosen))
        return sorted({card["source"]["topic"]["display"] for card in cards_of(ehr.post(body, ORDER_SELECT))})

    assert select("MedicationRequest/lithium-1") == ["lithium-interactions", "lithium-monitoring"]
    assert select("MedicationRequest/ibuprofen-1") == ["lithium-interactions"]
    assert select("MedicationRequest/other") == []


def test_what_is_said_of_the_chosen_order_does_not_name_the_others(ehr: CdsClient):
    pair = [draft_for(ANTIPSYCHOTIC, name, id=name.lower()) for name in ("Clozapine", "Olanzapine")]

    def said(*chosen: str) -> list[str]:
        context = {"draftOrders": bundle(*pair), "selections": [f"MedicationRequest/{one}" for one in chosen]}
        return [
            card["summary"]
            for card in cards_of(ehr.post(hook("order-select", prefetch(), **context), ORDER_SELECT))
        ]

    missing = "ordered: no A1c or glucose in this record; no lipids in this record"
    assert said("olanzapine") == [f"Olanzapine {missing}"]
    assert said("clozapine") == [f"Clozapine {missing}"]
    assert said("olanzapine", "clozapine") == [f"Clozapine and Olanzapine {missing}"]


def test_of_a_pair_the_one_not_chosen_is_named_as_the_other(ehr: CdsClient):
    drafts = bundle(draft_for(LITHIUM, "Lithium", id="lithium-2"), IBUPROFEN)
    chosen = {"draftOrders": drafts, "selections": ["MedicationRequest/lithium-2"]}
    named = {"medicationCodeableConcept": TAKEN["medicationCodeableConcept"] | {"text": "Lithium"}}
    record = prefetch(TAKEN | named, *FRESH)
    [card] = cards_of(ehr.post(hook("order-select", record, **chosen), ORDER_SELECT))

    assert card["summary"].startswith("Lithium ordered with Ibuprofen 600 mg, also being ordered")
    assert [one["actions"][0]["resourceId"] for one in card["suggestions"][:-1]] == [
        "MedicationRequest/lithium-2"
    ]


@pytest.mark.parametrize("selections", [None, "MedicationRequest/1", {}, [3], ["a\x00"]])
def test_selections_of_the_wrong_kind_are_named(ehr: CdsClient, selections: Any):
    body = hook("order-select", prefetch(), draftOrders={}, selections=selections)

    answer = ehr.post(body, ORDER_SELECT)

    assert answer.status_code == 400
    assert "context.selections" in answer.text


def test_the_audit_of_a_signing_counts_the_orders_read_and_left_out(ehr: CdsClient, wiring: Any):
    ehr.cards_at_signing((), ORDER, ORDER | {"id": "x", "subject": {"reference": "Patient/pat-2"}})

    detail = last_audit(wiring)
    assert (detail["drafts"], detail["drafts_left_out"]) == (1, 1)
