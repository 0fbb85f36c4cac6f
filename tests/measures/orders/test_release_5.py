"""Orders and medicines written in FHIR R5 are read like those of R4."""

from __future__ import annotations

from typing import Any

import pytest

from measures.orders.checks.lithium_interactions import CHECK as LITHIUM_INTERACTIONS
from measures.orders.checks.unspecified_diagnosis import CHECK as UNSPECIFIED
from measures.orders.drafts import read_drafts
from measures.orders.laboratory import TSH
from measures.orders.medicines import LITHIUM, NSAIDS
from measures.orders.problems import UNSPECIFIED_DEPRESSION
from measures.orders.release_5 import in_words_of_r4
from measures.shared.depression import PHQ_9
from tests.clinic import chart, concept, event, observed
from tests.measures.orders.signing import TODAY, bundle, draft_for, is_due, told

MEDICATION = {"resourceType": "Medication", "id": "m1", "code": concept(LITHIUM) | {"text": "Lithium"}}


def order(medication: Any, **more: Any) -> dict[str, Any]:
    return event("MedicationRequest", status="draft", intent="order", medication=medication, **more)


DRAFTS = {
    "a concept": [order({"concept": concept(LITHIUM)})],
    "a contained medication": [
        order({"reference": {"reference": "#m"}}, contained=[MEDICATION | {"id": "m"}])
    ],
    "a medication of the Bundle": bundle(MEDICATION, order({"reference": {"reference": "Medication/m1"}})),
    "a medication by its address": {
        "entry": [
            {"fullUrl": "urn:uuid:7", "resource": MEDICATION | {"id": None}},
            {"resource": order({"reference": {"reference": "urn:uuid:7"}})},
        ]
    },
    "words in R4 beside it": [order({"concept": concept(NSAIDS)}) | draft_for(LITHIUM)],
}


@pytest.mark.parametrize("drafts", DRAFTS.values(), ids=DRAFTS)
def test_a_medicine_of_a_draft(drafts: Any):
    assert len(read_drafts(drafts, chart(), TODAY).signed.medication_requests(LITHIUM)) == 1


def test_a_medicine_of_the_record():
    filed = order({"concept": concept(LITHIUM) | {"text": "Lithium"}}) | {
        "status": "active",
        "authoredOn": "2026-10-01",
    }

    assert told(LITHIUM_INTERACTIONS, chart(filed), draft_for(NSAIDS, "Ibuprofen")) == [
        "Ibuprofen ordered with Lithium, active since 1 Oct 2026: the lithium level can rise to toxic"
    ]


def test_a_service_and_its_reason():
    draft = event(
        "ServiceRequest",
        status="draft",
        intent="order",
        code={"concept": concept(TSH)},
        reason=[{"concept": concept(UNSPECIFIED_DEPRESSION)}],
    )
    record = chart(observed(PHQ_9, "2026-11-01", value=14, unit="{score}"))

    assert len(read_drafts([draft], record, TODAY).signed.service_requests(TSH)) == 1
    assert is_due(UNSPECIFIED, record, draft) is True
    assert is_due(UNSPECIFIED, record, draft | {"reason": [{"concept": concept(TSH)}]}) is False


def test_what_is_written_in_r4_is_left_as_it_is():
    plain = draft_for(LITHIUM)

    assert in_words_of_r4(plain) is plain


BROKEN: tuple[Any, ...] = ({"concept": 7}, {"reference": "Medication/m"}, {}, "lithium", 7, [{"concept": {}}])


@pytest.mark.parametrize("medication", BROKEN, ids=map(str, BROKEN))
def test_one_that_is_no_fhir_costs_only_itself(medication: Any):
    drafts = read_drafts([order(medication), draft_for(LITHIUM)], chart(order(medication)), TODAY)

    assert len(drafts.signed.medication_requests(LITHIUM)) == 1
