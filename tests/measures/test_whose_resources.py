"""Whose a resource is, and what is nobody's own: places that visits refer to."""

import pytest

from measures.record import PatientRecord
from measures.terminology import LOINC, Code, ValueSet
from measures.whose import names_or_leaves_open
from tests.clinic import VOCABULARY, chart, diagnosed, observed, visit

DIABETES = ValueSet("1.2.3", "Diabetes")
OFFICE = ValueSet("1.2.4", "Office visit")
A1C = Code(LOINC, "4548-4", "A1c")


def test_another_patients_resource_is_left_out_and_named():
    record = chart(observed(A1C, "2025-02-01", id="x") | {"subject": {"reference": "Patient/other"}})
    assert not record.observations(A1C)
    assert record.problems == ["Observation/x: is another patient's; it is left out"]


def test_a_resource_that_names_no_patient_is_left_out_and_named():
    orphan = observed(A1C, "2025-02-01", id="x")
    del orphan["subject"]
    assert chart(orphan).problems == ["Observation/x: names no patient; it is left out"]


def test_an_absolute_reference_to_the_patient_is_theirs():
    record = chart(
        observed(A1C, "2025-02-01") | {"subject": {"reference": "https://ehr.example/fhir/Patient/pat-1"}}
    )
    assert record.observations(A1C)


@pytest.mark.parametrize("base", ["", "https://ehr.example/fhir/"])
def test_a_version_of_the_patient_is_the_patient(base):
    named = {"subject": {"reference": f"{base}Patient/pat-1/_history/3"}}
    assert chart(observed(A1C, "2025-02-01") | named).observations(A1C)
    other = {"subject": {"reference": f"{base}Patient/pat-2/_history/3"}}
    assert not chart(observed(A1C, "2025-02-01") | other).observations(A1C)


BASE = "https://ehr.example/fhir"


@pytest.mark.parametrize(
    ("reference", "theirs"),
    [
        (None, True),
        ({"identifier": {"value": "MRN-1"}}, True),
        ({"reference": "Patient/pat-1"}, True),
        ({"reference": "Patient/pat-1/_history/3"}, True),
        ({"reference": f"{BASE}/Patient/pat-1"}, True),
        ({"reference": f"{BASE}/Patient/pat-1/_history/3"}, True),
        ({"reference": "https://other.example/fhir/Patient/pat-1"}, False),
        ({"reference": "Patient/pat-2"}, False),
        ({"reference": "Group/pat-1"}, False),
        ({"reference": 5}, False),
        ("Patient/pat-1", False),
    ],
)
def test_an_absolute_reference_is_to_a_patient_of_its_own_server(reference, theirs):
    assert names_or_leaves_open(reference, "Patient/pat-1", BASE) is theirs


def test_of_a_case_that_is_vouched_for_every_resource_is_the_patients_own():
    """Some of the stewards' cases name the patient of the case they were copied from, or none."""
    copied = diagnosed(DIABETES, "2020-01-01") | {"subject": {"reference": "Patient/another"}}
    nameless = {**visit(OFFICE, "2025-02-01"), "subject": None}
    patient = {"resourceType": "Patient", "id": "pat-1"}
    ours = PatientRecord(patient, [copied, nameless], VOCABULARY, vouched_for=True)
    assert (len(ours.conditions(DIABETES)), len(ours.encounters(OFFICE)), ours.problems) == (1, 1, [])
    strict = PatientRecord(patient, [copied, nameless], VOCABULARY)
    assert (len(strict.conditions(DIABETES)), len(strict.encounters(OFFICE))) == (0, 0)
    assert len(strict.problems) == 2


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("Location/l1", "l1"),
        ("https://ehr.example.org/fhir/Location/l1", "l1"),
        ("#l2", "l2"),
        ("Location/l2", None),
        ("#l1", None),
        ("Medication/l1", None),
    ],
)
def test_a_place_is_found_by_its_reference_in_the_record_or_in_the_visit(reference, found):
    seen = visit(OFFICE, "2025-02-01", contained=[{"resourceType": "Location", "id": "l2"}])
    record = chart(seen, {"resourceType": "Location", "id": "l1"})
    place = record.referred_to(seen, {"reference": reference})
    assert (place and place["id"]) == found
    assert record.referred_to(seen, None) is None
