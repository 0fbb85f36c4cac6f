"""Risk while orders are signed, over HTTP: told where an order bears on it, once, and never in its way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cds_service.wiring import Wiring
from measures.orders.medicines import BENZODIAZEPINES, NSAIDS
from measures.shared.suicide_risk import CSSRS, HIGH
from measures.terminology import Code
from tests.cds_service.calls import (
    ORDER_SELECT,
    TODAY,
    CdsClient,
    bundle,
    hook,
    prefetch,
)
from tests.cds_service.test_risk_in_calls import RISING, forget_scores, risk_cards, scoring
from tests.clinic import observed
from tests.measures.orders.signing import draft_for
from tests.measures.suicide_care import LOW

__all__ = ["scoring"]

Json = dict[str, Any]
LORAZEPAM = draft_for(BENZODIAZEPINES, "Lorazepam 1 mg", id="lorazepam-1")
IBUPROFEN = draft_for(NSAIDS, "Ibuprofen 600 mg", id="ibuprofen-1")


def screen(days: int, level: Code) -> Json:
    return observed(CSSRS[0], (TODAY - timedelta(days)).isoformat(), value=level)


def rules_of(cards: list[Json]) -> list[str]:
    return [card["source"]["topic"]["display"] for card in cards]


def test_a_sedative_with_a_risk_that_rose_is_told_with_its_reasons_and_resources(
    scoring: Wiring, ehr: CdsClient
):
    [card] = risk_cards(ehr.cards_at_signing(RISING, IBUPROFEN, LORAZEPAM))

    assert card["summary"].startswith("Risk of a crisis rose from ")
    assert "**The order it bears on**\n\n- Lorazepam 1 mg" in card["detail"]
    assert "**What weighs most**" in card["detail"]
    assert "(Observation/phq-3)" in card["detail"]


def test_no_sedative_or_no_rise_is_no_risk_card(scoring: Wiring, ehr: CdsClient):
    assert risk_cards(ehr.cards_at_signing(RISING, IBUPROFEN)) == []
    forget_scores(scoring)
    assert risk_cards(ehr.cards_at_signing([], LORAZEPAM)) == []


def test_in_one_visit_it_is_told_once_of_one_order(scoring: Wiring, ehr: CdsClient):
    told = [risk_cards(cards) for cards in select_then_sign(ehr, RISING)]

    assert [len(cards) for cards in told] == [1, 0]


def test_a_high_suicide_risk_is_said_again_at_the_last_gate(ehr: CdsClient):
    told = select_then_sign(ehr, [screen(200, LOW), screen(2, HIGH)])

    assert [rules_of(cards)[0] for cards in told] == ["overdose-danger"] * 2


def select_then_sign(ehr: CdsClient, record: list[Json]) -> list[list[Json]]:
    """The cards of both, in one visit."""
    chosen = {"draftOrders": bundle(LORAZEPAM), "selections": ["MedicationRequest/lorazepam-1"]}
    selecting = hook("order-select", prefetch(*record), **chosen)
    visit = selecting["context"]["encounterId"]
    first: list[Json] = ehr.post(selecting, ORDER_SELECT).get_json()["cards"]
    return [first, ehr.cards_at_signing(record, LORAZEPAM, encounterId=visit)]
