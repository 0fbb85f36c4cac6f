"""A gap's card offers a test again only when the last result no longer stands."""

from __future__ import annotations

from typing import Any

import pytest

from cds_service.cards import Origin, due_cards
from cds_service.drafts import load_drafts
from cds_service.rules import BUILT_IN, load_rules
from measures.catalog import find_measures
from measures.shared.antipsychotics import A1C, ANTIPSYCHOTIC, LDL, SCHIZOPHRENIA
from measures.time import Period
from tests.cds_service.calls import TODAY
from tests.clinic import diagnosed, observed, prescribed
from tests.measures.orders.signing import DIABETIC, coded_chart

RULES = load_rules((BUILT_IN,), find_measures(), load_drafts())


def offered(rule: str, *events: dict[str, Any]) -> dict[str, list[str]]:
    """What the card of one rule offers: each label with the orders it makes."""
    record = coded_chart(*events)
    rules = [one for one in RULES if one.id == rule]
    results = {
        one.measure: find_measures().measures[one.measure].evaluate(record, Period.year(2026), TODAY)
        for one in rules
        if one.measure
    }
    [card] = due_cards(rules, results, record, TODAY, Origin("https://us.example", "starter", False))
    suggestions = card.json.get("suggestions", ())
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
