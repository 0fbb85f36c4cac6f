"""A warning of orders that was set aside rests for what it was about, and for nothing else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from cds_service.wiring import Wiring
from measures.orders import medicines as m
from measures.orders.checks.citalopram_dose import CHECK as CITALOPRAM_DOSE
from measures.orders.checks.lithium_interactions import CHECK as LITHIUM_INTERACTIONS
from measures.orders.checks.lithium_monitoring import CHECK as LITHIUM_MONITORING
from measures.orders.laboratory import TSH
from measures.terminology import RXNORM
from measures.vocabulary import starter_vocabulary
from tests.cds_service.calls import ORDER_SIGN, CdsClient
from tests.cds_service.test_order_hooks import FRESH, IBUPROFEN, TAKEN
from tests.clinic import concept, event, observed
from tests.measures.orders.signing import coded_chart, dosage, draft_for, judged, taken

Json = dict[str, Any]
LISINOPRIL = draft_for(m.ACE_INHIBITORS, "Lisinopril 10 mg", id="lisinopril-1")
SERTRALINE = draft_for(m.SSRI, "Sertraline 50 mg", id="sertraline-1")
ASKED = ("lithium-interactions", "maoi-pair")
STARTER = starter_vocabulary()


def me() -> Json:
    """Somebody on whom nothing rests yet."""
    return {"userId": f"Practitioner/{uuid4()}"}


def told(ehr: CdsClient, user: Json, *drafts: Json, record: tuple[Json, ...] = ()) -> list[Json]:
    cards = ehr.cards_at_signing((TAKEN, *FRESH, *record), *drafts, **user)
    return [card for card in cards if card["source"]["topic"]["display"] in ASKED]


def set_aside(ehr: CdsClient, cards: list[Json], code: str = "not-appropriate") -> None:
    for card in cards:
        outcome = {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-11-22T09:30:00Z"}
        outcome["overrideReason"] = {
            "reason": {"code": code, "system": "https://us.example/code-systems/override-reasons"}
        }
        assert ehr.post({"feedback": [outcome]}, f"{ORDER_SIGN}/feedback").status_code == 200


def test_the_pair_that_was_set_aside_rests_and_the_next_pair_is_told(ehr: CdsClient, wiring: Wiring):
    user = me()
    set_aside(ehr, told(ehr, user, IBUPROFEN))

    assert told(ehr, user, IBUPROFEN) == []
    assert told(ehr, user, IBUPROFEN | {"id": "another-1"}) == []
    [card] = told(ehr, user, LISINOPRIL)
    assert card["summary"].startswith("Lisinopril 10 mg ordered with")
    [snooze] = wiring.visits.resting("riverside", "pat-1")
    assert (snooze.rule, snooze.of_one_thing) == ("lithium-interactions", True)


def test_two_pairs_in_one_signing_rest_apart(ehr: CdsClient):
    user = me()
    both = told(ehr, user, IBUPROFEN, LISINOPRIL)
    assert len(both) == 2
    set_aside(ehr, both[:1])

    assert [card["summary"] for card in told(ehr, user, IBUPROFEN, LISINOPRIL)] == [both[1]["summary"]]


@pytest.mark.parametrize("code", ["not-appropriate", "patient-declined"])
def test_what_can_kill_within_days_never_rests(ehr: CdsClient, wiring: Wiring, code: str):
    user, record = me(), (taken(m.MAOI, "2026-10-01", "Phenelzine"),)
    cards = told(ehr, user, SERTRALINE, record=record)
    assert [card["indicator"] for card in cards] == ["critical"]
    set_aside(ehr, cards, code)

    assert len(told(ehr, user, SERTRALINE, record=record)) == 1
    assert wiring.visits.resting("riverside", "pat-1") == ()


def product(name: str) -> Json:
    """A product of our own value sets, by how its name begins."""
    code = {"lithium carbonate 300": "197889", "ibuprofen 600": "197806", "ibuprofen 200": "310965"}[name]
    return {"coding": [{"system": RXNORM, "code": code}]}


def coded(name: str, **more: Any) -> Json:
    elements = {"status": "draft", "intent": "order", "medicationCodeableConcept": product(name)}
    return event("MedicationRequest", **elements | more)


ON_LITHIUM = coded("lithium carbonate 300", status="active", authoredOn="2026-10-01")


def about(check: Any, record: Any, *drafts: Json) -> list[tuple[str, ...]]:
    return [finding.about for finding in judged(check, record, *drafts)]


def test_another_strength_is_the_same_pair_whichever_of_the_two_is_ordered():
    pair = [("ibuprofen", "lithium")]

    assert about(LITHIUM_INTERACTIONS, coded_chart(ON_LITHIUM), coded("ibuprofen 600")) == pair
    assert about(LITHIUM_INTERACTIONS, coded_chart(ON_LITHIUM), coded("ibuprofen 200")) == pair
    on_ibuprofen = coded("ibuprofen 600", status="active", authoredOn="2026-10-01")
    assert about(LITHIUM_INTERACTIONS, coded_chart(on_ibuprofen), coded("lithium carbonate 300")) == pair


def test_another_missing_test_and_another_dose_are_something_else():
    lithium = coded("lithium carbonate 300")
    [both] = about(LITHIUM_MONITORING, coded_chart(), lithium)
    [one] = about(LITHIUM_MONITORING, coded_chart(observed(TSH, "2026-11-01", value=2, unit="mU/L")), lithium)
    assert (both, one) == (("TSH", "creatinine", "lithium"), ("creatinine", "lithium"))

    def citalopram(mg: int) -> Json:
        _, code = min(STARTER.codes_in[m.CITALOPRAM.oid])
        medicine = {"coding": [{"system": RXNORM, "code": code}]}
        return draft_for(m.CITALOPRAM, medicationCodeableConcept=medicine, dosageInstruction=dosage(mg, "mg"))

    [sixty], [eighty] = (about(CITALOPRAM_DOSE, coded_chart(), citalopram(mg)) for mg in (60, 80))
    assert sixty == ("citalopram", "dose 60 mg a day", "limit 40 mg")
    assert eighty == ("citalopram", "dose 80 mg a day", "limit 40 mg")


def test_what_bears_no_code_known_here_is_called_by_its_words():
    draft = draft_for(m.NSAIDS, medicationCodeableConcept=concept(m.NSAIDS) | {"text": "Ibuprofen"})

    assert about(LITHIUM_INTERACTIONS, coded_chart(ON_LITHIUM), draft) == [("ibuprofen", "lithium")]
