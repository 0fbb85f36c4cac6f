"""What may be taken of the suggestions of a card: all, or one; and a treatment that is to go on."""

from __future__ import annotations

from typing import Any

import pytest

from cds_service.card import Card
from cds_service.cards import Case, Origin, shown_cards
from cds_service.dialects import load_dialects
from cds_service.drafts import load_drafts
from cds_service.order_card import Signing
from cds_service.rules import BUILT_IN, load_rules
from cds_service.visit import FIRST_CALL
from measures.catalog import find_measures
from measures.orders import medicines as m
from measures.orders import problems as p
from measures.orders.catalog import find_order_checks
from measures.orders.drafts import read_drafts
from measures.orders.intervals import USEFUL_INTERVALS
from measures.orders.laboratory import NEUTROPHILS
from measures.shared.antipsychotics import A1C
from tests.cds_service.calls import TODAY, patient
from tests.clinic import chart, diagnosed, observed
from tests.measures.orders.signing import bundle, dosage, draft_for, draft_test, taken

Json = dict[str, Any]
RULES = load_rules((BUILT_IN,), find_measures(), load_drafts())
WOMAN = patient("1994-04-02", gender="female")
ILL = diagnosed(p.OPIOID_USE_DISORDER, "2020-01-01")
CITALOPRAM = draft_for(
    m.CITALOPRAM, "Citalopram", id="citalopram-1", rxnorm="309314", dosageInstruction=dosage(1, "tablet")
)
CLOZAPINE = draft_for(m.CLOZAPINE, "Clozapine 100 mg", id="clozapine-1")
LORAZEPAM = draft_for(m.BENZODIAZEPINES, "Lorazepam 1 mg", id="lorazepam-1")


def card_of(check: str, *drafts: Json, record: tuple[Json, ...] = (), who: Json = WOMAN) -> Card:
    """The card of one order check."""
    held = chart(*record, born=who["birthDate"], gender=who.get("gender"))
    read = read_drafts(bundle(*drafts), held, TODAY)
    found = {check: find_order_checks()[check].judge(held, read, TODAY)}
    case = Case(held, {}, TODAY, Signing(read, found, load_drafts()))
    [card] = shown_cards(
        [one for one in RULES if one.id == check],
        case,
        Origin("https://us.example", "starter", False),
        lambda: FIRST_CALL,
    )
    return card


def told(json: Json) -> tuple[str, list[str]]:
    """How many may be taken, and the labels."""
    return json["selectionBehavior"], [one["label"] for one in json["suggestions"]]


def test_of_two_changes_of_one_order_at_most_one_can_be_taken():
    card = card_of("citalopram-dose", CITALOPRAM, who=patient("1950-04-02"))

    assert told(card.json) == ("at-most-one", ["Lower the dose to 20 mg a day", "Remove this order"])


def test_a_replacement_and_a_removal_of_one_order_exclude_one_another():
    low = observed(NEUTROPHILS, "2026-11-20", value=900, unit="/uL")
    behavior, labels = told(card_of("clozapine-low-anc", CLOZAPINE, record=(low,)).json)

    assert (behavior, len(labels)) == ("at-most-one", 2)


def test_without_the_order_nothing_calls_for_its_test():
    valproate = draft_for(m.VALPROATE, "Divalproex", id="valproate-1")
    behavior, labels = told(card_of("valproate-pregnancy-possible", valproate).json)

    assert (behavior, labels[-1], len(labels)) == ("at-most-one", "Remove this order", 2)


def test_what_goes_together_can_all_be_taken():
    opioid = taken(m.OPIOIDS, "2026-11-01", "Oxycodone")
    card = card_of("opioid-benzodiazepine", LORAZEPAM, record=(opioid,))

    assert told(card.json) == ("any", ["Remove this order", "Add naloxone"])


DIVALPROEX = [draft_for(m.VALPROATE, "Divalproex", id=f"valproate-{n}") for n in (1, 2)]


@pytest.mark.parametrize(
    ("mg", "names"),
    [
        ((250, 500), ("Divalproex, 250 mg a day", "Divalproex, 500 mg a day")),
        ((500, 500), ("Divalproex, 1 of 2", "Divalproex, 2 of 2")),
        ((None, 500), ("Divalproex", "Divalproex, 500 mg a day")),
        ((None, None), ("Divalproex, 1 of 2", "Divalproex, 2 of 2")),
    ],
)
def test_two_orders_of_one_name_are_told_apart_by_their_dose_or_else_by_their_number(
    mg: tuple[float | None, ...], names: tuple[str, ...]
):
    drafts = [
        draft if dose is None else draft | {"dosageInstruction": dosage(dose, "mg")}
        for draft, dose in zip(DIVALPROEX, mg, strict=True)
    ]
    card = card_of("valproate-pregnancy-possible", *drafts)
    behavior, labels = told(card.json)

    assert (behavior, labels[1:]) == ("any", [f"Remove this order: {name}" for name in names])
    removals = [one["actions"][0] for one in card.json["suggestions"][1:]]
    assert [one["description"] for one in removals] == [f"Remove {name}" for name in names]


def test_an_order_that_came_twice_under_one_id_is_taken_back_once():
    twice = [draft | {"id": "valproate-1"} for draft in DIVALPROEX]
    _, labels = told(card_of("valproate-pregnancy-possible", *twice).json)

    assert len([one for one in labels if one.startswith("Remove")]) == 1


def test_a_client_that_may_take_all_is_offered_one_change_of_an_order():
    low = observed(NEUTROPHILS, "2026-11-20", value=900, unit="/uL")
    card = card_of("clozapine-low-anc", CLOZAPINE, record=(low,))
    [epic] = [one for one in load_dialects() if one.id == "epic"]
    shown = epic.rendered(card)

    assert shown["selectionBehavior"] == "any"
    changes = [action for one in shown["suggestions"] for action in one["actions"]]
    assert [one["type"] for one in changes] == ["create", "delete"]


@pytest.mark.parametrize("dialect", ["1.0", "2.0", "3.0", "sandbox"])
def test_a_client_that_knows_choices_is_told_of_them(dialect: str):
    card = card_of("citalopram-dose", CITALOPRAM, who=patient("1950-04-02"))

    assert load_dialects()[dialect].rendered(card)["selectionBehavior"] == "at-most-one"


BUPRENORPHINE = taken(m.OUD_MEDICINES, "2026-10-20", "Buprenorphine", id="order-1", note=[{"text": "daily"}])
STOPPED = BUPRENORPHINE | {"status": "stopped", "note": [{"text": "ended"}]}


def kept(*drafts: Json, record: tuple[Json, ...]) -> list[Json]:
    """The actions by which a treatment that a signing ends goes on."""
    card = card_of("treatment-stopped", *drafts, record=(ILL, *record))
    offered = [one for one in card.json["suggestions"] if one["label"].startswith("Keep the treatment")]
    return [action for one in offered for action in one["actions"]]


@pytest.mark.parametrize("status", ["active", "on-hold"])
def test_a_treatment_that_was_stopped_goes_on_as_it_was_and_is_never_deleted(status: str):
    before = BUPRENORPHINE | {"status": status}
    [action] = kept(STOPPED, record=(before,))

    assert (action["type"], action["resource"]) == ("update", before)


@pytest.mark.parametrize(
    "record",
    [(), (STOPPED,), (BUPRENORPHINE | {"status": "completed"},)],
    ids=["not in the record", "stopped there already", "completed there"],
)
def test_an_order_that_nobody_knows_going_on_is_left_alone(record: tuple[Json, ...]):
    assert kept(STOPPED, record=record) == []


def test_what_is_added_is_called_by_what_is_added():
    _, labels = told(card_of("valproate-pregnancy-possible", DIVALPROEX[0]).json)
    both = card_of("antipsychotic-metabolic", draft_for(m.ANTIPSYCHOTIC, "Olanzapine", id="olanzapine-1"))

    assert labels[0] == "Add pregnancy test"
    assert told(both.json)[1][0] == "Add A1c and lipids"


def test_why_a_test_tells_little_again_is_told_to_the_end():
    fresh = observed(A1C, "2026-10-20", value=6.1, unit="%")
    again = draft_test(A1C, id="a1c-1")
    card = card_of("duplicate-test", again, record=(fresh,))

    [why] = [row.why for row in USEFUL_INTERVALS if row.what == "A1c"]
    assert len(why) > 60
    assert f"{why}." in card.json["detail"]
