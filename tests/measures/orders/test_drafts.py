"""Draft orders as host EHRs send them: read leniently, each by itself."""

import pytest

from measures.orders.drafts import SigningRecord, read_drafts
from measures.orders.laboratory import TSH
from measures.orders.medicines import LITHIUM, NSAIDS
from tests.clinic import chart, concept, prescribed
from tests.measures.orders.signing import TODAY, bundle, draft_for, draft_test

MEDICATION = {"resourceType": "Medication", "id": "m1", "code": concept(LITHIUM) | {"text": "Lithium"}}


def read(drafts, record=None):
    return read_drafts(drafts, record or chart(), TODAY)


def lithium_in(drafts, record=None):
    return len(read(drafts, record).signed.medication_requests(LITHIUM))


def referring(reference, **more):
    return draft_for(LITHIUM) | {"medicationCodeableConcept": None, "medicationReference": reference} | more


def made_of(*ingredients):
    return {"resourceType": "Medication", "id": "m", "ingredient": list(ingredients)}


ORDER = draft_for(LITHIUM)
LENIENT = {
    "a Bundle": bundle(ORDER),
    "a Bundle without a type": {"entry": [{"resource": ORDER}]},
    "a list": [ORDER],
    "entries without a resource beside it": {"entry": [{}, None, {"fullUrl": "x"}, {"resource": ORDER}]},
    "entries that are the resource": {"entry": [ORDER]},
    "no status": [ORDER | {"status": None}],
    "signed again, and active": [ORDER | {"status": "active"}],
    "no intent": [{k: v for k, v in ORDER.items() if k != "intent"}],
    "a proposal": [ORDER | {"intent": "proposal"}],
    "no patient": [{k: v for k, v in ORDER.items() if k != "subject"}],
    "no id": [{k: v for k, v in ORDER.items() if k != "id"}],
    "a category that is no list": [ORDER | {"category": {"coding": [{"code": "outpatient"}]}}],
    "a contained medication": [referring({"reference": "#m"}, contained=[MEDICATION | {"id": "m"}])],
    "a contained medication that only says what it is made of": [
        referring({"reference": "#m"}, contained=[made_of({"itemCodeableConcept": concept(LITHIUM)})])
    ],
    "the same in R5": [
        referring({"reference": "#m"}, contained=[made_of({"item": {"concept": concept(LITHIUM)}})])
    ],
    "a medication of the Bundle": bundle(MEDICATION, referring({"reference": "Medication/m1"})),
    "a medication by a whole address": bundle(
        MEDICATION, referring({"reference": "https://ehr.example.org/fhir/Medication/m1"})
    ),
    "a medication by its address": {
        "entry": [
            {"fullUrl": "urn:uuid:7", "resource": MEDICATION | {"id": None}},
            {"resource": referring({"reference": "urn:uuid:7"})},
        ]
    },
    "a broken one beside it": [draft_for(NSAIDS) | {"subject": "Patient/pat-1"}, ORDER],
}


@pytest.mark.parametrize("drafts", LENIENT.values(), ids=LENIENT)
def test_an_order_is_read(drafts):
    assert lithium_in(drafts) == 1


def test_a_medication_may_be_one_of_the_record():
    record = chart(MEDICATION)
    found = read([referring({"reference": "Medication/m1"})], record)

    assert [order.display for order in found] == ["Lithium"]


NOT_READ = {
    "nothing": None,
    "an empty Bundle": {"resourceType": "Bundle"},
    "another patient's": [ORDER | {"subject": {"reference": "Patient/other"}}],
    "one entered in error": [ORDER | {"status": "entered-in-error"}],
    "one not to be done": [ORDER | {"doNotPerform": True}],
    "one that is stopped": [ORDER | {"status": "stopped"}],
    "one on hold": [ORDER | {"status": "on-hold"}],
    "a text": "MedicationRequest",
    "one without a type": [{k: v for k, v in ORDER.items() if k != "resourceType"}],
    "an entry that is no list": {"entry": {"resource": ORDER}},
}


@pytest.mark.parametrize("drafts", NOT_READ.values(), ids=NOT_READ)
def test_an_order_is_not_among_those_signed(drafts):
    assert lithium_in(drafts) == 0


def test_an_order_that_is_stopped_is_among_those_ended():
    assert len(read([ORDER | {"status": "stopped"}]).ended.medication_requests(LITHIUM)) == 1


def test_what_cannot_be_read_is_named_with_its_place():
    broken = draft_for(LITHIUM) | {"medicationCodeableConcept": None, "medicationReference": "m1"}
    found = read([{"fullUrl": "x"}, broken, referring({"reference": "Medication/none"}), ORDER])

    assert found.problems[0] == "draft 1: holds no resource; it is left out"
    assert found.problems[1].startswith("draft 2: cannot be read")
    assert found.problems[2] == "draft 3: names no medicine that can be found; no check can read it"
    assert len(found) == 2


@pytest.mark.parametrize(
    ("subject", "is_read"),
    [
        ("https://ehr.example/fhir/Patient/pat-1", True),
        ("https://ehr.example/fhir/Patient/pat-1/_history/2", True),
        ("Patient/pat-1/_history/2", True),
        ("https://evil.example/fhir/Patient/pat-1", False),
    ],
)
def test_an_order_for_the_patient_of_another_server_is_left_out_and_named(subject, is_read):
    order = ORDER | {"subject": {"reference": subject}}
    found = read_drafts([order], chart(), TODAY, "https://ehr.example/fhir")

    assert len(found) == is_read
    assert found.problems == (() if is_read else ("draft 1: is another server's patient's; it is left out",))


def test_other_kinds_are_counted_and_left_alone():
    found = read(
        [{"resourceType": "NutritionOrder", "id": "n"}] * 2 + [{"resourceType": "VisionPrescription"}, ORDER]
    )

    assert found.ignored == {"NutritionOrder": 2, "VisionPrescription": 1}
    assert found.problems == ()


def test_several_orders_at_once_and_their_resources_as_they_came():
    test = draft_test(TSH)
    found = read(bundle(ORDER, test))

    assert len(found) == 2
    assert [found.received[order] for order in found] == [ORDER, test]


def test_two_orders_with_one_id_or_with_none_are_two():
    without_id = {name: held for name, held in ORDER.items() if name != "id"}

    assert len(read([draft_for(LITHIUM, id="x"), draft_for(NSAIDS, id="x")])) == 2
    assert len(read([without_id, without_id | {"status": "active"}])) == 2


def test_an_order_of_the_record_that_is_signed_again_is_known():
    old = prescribed(LITHIUM, "2026-01-01")
    record = chart(old, prescribed(LITHIUM, "2026-01-02"))
    patient = SigningRecord(record, read([old | {"status": "draft"}], record))

    assert [patient.is_signed_again(order) for order in record.medication_requests(LITHIUM)] == [True, False]
