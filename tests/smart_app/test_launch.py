"""The launch as it should go: EHR launch, standalone launch, servers of SMART 1.0."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cds_service.outside.settings import Settings
from smart_app.app import create_app
from tests.smart_app.launching import launch, opened, probe, register, seen, start
from tests.smart_app.small_ehr import Answer, SmallEhr


def test_an_ehr_launch_ends_in_the_chart_of_the_patient_the_ehr_named(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    found = seen(browser, opened(launch(browser, ehr)))
    assert found["host_ehr"] == "riverside"
    assert found["patient"] == "p1"
    assert found["user"] == "Practitioner/7"
    assert found["token"] == "access-1"
    assert found["scopes"] == ["fhirUser", "launch", "openid", "patient/*.rs"]


def test_a_launch_works_on_every_database(settings: Settings, database_url: str, ehr: SmallEhr) -> None:
    app = create_app(settings.model_copy(update={"database_url": database_url}))
    app.register_blueprint(probe)
    register(app, ehr.registered(auth="private_key_jwt"))
    browser = app.test_client()
    assert seen(browser, opened(launch(browser, ehr)))["patient"] == "p1"
    app.extensions["throughline"].close()


def test_the_ehr_is_asked_with_aud_pkce_nonce_and_our_redirect_uri(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    asked = ehr.asked(start(browser, ehr)).parameters
    assert asked["aud"] == ehr.fhir_base
    assert asked["response_type"] == "code"
    assert asked["client_id"] == "throughline"
    assert asked["launch"] == "handle"
    assert asked["scope"] == "launch openid fhirUser patient/*.rs"
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/callback"
    assert asked["code_challenge_method"] == "S256"  # this EHR does not advertise it
    assert len(asked["code_challenge"]) == 43
    assert len(asked["nonce"]) >= 32


def test_two_launches_share_neither_state_nor_nonce_nor_challenge(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    first, second = (ehr.asked(start(browser, ehr)).parameters for _ in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


def test_a_slash_at_the_end_of_iss_makes_no_difference(browser: FlaskClient, ehr: SmallEhr) -> None:
    assert ehr.asked(start(browser, ehr, iss=f"{ehr.fhir_base}/")).parameters["aud"] == ehr.fhir_base


def test_a_standalone_launch_lets_the_ehr_have_the_patient_chosen(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    url = browser.get("/launch", query_string={"iss": ehr.fhir_base}).location
    asked = ehr.asked(url).parameters
    assert asked["scope"] == "launch/patient openid fhirUser patient/*.rs"
    assert "launch" not in asked
    back = browser.get("/callback", query_string=ehr.allow(url))
    assert seen(browser, opened(back))["patient"] == "p1"


def test_a_scope_with_a_bar_in_it_reaches_the_ehr_whole(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    survey = (
        "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|survey"
    )
    register(app, ehr.registered(scopes=["launch", survey]))
    asked = ehr.asked(start(browser, ehr))
    assert asked.parameters["scope"] == f"launch {survey}"
    assert "|" not in asked.url


def test_what_the_ehr_says_about_the_launch_reaches_the_chart(browser: FlaskClient, ehr: SmallEhr) -> None:
    more = {"need_patient_banner": False, "encounter": "e9", "appContext": "card-1"}
    ehr.change_tokens = lambda answer: answer | more
    found = seen(browser, opened(launch(browser, ehr)))
    assert (found["banner"], found["encounter"], found["app_context"]) == (False, "e9", "card-1")


def test_an_ehr_that_says_nothing_of_a_banner_gets_one(browser: FlaskClient, ehr: SmallEhr) -> None:
    found = seen(browser, opened(launch(browser, ehr)))
    assert (found["banner"], found["encounter"], found["app_context"]) == (True, None, None)


@pytest.mark.parametrize(
    "strange", [{"appContext": {"a": 1}}, {"appContext": "x" * 4001}, {"encounter": "../x"}]
)
def test_context_of_the_wrong_shape_is_left_out(browser: FlaskClient, ehr: SmallEhr, strange: Answer) -> None:
    ehr.change_tokens = lambda answer: answer | strange
    found = seen(browser, opened(launch(browser, ehr)))
    assert found["encounter"] is None
    assert found["app_context"] is None


def test_fewer_scopes_granted_than_asked_for_are_what_the_chart_has(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.scope = "launch patient/Patient.rs"
    found = seen(browser, opened(launch(browser, ehr)))
    assert found["scopes"] == ["launch", "patient/Patient.rs"]
    assert found["user"] is None  # openid was not granted


def test_a_token_without_scope_has_what_was_asked_for(browser: FlaskClient, ehr: SmallEhr) -> None:
    ehr.change_tokens = lambda answer: {name: answer[name] for name in answer if name != "scope"}
    assert "patient/*.rs" in seen(browser, opened(launch(browser, ehr)))["scopes"]


def test_an_ehr_that_has_only_version_1_permissions_is_asked_in_version_1(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.change_configuration = lambda found: found | {"capabilities": ["permission-v1"]}
    assert ehr.asked(start(browser, ehr)).parameters["scope"] == "launch openid fhirUser patient/*.read"


def test_a_server_of_smart_1_is_found_by_its_capability_statement(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.change_configuration = lambda _: {"note": "no endpoints here"}
    uris = {"authorize": f"{ehr.origin}/authorize", "token": f"{ehr.origin}/token"}
    extension = {
        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
        "extension": [{"url": name, "valueUri": uri} for name, uri in uris.items()],
    }
    statement = {
        "resourceType": "CapabilityStatement",
        "rest": [{"security": {"extension": [{"url": "x"}, extension]}}],
    }
    ehr.server.expect_request("/fhir/metadata").respond_with_json(statement)
    openid = {"issuer": ehr.origin, "jwks_uri": f"{ehr.origin}/keys"}
    ehr.server.expect_request("/.well-known/openid-configuration").respond_with_json(openid)
    assert ehr.asked(start(browser, ehr)).parameters["scope"] == "launch openid fhirUser patient/*.read"
    assert seen(browser, opened(launch(browser, ehr)))["user"] == "Practitioner/7"


def test_discovery_and_keys_are_remembered_for_the_next_launch(browser: FlaskClient, ehr: SmallEhr) -> None:
    opened(launch(browser, ehr))
    opened(launch(browser, ehr))
    paths = ehr.paths()
    assert paths.count("/fhir/.well-known/smart-configuration") == 1
    assert paths.count("/keys") == 1
    assert paths.count("/token") == 2


def test_a_finished_launch_is_in_the_audit_with_user_and_patient(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    audit = app.extensions["throughline"].audit
    before = audit.head().seq
    opened(launch(browser, ehr))
    assert audit.head().seq == before + 1
    assert audit.verify() is None


def test_only_a_chart_that_was_opened_leaves_a_cookie(browser: FlaskClient, ehr: SmallEhr) -> None:
    response = launch(browser, ehr)
    chart = opened(response)
    kept = [line for line in response.headers.getlist("Set-Cookie") if "Max-Age=0" not in line]
    assert len(kept) == 1
    for attribute in ("HttpOnly", "Secure", "SameSite=None", "Partitioned", f"Path={chart}"):
        assert attribute in kept[0].split("; ")
