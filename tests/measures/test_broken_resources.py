"""Resources that are not what they should be: each costs only itself, and is named."""

from __future__ import annotations

import pytest

from measures.terminology import LOINC, Code
from measures.time import Period
from tests.clinic import chart, observed, references

YEAR = Period.year(2025)
A1C = Code(LOINC, "4548-4", "A1c")


@pytest.mark.parametrize(
    "broken",
    [
        "not a resource",
        None,
        [],
        {},
        {"resourceType": "Observation", "id": "b", "subject": "Patient/pat-1"},
        {"resourceType": "Observation", "id": "b", "subject": {"reference": 7}},
        {
            "resourceType": "Observation",
            "id": "b",
            "subject": {"reference": "Patient/pat-1"},
            "code": "4548-4",
        },
        {"resourceType": "Observation", "id": "b", "subject": {"reference": "Patient/pat-1"}, "code": [7]},
        {"resourceType": ["Observation"], "id": "b"},
        observed(A1C, "2025-02-01") | {"status": ["final"]},
        observed(A1C, "2025-02-01") | {"modifierExtension": 7},
    ],
)
def test_a_broken_resource_costs_only_itself_and_is_named(broken):
    record = chart(broken, observed(A1C, "2025-02-01", id="good"))
    assert references(record.observations(A1C)) == ["Observation/good"]
    assert len(record.problems) == 1


@pytest.mark.parametrize("identity", [{"value": "1"}, ["1"]])
def test_an_id_that_is_none_costs_only_its_resource(identity):
    record = chart(observed(A1C, "2025-02-01", id=identity), observed(A1C, "2025-03-01", id="good"))

    assert references(record.observations(A1C)) == ["Observation/good"]
    assert record.problems[0].endswith("cannot be read as a FHIR resource; it is left out")


def test_a_malformed_inner_element_costs_only_its_resource_and_is_named():
    broken = observed(A1C, "2025-02-01", id="broken") | {"category": 7}
    record = chart(
        broken, observed(A1C, "2025-02-01", id="good", category=[{"coding": [{"code": "laboratory"}]}])
    )
    labs = record.observations(A1C).in_category("laboratory")
    assert references(labs) == ["Observation/good"]
    assert references(labs.maybe) == ["Observation/broken"]
    assert record.problems[0].startswith("Observation/broken: cannot be read")


def test_a_date_that_cannot_be_read_counts_as_undated_and_is_named():
    record = chart(observed(A1C, "last Tuesday", id="t"))
    assert record.observations(A1C).during(YEAR).truth is None
    assert record.problems[0].startswith("Observation/t: its date cannot be read")
