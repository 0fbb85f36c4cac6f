"""A gap's card offers a test again only when the last result no longer stands."""

from __future__ import annotations

from typing import Any

import pytest

from cds_service.cards import Origin, due_cards
from cds_service.drafts import load_drafts
from cds_service.rules import BUILT_IN, load_rules
from measures.catalog import find_measures
from measures.shared.antipsychotics import A1C, ANTIPSYCHOTIC, LDL, SCHIZOPHRENIA
from measures.terminology import LOINC, Code
from measures.time import Period
from tests.cds_service.calls import TODAY
from tests.clinic import diagnosed, event, observed, prescribed
from tests.measures.orders.signing import DIABETIC, coded_chart, draft_test

RULES = load_rules((BUILT_IN,), find_measures(), load_drafts())


def card_of(rule: str, *events: dict[str, Any]) -> dict[str, Any]:
    """The card of one rule."""
    record = coded_chart(*events)
    rules = [one for one in RULES if one.id == rule]
    results = {
        one.measure: find_measures().measures[one.measure].evaluate(record, Period.year(2026), TODAY)
        for one in rules
        if one.measure
    }
    [card] = due_cards(rules, results, record, TODAY, Origin("https://us.example", "starter", False))
    return card.json


def offered(rule: str, *events: dict[str, Any]) -> dict[str, list[str]]:
    """What the card of one rule offers: each label with the orders it makes."""
    suggestions = card_of(rule, *events).get("suggestions", ())
    return {one["label"]: [action["description"] for action in one["actions"]] for one in suggestions}


@pytest.mark.parametrize(
    ("day", "label"), [("2026-11-01", None), ("2026-08-25", None), ("2026-08-24", "Order A1c")]
)
def test_a_result_above_9_offers_the_test_again_after_90_days(day: str, label: str | None):
    found = offered("a1c-above-9", *DIABETIC, observed(A1C, day, value=9.4))

    assert [*found] == ([label] if label else [])


def test_of_several_tests_those_are_offered_whose_result_no_longer_stands():
    taking = (diagnosed(SCHIZOPHRENIA, "2020-01-01"), prescribed(ANTIPSYCHOTIC, "2026-01-02"))
    lipids = observed(LDL, "2026-06-01", value=90)

    assert [*offered("antipsychotic-glucose-due", *taking)] == ["Order A1c and lipids"]
    assert offered("antipsychotic-glucose-due", *taking, lipids) == {
        "Order a hemoglobin A1c": ["Order a hemoglobin A1c"]
    }


def waiting(code: str, day: str) -> dict[str, Any]:
    """An order of the record for a test."""
    return draft_test(Code(LOINC, code), status="active", authoredOn=day)


def test_what_is_ordered_already_is_told_and_not_offered_again():
    card = card_of("a1c-not-measured", *DIABETIC, waiting("4548-4", "2026-11-20"))

    assert card["summary"] == ("No A1c in 2026; none in this record; ordered on 20 Nov 2026, no result yet")
    assert "**Ordered already**" in card["detail"]
    assert "suggestions" not in card


def test_of_several_tests_those_are_offered_of_which_no_order_waits():
    taking = (diagnosed(SCHIZOPHRENIA, "2020-01-01"), prescribed(ANTIPSYCHOTIC, "2026-01-02"))
    card = card_of("antipsychotic-glucose-due", *taking, waiting("24331-1", "2026-11-20"))

    assert [one["label"] for one in card["suggestions"]] == ["Order a hemoglobin A1c"]
    assert "ordered on" not in card["summary"]
    assert "**Ordered already**" in card["detail"]


def test_a_result_with_a_laboratorys_own_code_is_on_the_card_and_its_test_is_not_offered():
    code = {"text": "Hemoglobin A1c", "coding": [{"system": "urn:oid:1.2.3", "code": "4548"}]}
    local = {"code": code, "status": "final", "valueQuantity": {"value": 9.8, "unit": "%"}}

    card = card_of(
        "a1c-not-measured",
        *DIABETIC,
        event("Observation", effectiveDateTime="2026-11-19", id="local-1", **local),
    )

    assert card["summary"] == "Hemoglobin A1c 9.8 % on 19 Nov 2026 has no LOINC code; CMS122 asks for one"
    line = "- Hemoglobin A1c, 9.8 %, 19 Nov 2026 (Observation/local-1): has no LOINC code, so"
    assert line in card["detail"]
    assert "suggestions" not in card

    last_year = card_of(
        "a1c-not-measured", *DIABETIC, event("Observation", effectiveDateTime="2025-11-19", **local)
    )
    assert last_year["summary"] == "No A1c in 2026; none in this record"
    assert last_year["suggestions"]
