"""What was said while an order was chosen, and what of it is said again when it is signed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from measures.orders.medicines import ANTIPSYCHOTIC, NSAIDS
from tests.cds_service.calls import ORDER_SELECT, CdsClient, bundle, hook, prefetch
from tests.cds_service.test_order_hooks import TAKEN
from tests.cds_service.test_visits import rules_of, signed
from tests.measures.orders.signing import draft_for

Json = dict[str, Any]


def chosen(ehr: CdsClient, draft: Json, *record: Json, encounter: str) -> list[str]:
    """What is said while an order is chosen."""
    context = {"draftOrders": bundle(draft), "selections": [f"{draft['resourceType']}/{draft['id']}"]}
    body = hook("order-select", prefetch(*record), encounterId=encounter, **context)
    return rules_of(ehr.post(body, ORDER_SELECT))


def test_a_warning_told_when_an_order_is_chosen_is_told_when_it_is_signed_all_the_same(ehr: CdsClient):
    encounter, draft = str(uuid4()), draft_for(NSAIDS, "Ibuprofen", id="ibuprofen-1")

    assert chosen(ehr, draft, TAKEN, encounter=encounter) == ["lithium-interactions"]
    assert rules_of(signed(ehr, TAKEN, draft=draft, encounterId=encounter)) == ["lithium-interactions"]
    assert rules_of(signed(ehr, TAKEN, encounterId=encounter)) == []  # it was taken back


def test_what_is_told_for_information_when_an_order_is_chosen_is_not_told_again(ehr: CdsClient):
    encounter, olanzapine = str(uuid4()), draft_for(ANTIPSYCHOTIC, "Olanzapine", id="olanzapine-1")

    assert chosen(ehr, olanzapine, encounter=encounter) == ["antipsychotic-metabolic"]
    assert rules_of(signed(ehr, draft=olanzapine, encounterId=encounter)) == []
