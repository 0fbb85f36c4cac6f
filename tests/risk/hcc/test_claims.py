"""Claims in the words of HL7, CARIN and the AMA count like Medicare's own; why one does not is told."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from measures.risk.hcc.claims import Fate, services_of, what_became
from measures.terminology import CPT, HCPCS
from tests.risk.hcc.claims import claim

OFFICE, LABORATORY = "99213", "80053"
TYPE = "http://terminology.hl7.org/CodeSystem/claim-type"
CARIN = "http://hl7.org/fhir/us/carin-bb/CodeSystem/"


def standard(service: str, system: str = CPT, kind: str = "professional", **more: Any) -> dict[str, Any]:
    """As a payer that is not Medicare writes it."""
    made = claim("k1", ["F20.9"], service)
    item = {
        "sequence": 1,
        "servicedDate": "2026-03-01",
        "productOrService": {"coding": [{"system": system, "code": service}]},
    }
    return made | {"type": {"coding": [{"system": TYPE, "code": kind}]}, "item": [item]} | more


def billed(bill: str) -> dict[str, Any]:
    category = {"coding": [{"system": f"{CARIN}C4BBSupportingInfoType", "code": "typeofbill"}]}
    code = {"coding": [{"system": "https://www.nubc.org/CodeSystem/TypeOfBill", "code": bill}]}
    return {"supportingInfo": [{"sequence": 1, "category": category, "code": code}]}


def sub_type(code: str) -> dict[str, Any]:
    return {"subType": {"coding": [{"system": f"{CARIN}C4BBInstitutionalClaimSubType", "code": code}]}}


@pytest.mark.parametrize(
    ("made", "fate"),
    [
        (claim("k1", ["F20.9"], OFFICE), Fate.COUNTED),
        (standard(OFFICE), Fate.COUNTED),
        (standard("G0439", HCPCS), Fate.COUNTED),
        (standard(LABORATORY), Fate.NOT_ELIGIBLE),
        (standard(OFFICE, "urn:another"), Fate.NO_SERVICE),
        (standard(LABORATORY, kind="institutional", **billed("0111")), Fate.COUNTED),
        (standard(LABORATORY, kind="institutional", **billed("131")), Fate.NOT_ELIGIBLE),
        (standard(OFFICE, kind="institutional", **billed("131")), Fate.COUNTED),
        (standard(OFFICE, kind="institutional", **billed("211")), Fate.NOT_ELIGIBLE),
        (standard(LABORATORY, kind="institutional", **sub_type("inpatient")), Fate.COUNTED),
        (standard(LABORATORY, kind="institutional", **sub_type("outpatient")), Fate.NOT_ELIGIBLE),
        (standard(OFFICE, kind="pharmacy"), Fate.OTHER),
        (standard(OFFICE, diagnosis=[]), Fate.NO_CODE),
        (standard(OFFICE, status="cancelled"), Fate.WITHDRAWN),
    ],
)
def test_a_claim_counts_or_it_is_told_why_not(made: dict[str, Any], fate: Fate):
    found, services = services_of(made)

    assert found is fate
    assert bool(services) is (fate is Fate.COUNTED)


def test_its_codes_are_of_the_day_of_the_service():
    [service] = services_of(standard(OFFICE))[1]

    assert (service.claim_diagnosis_codes, service.service_date) == (["F20.9"], "2026-03-01")


def test_the_reasons_are_told_with_their_numbers():
    fates = Counter({Fate.COUNTED: 9, Fate.NOT_ELIGIBLE: 1_200})

    assert what_became(fates) == [
        "1,209 claims read, 9 counted",
        "  1,200 without a service that counts for risk adjustment",
    ]
    assert what_became(Counter()) == ["0 claims read, 0 counted"]
