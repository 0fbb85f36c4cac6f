"""The card of a risk that moved: only where a model reads it; at signing only where an order bears on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from cds_service.answering import Parts
from cds_service.card import Card, Origin
from cds_service.cards import Case, shown_cards
from cds_service.drafts import load_drafts
from cds_service.order_card import Signing
from cds_service.risk_card import RiskReading, percent
from cds_service.rules import BUILT_IN, load_rules
from cds_service.visit import FIRST_CALL
from cds_service.wiring import Wiring, offered
from measures.catalog import find_measures
from measures.orders.drafts import read_drafts
from measures.orders.medicines import BENZODIAZEPINES, NSAIDS
from measures.shared.depression import PHQ_9
from tests.cds_service.calls import ORDER_SIGN, SERVICE, TODAY, prefetch, signing, view
from tests.clinic import chart, observed
from tests.measures.orders.signing import bundle, draft_for

RULES = [rule for rule in load_rules((BUILT_IN,), find_measures(), load_drafts()) if rule.id == "risk-rising"]
RECORD = chart(observed(PHQ_9, "2026-11-16", value=21, unit="{score}", id="phq-1"))


READING = RiskReading(
    now=0.12,
    before=0.05,
    days=30,
    moves=frozenset({"rising"}),
    reasons=("PHQ-9 rose to 21", "two emergency visits", "no visit in 60 days", "a fourth reason"),
    evidence=RECORD.every("Observation").sure,
    model="crisis 1.2",
    trained_on="1,097 synthetic patients",
    calibration="calibrated on the same",
)


def shown(reading: RiskReading | None, *drafts: dict[str, Any]) -> list[Card]:
    read = read_drafts(bundle(*drafts), RECORD, TODAY)
    signing_ = Signing(read, {}, load_drafts()) if drafts else None
    case = Case(RECORD, {}, TODAY, signing_, lambda: reading)
    return shown_cards(RULES, case, Origin("https://us.example", "clinic", False), lambda: FIRST_CALL)


def test_the_card_tells_the_change_with_its_top_reasons_and_the_model():
    [card] = shown(READING)

    assert card.json["summary"].startswith(
        "Risk of a crisis in 30 days rose from 5 to 12 in 100: PHQ-9 rose to 21; two"
    )
    assert "a fourth reason" not in card.json["detail"]
    assert "(Observation/phq-1)" in card.json["detail"]
    assert "crisis 1.2, trained on 1,097 synthetic patients; calibrated on the same." in card.json["detail"]
    assert card.json["source"]["label"] == "crisis 1.2"
    assert orjson.loads(card.json["links"][0]["appContext"])["item"] == "risk"


def test_a_summary_tells_as_many_reasons_as_it_has_room_for_and_cuts_none():
    change = READING.change
    long, rest = "x" * 50, "y" * (139 - len(f"{change}: ; ") - 50)

    [exact] = shown(replace(READING, reasons=(long, rest, "no more")))
    [one_more] = shown(replace(READING, reasons=(long, rest + "y", "no more")))
    [too_long] = shown(replace(READING, reasons=("x" * 61, "short")))
    [bare] = shown(replace(READING, reasons=("x" * 61,)))

    assert exact.json["summary"] == f"{change}: {long}; {rest}"
    assert one_more.json["summary"] == f"{change}: {long}"
    assert too_long.json["summary"] == f"{change}: short"
    assert bare.json["summary"] == change


@pytest.mark.parametrize(
    "reading",
    [None, replace(READING, moves=frozenset()), replace(READING, moves=frozenset({"high"}))],
    ids=["no model", "no change", "high, not rising"],
)
def test_nothing_moved_is_no_card(reading: RiskReading | None):
    assert shown(reading) == []


@pytest.mark.faults_are_expected  # a risk without an earlier one cannot be told as rising: counted
def test_without_an_earlier_risk_there_is_nothing_to_put_into_the_summary():
    assert shown(replace(READING, before=None)) == []


def test_at_signing_it_is_shown_with_the_order_it_bears_on_and_can_take_it_back():
    [card] = shown(READING, draft_for(BENZODIAZEPINES, "Lorazepam 1 mg"), draft_for(NSAIDS, "Ibuprofen"))

    assert "**The order it bears on**\n\n- Lorazepam 1 mg" in card.json["detail"]
    [removal] = card.json["suggestions"]
    assert removal["label"] == "Remove Lorazepam 1 mg"
    assert removal["actions"][0]["resourceId"] in card.evidence


def test_an_order_without_an_id_is_named_and_cannot_be_removed():
    lorazepam = {name: held for name, held in draft_for(BENZODIAZEPINES, "Lorazepam").items() if name != "id"}
    [card] = shown(READING, lorazepam)

    assert "**The order it bears on**\n\n- Lorazepam\n\n" in card.json["detail"]
    assert "suggestions" not in card.json


def test_at_signing_another_order_brings_none_and_the_risk_is_not_even_read():
    def never_asked() -> RiskReading:
        raise AssertionError("the risk was read")

    read = read_drafts(bundle(draft_for(NSAIDS, "Ibuprofen")), RECORD, TODAY)
    case = Case(RECORD, {}, TODAY, Signing(read, {}, load_drafts()), never_asked)

    assert shown(READING, draft_for(NSAIDS, "Ibuprofen")) == []
    assert case.bearing == ()
    assert shown_cards(RULES, case, Origin("https://us.example", "clinic", False), lambda: FIRST_CALL) == []


@pytest.mark.parametrize(
    ("chance", "words"), [(0.0, "0 %"), (0.004, "under 1 %"), (0.01, "1 %"), (0.125, "12 %")]
)
def test_a_chance_is_told_as_people_read_it(chance: float, words: str):
    assert percent(chance) == words


@pytest.mark.faults_are_expected
def test_a_risk_that_cannot_be_read_costs_its_own_card_only(wiring: Wiring, parts: Parts, ehr: Any):
    def fails(*_: Any) -> RiskReading:
        raise ZeroDivisionError

    kept = dict(wiring.services)
    wiring.services.update(offered(replace(parts, reads_risk=fails)))
    try:
        answers = [ehr.post(view(prefetch()), SERVICE), ehr.post(signing(prefetch()), ORDER_SIGN)]
    finally:
        wiring.services.update(kept)

    assert [answer.status_code for answer in answers] == [200, 200]
