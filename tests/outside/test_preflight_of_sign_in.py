"""The preflight of sign-in: keys, client authentication and scopes, held against the host EHR file."""

from __future__ import annotations

import pytest

from cds_service.outside.host_ehr import HostEhr, SmartClient
from cds_service.outside.preflight import Outcome
from tests.outside.preflight_ehr import SCOPES, Ehr, failed

CONFIGURATION = "/fhir/.well-known/smart-configuration"
KEYS = "Keys that sign id_tokens"


@pytest.fixture
def ehr(httpserver) -> Ehr:
    return Ehr(httpserver)


def said(ehr: Ehr, **values) -> None:
    ehr.answers[CONFIGURATION] |= values


def registered(ehr: Ehr, profile: str = "generic", **smart) -> None:
    client = {"client_id": "throughline", "auth": "public", "scopes": SCOPES} | smart
    ehr.registered = HostEhr(
        name="riverside", fhir_base=ehr.base, profile=profile, smart=SmartClient.model_validate(client)
    )


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((404, {}, ""), "answers HTTP 404"),
        ({"keys": []}, "the key set is empty"),
        ((200, {}, "<"), "not JSON"),
    ],
)
def test_an_issuer_whose_keys_cannot_be_read_is_told(ehr, answer, found):
    ehr.answers["/issuer.json"] = answer

    (step,) = failed(ehr.steps())

    assert step.title == KEYS
    assert found in step.found


def test_keys_named_by_openid_discovery_only_are_found(ehr):
    said(ehr, jwks_uri=None)
    openid = {"issuer": ehr.base, "jwks_uri": ehr.server.url_for("/issuer.json")}
    ehr.answers["/fhir/.well-known/openid-configuration"] = openid

    assert ehr.steps()[KEYS].outcome is Outcome.OK


def test_keys_that_nobody_names_are_told(ehr):
    said(ehr, jwks_uri=None)
    ehr.answers["/fhir/.well-known/openid-configuration"] = {"issuer": ehr.base}

    assert ehr.steps()[KEYS].found == "no jwks_uri is named anywhere"


def test_keys_on_an_unregistered_origin_are_not_contacted(ehr):
    said(ehr, jwks_uri="https://login.example.org/keys")  # no such host: a look-up would fail the test

    steps = ehr.steps()

    assert "not contacted" in steps[KEYS].found
    assert [step.title for step in failed(steps)] == ["Sign-in addresses"]


def test_without_openid_no_keys_are_needed(ehr):
    registered(ehr, scopes=("launch",))

    assert ehr.steps()[KEYS].outcome is Outcome.SKIPPED


@pytest.mark.parametrize(
    ("auth", "said_of_it", "outcome"),
    [
        ("public", {"capabilities": ["client-confidential-asymmetric"]}, Outcome.FAILED),
        ("private_key_jwt", {"capabilities": ["client-confidential-asymmetric"]}, Outcome.OK),
        (
            "private_key_jwt",
            {"capabilities": [], "token_endpoint_auth_methods_supported": ["private_key_jwt"]},
            Outcome.OK,
        ),
        (
            "private_key_jwt",
            {"capabilities": [], "token_endpoint_auth_methods_supported": ["client_secret_basic"]},
            Outcome.FAILED,
        ),
        ("private_key_jwt", {"capabilities": ["launch-ehr"]}, Outcome.SKIPPED),
    ],
)
def test_how_the_file_says_we_prove_who_we_are_must_be_offered(ehr, auth, said_of_it, outcome):
    registered(ehr, auth=auth)
    said(ehr, **said_of_it)

    assert ehr.steps()["Client authentication"].outcome is outcome


def test_another_way_that_is_offered_is_named(ehr):
    registered(ehr, auth="private_key_jwt")
    said(ehr, token_endpoint_auth_methods_supported=["client_secret_basic"], capabilities=[])

    assert ehr.steps()["Client authentication"].mend == "register with `auth: secret`"


@pytest.mark.parametrize(
    ("algorithms", "outcome"), [(["RS256"], Outcome.FAILED), (["RS256", "ES384"], Outcome.OK)]
)
def test_an_assertion_must_be_signed_as_the_ehr_can_check(ehr, algorithms, outcome):
    registered(ehr, auth="private_key_jwt")
    said(
        ehr,
        capabilities=["client-confidential-asymmetric"],
        token_endpoint_auth_signing_alg_values_supported=algorithms,
    )

    assert ehr.steps()["Client authentication"].outcome is outcome


@pytest.mark.parametrize(
    ("offered", "missing"),
    [
        (["launch", "openid", "patient/*.rs"], None),
        (["launch", "openid", "patient/*.read"], None),
        (["launch", "openid", "patient/*.cruds"], None),
        (["launch", "openid", "patient/Patient.rs", "patient/Condition.read"], None),
        (["launch", "openid", "patient/Patient.rs"], "patient/*.rs"),
        (["launch", "openid", "user/*.rs"], "patient/*.rs"),
        (["launch", "openid", "patient/*.r"], "patient/*.rs"),
        (["launch", "patient/*.rs"], "openid"),
    ],
)
def test_what_the_file_asks_for_is_held_against_what_the_ehr_lists(ehr, offered, missing):
    said(ehr, scopes_supported=offered)

    step = ehr.steps()["Scopes"]

    assert step.outcome is (Outcome.FAILED if missing else Outcome.OK)
    assert missing is None or f"does not list {missing}" in step.found


def test_where_wildcards_are_not_known_each_type_is_looked_for(ehr):
    registered(ehr, profile="epic", scopes=("launch", "patient/*.rs"))
    said(ehr, scopes_supported=["launch", "patient/Patient.read", "patient/DocumentReference.rs"])

    assert "does not list patient/Condition.rs" in ehr.steps()["Scopes"].found


def test_an_ehr_that_lists_no_scopes_is_not_held_to_any(ehr):
    said(ehr, scopes_supported=None)

    assert ehr.steps()["Scopes"].outcome is Outcome.SKIPPED
