"""Medicines as host EHRs send them, over HTTP: by a reference, by a brand, in R5, as the patient reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey

from cds_service.answering import Parts
from cds_service.wiring import Wiring, offered
from measures.terminology import RXNORM
from measures.vocabulary import starter_vocabulary
from tests.cds_service.calls import ORDER_SIGN, CdsClient, bundle, cards_of, hook, prefetch, signing
from tests.cds_service.conftest import client_of, served
from tests.cds_service.test_card_disclosure import last_audit
from tests.clinic import event
from tests.measures.orders.test_named_medicines import order, taken

Json = dict[str, Any]
IBUPROFEN = order("Ibuprofen 600 mg", id="ibuprofen-1")
MEDICATION = {
    "resourceType": "Medication",
    "id": "m",
    "code": {"text": "lithium carbonate 300 MG Oral Capsule"},
}


@pytest.fixture
def client(wiring: Wiring, parts: Parts, key: ECKey) -> CdsClient:
    """Riverside's client of a service that knows RxNorm."""
    services = offered(replace(parts, vocabulary=starter_vocabulary()))
    return client_of(served(replace(wiring, services=services)), key)


def interactions(cards: list[Json]) -> list[Json]:
    return [one for one in cards if one["source"]["topic"]["display"] == "lithium-interactions"]


def lithium(medicine: Json, **more: Any) -> Json:
    return taken("", **{"medicationCodeableConcept": None, "id": "lithium-1", **medicine} | more)


def named(name: str) -> Json:
    return {"medicationReference": {"reference": "Medication/elsewhere", "display": name}}


BRAND = {"coding": [{"system": RXNORM, "code": "0", "display": "lithium carbonate 300 MG [Lithobid]"}]}
IN_THE_RECORD = {
    "a brand of RxNorm": lithium({"medicationCodeableConcept": BRAND}),
    "the name beside a reference": lithium(named("lithium carbonate (LITHOBID) 300 mg CR tablet")),
    "contained": lithium({"medicationReference": {"reference": "#m"}, "contained": [MEDICATION]}),
    "in R5": lithium({"medication": {"concept": BRAND}}),
    "in R5, by a reference": lithium({"medication": {"reference": named("Lithium")["medicationReference"]}}),
    "a reported plan": lithium(named("Lithium"), intent="plan", reportedBoolean=True),
}


@pytest.mark.parametrize("filed", IN_THE_RECORD.values(), ids=IN_THE_RECORD)
def test_a_medicine_of_the_record_is_warned_of_by_its_name(client: CdsClient, filed: Json):
    [card] = interactions(client.cards_at_signing((filed,), IBUPROFEN))

    assert "ithium" in card["summary"]
    assert "MedicationRequest/lithium-1" in card["detail"]


ORDERED = {
    "a brand of RxNorm": {
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "0", "display": "Motrin"}]}
    },
    "the name beside a reference": named("ibuprofen (ADVIL) 200 mg tablet"),
    "in R5": {"medication": {"concept": {"text": "Ibuprofen 600 mg"}}},
}


@pytest.mark.parametrize("medicine", ORDERED.values(), ids=ORDERED)
def test_a_medicine_being_ordered_is_warned_of(client: CdsClient, medicine: Json):
    draft = order("", **{"medicationCodeableConcept": None, "id": "draft-1", **medicine})

    [card] = interactions(client.cards_at_signing((taken("Lithium", id="lithium-1"),), draft))

    assert card["suggestions"][0]["actions"][0]["resourceId"] == "MedicationRequest/draft-1"
    believed = "the name beside its RxNorm code" if RXNORM in str(medicine) else "its words"
    assert f"(MedicationRequest/draft-1): told by {believed}, since no code known here" in card["detail"]


def test_a_medication_of_the_bundle_is_found_by_its_address(client: CdsClient, wiring: Wiring):
    draft = order("", medicationCodeableConcept=None, medicationReference={"reference": "urn:uuid:7"})
    ibuprofen = {"resourceType": "Medication", "code": {"text": "Ibuprofen 600 mg"}}
    body = signing(prefetch(taken("Lithium", id="lithium-1")), draft)
    body["context"]["draftOrders"]["entry"].append({"fullUrl": "urn:uuid:7", "resource": ibuprofen})

    assert len(interactions(cards_of(client.post(body, ORDER_SIGN)))) == 1
    assert last_audit(wiring)["drafts_left_out"] == 0


def statement(**more: Any) -> Json:
    medicine = {"medicationCodeableConcept": {"text": "Lithium 300 mg"}}
    return event("MedicationStatement", **{"id": "said-1", "status": "active", **medicine} | more)


def cards_with(client: CdsClient, *statements: Json) -> list[Json]:
    given = prefetch() | {"MedicationStatement": bundle(*statements)}
    body = hook("order-sign", given, draftOrders=bundle(IBUPROFEN) | {"type": "collection"})
    return interactions(cards_of(client.post(body, ORDER_SIGN)))


def test_what_the_patient_says_he_takes_counts_and_the_card_says_that_he_says_so(client: CdsClient):
    [card] = cards_with(client, statement(effectiveDateTime="2026-10-01"))

    assert "with Lithium 300 mg, reported as taken on 1 Oct 2026" in card["summary"]
    assert "(MedicationStatement/said-1): reported as taken, not ordered here" in card["detail"]
    assert "Incomplete" not in card["detail"]


def test_what_he_does_not_take_brings_no_card(client: CdsClient):
    assert cards_with(client) == []
    assert cards_with(client, statement(status="not-taken")) == []
    assert cards_with(client, statement(subject={"reference": "Patient/pat-2"})) == []


def test_without_statements_nothing_is_asked_for_them(client: CdsClient, wiring: Wiring):
    """They are welcome and never missing: an error in their place costs nothing."""
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-supported"}]}
    given = prefetch(taken("Lithium")) | {"MedicationStatement": failed}
    body = hook("order-sign", given, draftOrders=bundle(IBUPROFEN) | {"type": "collection"})

    [card] = interactions(cards_of(client.post(body, ORDER_SIGN)))

    assert "Incomplete" not in card["detail"]
    assert last_audit(wiring)["not_gathered"] == []


def test_statements_that_are_no_bundle_are_refused_as_any_other(client: CdsClient):
    given = prefetch() | {"MedicationStatement": [statement()]}
    answer = client.post(hook("order-sign", given, draftOrders=bundle(IBUPROFEN)), ORDER_SIGN)

    assert answer.status_code == 400
    assert "prefetch.MedicationStatement" in answer.text


def test_a_dose_in_words_is_warned_of_and_the_card_shows_the_words(client: CdsClient):
    draft = order("citalopram (CELEXA) 40 mg tablet", id="draft-1")
    draft["dosageInstruction"] = [{"text": "Take 1.5 tablets (60 mg total) by mouth *daily*"}]

    def of_dose(*drafts: Json) -> list[Json]:
        cards = client.cards_at_signing((), *drafts)
        return [one for one in cards if one["source"]["topic"]["display"] == "citalopram-dose"]

    assert of_dose(draft) == []  # a sign that is no word leaves a doubt
    draft["dosageInstruction"][0]["text"] = "Take 1.5 tablets (60 mg total) by mouth daily"
    [card] = of_dose(draft)

    assert "60 mg a day; at most 40 mg" in card["summary"]
    assert "**How the dose was read**" in card["detail"]
    assert 'read from its words "Take 1.5 tablets (60 mg total) by mouth daily"' in card["detail"]
    assert [one["label"] for one in card["suggestions"]] == ["Remove this order"]
