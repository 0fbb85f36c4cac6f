"""The preflight names each thing that is not ready at the other side, and its mend."""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer

from cds_service.outside.host_ehr import CdsClient, HostEhr
from cds_service.outside.preflight import Outcome
from tests.outside.preflight_ehr import PUBLIC, Ehr, failed


@pytest.fixture
def ehr(httpserver: HTTPServer) -> Ehr:
    return Ehr(httpserver)


def test_where_all_is_right_every_step_is_ok(ehr):
    steps = ehr.steps()

    assert [step.title for step in steps.values() if step.outcome is Outcome.OK] == [
        "FHIR base",
        "SMART configuration",
        "Sign-in addresses",
        "PKCE S256",
        "Keys that sign id_tokens",
        "Client authentication",
        "Scopes",
        "Search Patient",
        "Search Condition",
        f"Keys of {ehr.base}",
    ]
    assert failed(steps) == []


@pytest.mark.parametrize(
    ("path", "answer", "found", "mend"),
    [
        ("metadata", (401, {}, ""), "answers HTTP 401", "readable without a token"),
        ("metadata", (500, {}, "oops"), "answers HTTP 500", "`fhir_base`"),
        ("metadata", (200, {}, "<html>"), "not JSON", "`fhir_base`"),
        ("metadata", (200, {}, "[]"), "not an object", "`fhir_base`"),
        (
            "metadata",
            (302, {"location": "http://127.0.0.1:9/x"}, ""),
            "redirects to http://127.0.0.1:9/x",
            "final",
        ),
        ("metadata", {"resourceType": "Patient"}, "not as a FHIR server", "path"),
        (
            "metadata",
            {"resourceType": "CapabilityStatement", "fhirVersion": "3.0.2"},
            "speaks FHIR 3.0.2",
            "R4",
        ),
        ("metadata", {"resourceType": "CapabilityStatement"}, "speaks FHIR None", "R4"),
    ],
)
def test_a_fhir_base_that_is_not_one_is_told_with_its_mend(ehr, path, answer, found, mend):
    ehr.answers[f"/fhir/{path}"] = answer

    (step,) = failed(ehr.steps())

    assert step.title == "FHIR base"
    assert found in step.found
    assert mend in step.mend


@pytest.mark.parametrize("answer", [(404, {}, ""), {}, {"authorization_endpoint": "https://x.example.org/a"}])
def test_without_a_smart_configuration_what_needs_it_is_skipped(ehr, answer):
    ehr.answers["/fhir/.well-known/smart-configuration"] = answer

    steps = ehr.steps()

    assert [step.title for step in failed(steps)] == ["SMART configuration"]
    assert steps["PKCE S256"].outcome is Outcome.SKIPPED


@pytest.mark.parametrize("methods", [None, [], ["plain"], "S256"])
def test_pkce_that_is_not_advertised_is_told(ehr, methods):
    ehr.answers["/fhir/.well-known/smart-configuration"]["code_challenge_methods_supported"] = methods

    assert [step.title for step in failed(ehr.steps())] == ["PKCE S256"]


def test_sign_in_on_an_unregistered_origin_is_told_and_not_called(ehr):
    ehr.answers["/fhir/.well-known/smart-configuration"]["token_endpoint"] = "https://login.example.org/token"

    (step,) = failed(ehr.steps())

    assert "https://login.example.org, which is not registered" in step.found
    assert "`smart.origins`" in step.mend


def test_sign_in_on_a_registered_origin_is_right(ehr):
    ehr.answers["/fhir/.well-known/smart-configuration"]["token_endpoint"] = "https://login.example.org/token"
    smart = ehr.registered.smart.model_copy(update={"origins": ("https://login.example.org",)})
    ehr.registered = ehr.registered.model_copy(update={"smart": smart})

    assert failed(ehr.steps()) == []


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((404, {}, ""), "answers HTTP 404"),
        ({"keys": []}, "the key set is empty"),
        ({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}, "is not an RSA or EC key"),
        ((200, {}, "x" * 30), "not JSON"),
    ],
)
def test_keys_that_cannot_be_read_are_told(ehr, answer, found):
    ehr.answers["/jwks.json"] = answer

    (step,) = failed(ehr.steps())

    assert found in step.found
    assert "check `jku`" in step.mend


def test_keys_in_the_register_need_no_address(ehr):
    client = CdsClient(iss="https://ehr.example.org", jwks={"keys": [PUBLIC]})
    ehr.registered = ehr.registered.model_copy(update={"cds_clients": (client,)})

    assert ehr.steps()["Keys of https://ehr.example.org"].found == "1 in the register"


def test_what_the_file_does_not_ask_for_is_skipped(ehr):
    ehr.registered = HostEhr(name="riverside", fhir_base=ehr.base)

    steps = ehr.steps()

    assert steps.pop("FHIR base").outcome is Outcome.OK
    assert steps["SMART configuration"].outcome is steps["CDS client keys"].outcome is Outcome.SKIPPED
    assert failed(steps) == []


def test_a_server_that_is_not_there_is_told(ehr, unused_port: int):
    ehr.registered = HostEhr(name="riverside", fhir_base=f"http://127.0.0.1:{unused_port}/fhir")

    (step,) = failed(ehr.steps())

    assert step.found.startswith("cannot be reached")
    assert "firewall" in step.mend


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
