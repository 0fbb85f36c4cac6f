"""The preflight of what the EHR can do: each search as its profile makes it, each type we would write."""

from __future__ import annotations

import pytest

from cds_service.outside.host_ehr import HostEhr
from cds_service.outside.preflight import Outcome, preflight
from measures.gather import QUERIES
from tests.outside.preflight_ehr import CONDITION, PATIENT, Ehr, failed, statement


@pytest.fixture
def ehr(httpserver) -> Ehr:
    return Ehr(httpserver)


def offers(ehr: Ehr, *resources) -> None:
    ehr.answers["/fhir/metadata"] = statement(*resources)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (None, "does not offer Condition"),
        (CONDITION | {"interaction": [{"code": "read"}]}, "does not offer search-type of Condition"),
        (CONDITION | {"searchParam": [{"name": "code"}]}, "does not list the search parameter patient"),
    ],
)
def test_a_search_that_is_not_offered_is_told(ehr, condition, found):
    offers(ehr, PATIENT, *([condition] if condition else []))

    (step,) = failed(ehr.steps())

    assert step.title == "Search Condition"
    assert found in step.found
    assert "ask the EHR" in step.mend


def test_a_statement_that_leaves_out_details_is_taken_at_its_word(ehr):
    offers(ehr, {"type": "Patient"}, {"type": "Condition"})

    assert failed(ehr.steps()) == []


@pytest.mark.parametrize("rest", [None, [], "nonsense", [{"resource": "nonsense"}]])
def test_a_statement_that_lists_nothing_proves_nothing(ehr, rest):
    ehr.answers["/fhir/metadata"] |= {"rest": rest}

    assert ehr.steps()["Searches"].outcome is Outcome.SKIPPED


def test_without_a_statement_searches_are_skipped(ehr):
    ehr.answers["/fhir/metadata"] = (500, {}, "")

    steps = ehr.steps()

    assert steps["Searches"].outcome is steps["Writes"].outcome is Outcome.SKIPPED


def test_the_parameters_are_those_of_the_profile(ehr):
    observation = {"type": "Observation", "searchParam": [{"name": "patient"}]}
    offers(ehr, observation)
    ehr.steps()
    epic = HostEhr(name="riverside", fhir_base=ehr.base, profile="epic")

    steps = {step.title: step for step in preflight(epic, plain=QUERIES)}

    assert "does not list the search parameter category" in steps["Search Observation"].found


def test_what_the_vendor_adds_to_every_search_is_not_looked_for(ehr):
    offers(ehr, PATIENT, CONDITION)
    ehr.steps()
    athena = HostEhr(name="riverside", fhir_base=ehr.base, profile="athena", site={"practice": "1"})

    steps = {step.title: step for step in preflight(athena, plain=QUERIES)}

    assert steps["Search Condition"].outcome is Outcome.OK
    assert steps["Search DeviceRequest"].outcome is Outcome.SKIPPED
    assert "text to copy" in steps["Writes"].found


@pytest.mark.parametrize(
    ("scope", "interactions", "outcome"),
    [
        ("patient/Observation.cruds", ["create"], Outcome.OK),
        ("patient/Observation.c", ["read"], Outcome.FAILED),
        ("patient/*.write", ["read"], Outcome.FAILED),
        ("patient/*.rs", ["read"], Outcome.SKIPPED),
    ],
)
def test_a_type_we_would_write_must_be_offered_where_the_file_asks_for_it(ehr, scope, interactions, outcome):
    codes = [{"code": code} for code in interactions]
    offers(ehr, PATIENT, CONDITION, {"type": "Observation", "interaction": codes})
    smart = ehr.registered.smart.model_copy(update={"scopes": ("launch", scope)})
    ehr.registered = ehr.registered.model_copy(update={"smart": smart})

    assert ehr.steps()["Write Observation"].outcome is outcome
