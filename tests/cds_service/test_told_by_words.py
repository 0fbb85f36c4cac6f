"""Medicines in words alone, over HTTP: warned of, and the card says that words were believed, or were not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey

from cds_service.answering import Parts
from cds_service.wiring import Wiring, offered
from measures.vocabulary import starter_vocabulary
from tests.cds_service.calls import CdsClient
from tests.cds_service.conftest import client_of, served
from tests.cds_service.test_card_disclosure import last_audit
from tests.measures.orders.test_named_medicines import order, taken

Json = dict[str, Any]
LITHIUM = taken("Lithium carbonate 300 mg ER capsule", id="lithium-1")
IBUPROFEN = order("Ibuprofen 600 mg", id="ibuprofen-1")
TOLD = "told by its words, since no code known here says what it is"


@pytest.fixture
def client(wiring: Wiring, parts: Parts, key: ECKey) -> CdsClient:
    """Riverside's client of a service that knows RxNorm."""
    services = offered(replace(parts, vocabulary=starter_vocabulary()))
    return client_of(served(replace(wiring, services=services)), key)


def interaction(client: CdsClient, record: tuple[Json, ...], *drafts: Json) -> list[Json]:
    cards = client.cards_at_signing(record, *drafts)
    return [one for one in cards if one["source"]["topic"]["display"] == "lithium-interactions"]


def test_the_card_says_of_each_medicine_that_its_words_were_believed(client: CdsClient):
    [card] = interaction(client, (LITHIUM,), IBUPROFEN)

    assert card["summary"].startswith("Ibuprofen 600 mg ordered with Lithium carbonate 300 mg ER capsule")
    assert f"- Ibuprofen 600 mg (MedicationRequest/ibuprofen-1): {TOLD}" in card["detail"]
    assert f"(MedicationRequest/lithium-1): {TOLD}" in card["detail"]
    assert card["suggestions"][0]["actions"][0]["resourceId"] == "MedicationRequest/ibuprofen-1"
    assert "Not read" not in card["detail"]


def test_what_neither_codes_nor_words_tell_is_counted_on_the_card_and_in_the_audit(
    client: CdsClient, wiring: Wiring
):
    [card] = interaction(client, (LITHIUM, taken("stop lithium")), IBUPROFEN, order("The usual"))

    said = "Not read: 2 medicines that neither a code known here nor its words tell."
    assert said in card["detail"]
    assert last_audit(wiring)["drafts_left_out"] == 1


def test_doubtful_words_bring_no_card(client: CdsClient):
    assert interaction(client, (taken("no lithium"),), IBUPROFEN) == []
    assert interaction(client, (LITHIUM,), order("Ibuprofen level")) == []
