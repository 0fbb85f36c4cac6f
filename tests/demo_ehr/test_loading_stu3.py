"""Resources in the shape of FHIR STU3 come out in the shape of R4."""

from __future__ import annotations

import pytest

from smart_app.demo_ehr.loading_stu3 import to_r4
from tests.demo_ehr.export import seen

SNOMED = "http://snomed.info/sct"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


@pytest.mark.parametrize(
    ("kind", "stu3", "r4"),
    [
        ("Condition", {"context": {"reference": "Encounter/e"}}, {"encounter": {"reference": "Encounter/e"}}),
        ("Condition", {"assertedDate": "2019-01-01"}, {"recordedDate": "2019-01-01"}),
        (
            "Condition",
            {"clinicalStatus": "active"},
            {"clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}]}},
        ),
        (
            "Encounter",
            {"class": {"code": "WELLNESS"}},
            {"class": {"system": ACT, "code": "AMB", "display": "WELLNESS"}},
        ),
        (
            "Encounter",
            {"class": {"code": "inpatient"}},
            {"class": {"system": ACT, "code": "IMP", "display": "inpatient"}},
        ),
        ("Encounter", {"class": {"code": "unheard of"}}, {"class": {"code": "unheard of"}}),
        ("Encounter", {"reason": [{"text": "cough"}]}, {"reasonCode": [{"text": "cough"}]}),
        ("Goal", {"status": "in-progress"}, {"lifecycleStatus": "active"}),
        ("Immunization", {"date": "2019-01-01"}, {"occurrenceDateTime": "2019-01-01"}),
        ("Immunization", {"notGiven": True, "status": "completed"}, {"status": "not-done"}),
        ("Procedure", {"notDone": True, "status": "aborted"}, {"status": "not-done"}),
        (
            "MedicationRequest",
            {"requester": {"agent": {"reference": "Practitioner/d"}}},
            {"requester": {"reference": "Practitioner/d"}},
        ),
        (
            "MedicationRequest",
            {"dosageInstruction": [{"doseQuantity": {"value": 1}}]},
            {"dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": 1}}]}]},
        ),
        (
            "Observation",
            {
                "category": [
                    {"coding": [{"system": "http://hl7.org/fhir/observation-category", "code": "survey"}]}
                ]
            },
            {"category": [{"coding": [{"system": CATEGORY, "code": "survey"}]}]},
        ),
        (
            "Patient",
            {"maritalStatus": {"coding": [{"system": "http://hl7.org/fhir/v3/MaritalStatus", "code": "S"}]}},
            {
                "maritalStatus": {
                    "coding": [
                        {"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "S"}
                    ]
                }
            },
        ),
        ("DocumentReference", {"context": {"encounter": []}}, {"context": {"encounter": []}}),
        ("Encounter", {"class": ["AMB"]}, {"class": ["AMB"]}),
        (
            "Encounter",
            {"class": {"system": "urn:ours", "code": "emergency"}},
            {"class": {"system": "urn:ours", "code": "emergency"}},
        ),
        (
            "Condition",
            {"code": {"coding": [{"system": SNOMED, "code": "1"}]}},
            {"code": {"coding": [{"system": SNOMED, "code": "1"}]}},
        ),
    ],
)
def test_stu3_shapes_come_out_as_r4(kind, stu3, r4):
    assert to_r4({"resourceType": kind, "id": "x", **stu3}) == {"resourceType": kind, "id": "x", **r4}


def test_an_old_blood_pressure_gains_the_code_and_unit_of_the_r4_profile():
    systolic = {"valueQuantity": {"value": 120, "system": "http://unitsofmeasure.org", "code": "mmHg"}}
    old = seen(
        "o1", code={"coding": [{"system": "http://loinc.org", "code": "55284-4"}]}, component=[systolic]
    )
    new = to_r4(old)
    assert [coding["code"] for coding in new["code"]["coding"]] == ["55284-4", "85354-9"]
    assert new["component"][0]["valueQuantity"]["code"] == "mm[Hg]"
