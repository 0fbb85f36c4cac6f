"""One record of several sources: each fact once, the EHR's own before all others."""

from __future__ import annotations

import pytest

from measures.sources import Sourced, adopted, together
from measures.terminology import ICD10CM, LOINC, Code
from tests.clinic import Resource, diagnosed, event, observed, visit

A1C = Code(LOINC, "4548-4")
PANIC = Code(ICD10CM, "F41.0")


def merged(own: list[Resource], *others: Resource, source: str = "claims"):
    return together(own, [Sourced(source, other) for other in others])


def test_what_only_another_source_knows_is_added_and_marked():
    ours, theirs = observed(A1C, "2026-08-01", value=7.2), observed(A1C, "2026-05-01", value=8.1)
    resources, provenance = merged([ours], theirs)

    assert resources == [ours, theirs]
    assert provenance.only == {f"Observation/{theirs['id']}": "claims"}
    assert provenance.also == {}


def test_of_the_same_fact_the_ehrs_is_kept_and_the_other_source_noted():
    ours, theirs = observed(A1C, "2026-08-01T09:00:00Z", value=7.2), observed(A1C, "2026-08-01", value=7.2)
    resources, provenance = merged([ours], theirs)

    assert resources == [ours]
    assert provenance.also == {f"Observation/{ours['id']}": ("claims",)}


@pytest.mark.parametrize(
    "theirs",
    [
        observed(A1C, "2026-08-02", value=7.2),
        observed(A1C, "2026-08-01", value=7.3),
        observed(Code(LOINC, "17856-6"), "2026-08-01", value=7.2),
        observed(A1C, "2026-08", value=7.2),
    ],
    ids=["another day", "another value", "another code", "a date too coarse"],
)
def test_what_differs_in_day_value_or_code_is_another_fact(theirs):
    assert len(merged([observed(A1C, "2026-08-01", value=7.2)], theirs)[0]) == 2


def test_a_visit_to_the_ed_is_told_by_its_day_for_no_two_sources_code_it_alike():
    emergency: Resource = {"class": {"code": "EMER"}}
    ambulatory: Resource = {"class": {"code": "AMB"}}
    ours = visit(Code("urn:test", "ed"), "2026-08-22", **emergency)
    theirs = visit(Code("urn:claims", "99284"), "2026-08-22", **emergency)
    office = visit(Code("urn:claims", "99213"), "2026-08-22", **ambulatory)

    assert merged([ours], theirs, office)[0] == [ours, office]


def test_two_other_sources_do_not_double_each_other():
    first, second = (diagnosed(PANIC, "2026-08-22") for _ in range(2))
    resources, provenance = together([], [Sourced("claims", first), Sourced("hie", second)])

    assert resources == [first]
    assert provenance.only == {f"Condition/{first['id']}": "claims"}


def test_adopted_resources_are_the_ehr_patients_and_still_find_each_other():
    stay = visit(Code("urn:test", "x"), "2026-08-22") | {"id": "e1"}
    result = observed(A1C, "2026-08-22", value=7.2, encounter={"reference": "Encounter/e1"})

    adopted_stay, adopted_result = (adopted(one, "claims", "ines") for one in (stay, result))

    assert adopted_stay["subject"] == {"reference": "Patient/ines"}
    assert adopted_result["encounter"] == {"reference": f"Encounter/{adopted_stay['id']}"}
    assert adopted(stay, "claims", "ines") == adopted_stay
    assert adopted(stay, "hie", "ines")["id"] != adopted_stay["id"]
    assert stay["id"] == "e1", "the resource given is not changed"


def test_a_resource_that_names_its_patient_otherwise_does_so_afterwards():
    allergy = event("AllergyIntolerance", patient={"reference": "Patient/m-7"})
    del allergy["subject"]

    assert adopted(allergy, "claims", "ines")["patient"] == {"reference": "Patient/ines"}
