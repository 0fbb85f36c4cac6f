"""Whether two orders or supplies are for one medicine, by their ingredients."""

from __future__ import annotations

from typing import Any

import pytest

from measures.ingredients import is_same_medicine
from measures.orders.named_medicines import ingredient_names
from measures.orders.plain_medicines import word_lists
from measures.record import PatientRecord
from measures.terminology import RXNORM
from measures.vocabulary import own_products, starter_vocabulary
from tests.clinic import event

NDC = "http://hl7.org/fhir/sid/ndc"


def rxnorm(name: str, code: str = "1") -> dict[str, Any]:
    return {"coding": [{"system": RXNORM, "code": code, "display": name}]}


def of_our_own(begins: str) -> dict[str, Any]:
    """A product of our own value sets, by its name there and without one beside its code."""
    code = next(code for (system, code), name in own_products().items() if name.startswith(begins))
    return {"coding": [{"system": RXNORM, "code": code}]}


PAIRS = {
    "one code": (rxnorm(""), rxnorm(""), True),
    "one medicine in two strengths": (
        rxnorm("sertraline 50 MG Oral Tablet", "1"),
        rxnorm("sertraline 100 MG Oral Tablet [Zoloft]", "2"),
        True,
    ),
    "one medicine in two salts and releases": (
        rxnorm("metoprolol tartrate 50 MG Oral Tablet", "1"),
        rxnorm("24 HR metoprolol succinate 50 MG Extended Release Oral Tablet", "2"),
        True,
    ),
    "two medicines": (
        rxnorm("sertraline 50 MG Oral Tablet", "1"),
        rxnorm("metformin hydrochloride 500 MG Oral Tablet", "2"),
        False,
    ),
    "a mixture and one of its parts": (
        rxnorm("acetaminophen 325 MG / hydrocodone bitartrate 5 MG Oral Tablet", "1"),
        rxnorm("acetaminophen 325 MG Oral Tablet", "2"),
        False,
    ),
    "known by our own names": (
        of_our_own("sertraline 50"),
        rxnorm("sertraline 25 MG Oral Tablet", "2"),
        True,
    ),
    "two of one class, of which one may stand in": (of_our_own("divalproex"), of_our_own("valproate"), None),
    "a brand": (rxnorm("sertraline 50 MG Oral Tablet", "1"), rxnorm("Zoloft", "2"), True),
    "a brand and another medicine": (
        rxnorm("metformin hydrochloride 500 MG Oral Tablet", "1"),
        {"text": "Zoloft 50 mg tablet"},
        False,
    ),
    "a brand that nobody here knows": (
        rxnorm("sertraline 50 MG Oral Tablet", "1"),
        {"text": "Quillazon 50 mg"},
        None,
    ),
    "words of our own names": (
        {"text": "Zoloft 100 mg"},
        {"text": "sertraline hydrochloride 50 mg oral tab"},
        True,
    ),
    "a brand of a mixture": (
        rxnorm("acetaminophen 325 MG / HYDROcodone bitartrate 5 MG Oral Tablet", "1"),
        {"text": "Norco 5-325 mg tablet"},
        True,
    ),
    "a mixture by its names": (
        rxnorm("acetaminophen 325 MG / HYDROcodone bitartrate 5 MG Oral Tablet", "1"),
        {"text": "Hydrocodone-acetaminophen (VICODIN) 5-325 mg per tablet"},
        True,
    ),
    "a mixture by brand, and one of its parts": (
        rxnorm("hydrocodone bitartrate 10 MG Extended Release Oral Capsule", "1"),
        {"text": "Vicodin"},
        None,
    ),
    "a brand of a mixture without one of ours": (
        {"text": "Contrave 8-90 mg ER tablet"},
        rxnorm("bupropion hydrochloride 150 MG Extended Release Oral Tablet", "2"),
        None,
    ),
    "that mixture by its names": (
        {"text": "Bupropion-naltrexone 90-8 mg"},
        rxnorm("bupropion hydrochloride 150 MG Extended Release Oral Tablet", "2"),
        None,
    ),
    "two brands of one class, of which one may stand in": ({"text": "Depakote"}, {"text": "Depakene"}, None),
    "a name with a word that may be another ingredient": (
        rxnorm("sertraline 50 MG Oral Tablet", "1"),
        {"text": "sertraline-quillazon 50 mg"},
        None,
    ),
    "a doubtful name": (rxnorm("sertraline 50 MG Oral Tablet", "1"), {"text": "stop Zoloft"}, None),
    "two names that do not agree": (
        rxnorm("sertraline 50 MG Oral Tablet", "1"),
        {"text": "Zoloft", "coding": [{"system": NDC, "code": "2", "display": "Prozac"}]},
        None,
    ),
    "another code system": (
        rxnorm("sertraline 50 MG Oral Tablet", "1"),
        {"coding": [{"system": NDC, "code": "2", "display": "metformin 500 MG Oral Tablet"}]},
        None,
    ),
    "words alone": (rxnorm("sertraline 50 MG Oral Tablet", "1"), {"text": "metformin 500 MG"}, None),
    "nothing at all": (rxnorm("sertraline 50 MG Oral Tablet", "1"), None, None),
}


@pytest.mark.parametrize(("one", "other", "same"), PAIRS.values(), ids=PAIRS)
def test_a_pair(one: dict[str, Any], other: dict[str, Any] | None, same: bool | None):
    assert told(one, other) is same
    assert told(other, one) is same


def test_a_medicine_by_reference_is_read_too():
    medication = {"resourceType": "Medication", "id": "m", "code": rxnorm("sertraline 50 MG Oral Tablet")}
    reference = {"reference": "Medication/m"}

    assert told({"of": reference}, rxnorm("sertraline 25 MG Oral Tablet", "2"), medication) is True


def told(one: Any, other: Any, *shared: dict[str, Any]) -> bool | None:
    patient = {"resourceType": "Patient", "id": "pat-1"}
    held = [
        event("MedicationDispense", status="completed", medicationReference=concept["of"])
        if concept and "of" in concept
        else event("MedicationDispense", status="completed", medicationCodeableConcept=concept)
        for concept in (one, other)
    ]
    record = PatientRecord(patient, [*held, *shared], starter_vocabulary())
    return is_same_medicine(record, *record.every("MedicationDispense").sure)


def test_what_is_beside_stands_for_names_that_are_known():
    assert word_lists().mixtures.keys() <= ingredient_names().called.keys()
