"""Claims: what each kind proves, and what it does not."""

from __future__ import annotations

import pytest

from measures.claims import facts_of_claim
from measures.terminology import CPT, ICD10CM

PANIC = {"coding": [{"system": ICD10CM, "code": "F41.0", "display": "Panic disorder"}]}
SERVICE = {"coding": [{"system": CPT, "code": "99284"}]}


def code(value: str) -> dict:
    return {"coding": [{"code": value}]}


def claim(kind: str, *items: dict, dx: tuple[dict, ...] = (PANIC,), **more) -> dict:
    """A claim of a day in August."""
    return {
        "resourceType": "ExplanationOfBenefit",
        "id": "c1",
        "status": "active",
        "use": "claim",
        "type": code(kind),
        "patient": {"reference": "Patient/m-7"},
        "billablePeriod": {"start": "2026-08-22", "end": "2026-08-23"},
        "diagnosis": [{"diagnosisCodeableConcept": concept} for concept in dx],
        "item": list(items),
    } | more


def of(kind: str, facts: list[dict]) -> list[dict]:
    return [fact for fact in facts if fact["resourceType"] == kind]


def line(**more) -> dict:
    return {"productOrService": SERVICE} | more


BILL = {"category": code("typeofbill"), "code": code("0111")}


@pytest.mark.parametrize(
    ("made", "class_"),
    [
        (claim("institutional", line(revenue=code("0450"))), "EMER"),
        (claim("institutional", line(revenue=code("0981"))), "EMER"),
        (claim("institutional", line(revenue=code("0510"))), "AMB"),
        (claim("institutional", line(revenue=code("0450")), supportingInfo=[BILL]), "IMP"),
        (claim("institutional", line(), subType=code("inpatient")), "IMP"),
        (claim("professional", line(locationCodeableConcept=code("23"))), "EMER"),
        (claim("professional", line(locationCodeableConcept=code("11"))), "AMB"),
    ],
    ids=["ED revenue", "ED physician", "clinic", "admitted by the ED", "inpatient", "ED place", "office"],
)
def test_the_kind_of_visit_is_told_by_bill_revenue_and_place(made, class_):
    (visit,) = of("Encounter", facts_of_claim(made))

    assert visit["class"]["code"] == class_
    assert visit["period"] == {"start": "2026-08-22", "end": "2026-08-23"}
    assert visit["reasonCode"] == [PANIC]


def test_a_doctors_bill_for_days_in_hospital_is_no_stay_of_its_own():
    facts = facts_of_claim(claim("professional", line(locationCodeableConcept=code("21"))))

    assert of("Encounter", facts) == []
    assert len(of("Procedure", facts)) == 1


def test_a_diagnosis_stands_for_the_days_of_the_service_and_no_longer():
    (diagnosis,) = of("Condition", facts_of_claim(claim("professional", line())))

    assert (diagnosis["onsetDateTime"], diagnosis["abatementDateTime"]) == ("2026-08-22", "2026-08-23")


def test_the_principal_diagnosis_is_the_reason_whatever_its_place():
    other = {"coding": [{"system": ICD10CM, "code": "I10"}]}
    made = claim("professional", line(), dx=(other, PANIC, other))
    made["diagnosis"][1]["type"] = [code("principal")]
    facts = facts_of_claim(made)

    assert of("Encounter", facts)[0]["reasonCode"] == [PANIC]
    assert len(of("Condition", facts)) == 2


def test_a_pharmacy_claim_is_a_fill_with_its_days_of_supply():
    supply = {"category": code("dayssupply"), "valueQuantity": {"value": 30}}
    facts = facts_of_claim(claim("pharmacy", line(servicedDate="2026-08-22"), supportingInfo=[supply]))

    (fill,) = facts
    assert (fill["resourceType"], fill["whenHandedOver"]) == ("MedicationDispense", "2026-08-22")
    assert fill["daysSupply"]["value"] == 30


@pytest.mark.parametrize(
    "change",
    [{"status": "cancelled"}, {"use": "preauthorization"}, {"outcome": "error"}, {"billablePeriod": None}],
)
def test_what_did_not_take_place_proves_nothing(change):
    assert facts_of_claim(claim("professional", line()) | change) == []


def test_a_label_of_sensitivity_goes_with_everything_it_labels():
    meta = {"security": [{"code": "42CFRPart2"}]}
    facts = facts_of_claim(claim("professional", line(), meta=meta))

    assert len(facts) == 3
    assert all(fact["meta"] == meta for fact in facts)


def test_a_malformed_claim_is_refused_and_not_half_read():
    with pytest.raises(TypeError):
        facts_of_claim(claim("professional") | {"item": "none"})


def known_from(made: dict) -> set[str]:
    return {one["valueDate"] for fact in facts_of_claim(made) for one in fact["extension"]}


def test_a_fact_is_known_from_when_the_claim_was_received_or_made_and_never_before_the_service_ended():
    received = {"category": code("clmrecvddate"), "timingDate": "2026-09-30"}

    assert known_from(claim("professional", line())) == {"2026-08-23"}
    assert known_from(claim("professional", line(), created="2026-09-14T10:00:00Z")) == {"2026-09-14"}
    assert known_from(claim("professional", line(), created="2026-09-14", supportingInfo=[received])) == {
        "2026-09-30"
    }
    assert known_from(claim("professional", line(), created="2026-08-01")) == {"2026-08-23"}
