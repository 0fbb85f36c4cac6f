"""What must not become a session: strangers, replays, mix-ups, and EHRs that say no or talk nonsense."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response
from werkzeug.test import TestResponse

from tests.smart_app.launching import launch, opened, register, start
from tests.smart_app.small_ehr import SmallEhr


def refused(response: TestResponse, ehr: SmallEhr, code: int = 400) -> str:
    """The page's text, when it is an error page and nothing came of the launch."""
    assert response.status_code == code, response.text
    assert response.content_type.startswith("text/html")
    assert "What to do:" in response.text
    kept = [line for line in response.headers.getlist("Set-Cookie") if "Max-Age=0" not in line]
    assert kept == []
    return response.text


UNREGISTERED = [
    "",
    "https://stranger.example.org/fhir",
    "{origin}",
    "{origin}/fhir/../fhir",
    "{origin}/FHIR",
    "{origin}/fhir//",
    "{origin}/fhir?x=1",
    "http://user@{host}/fhir",
    "http://{host}./fhir",
    "//{host}/fhir",
    "{origin}/fhir\x00",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("iss", UNREGISTERED)
def test_an_unregistered_issuer_gets_a_page_and_nothing_is_fetched(
    browser: FlaskClient, ehr: SmallEhr, iss: str
) -> None:
    iss = iss.replace("{origin}", ehr.origin).replace("{host}", ehr.origin.removeprefix("http://"))
    text = refused(browser.get("/launch", query_string={"iss": iss, "launch": "x"}), ehr)
    assert "not registered" in text
    assert ehr.paths() == []


def test_an_ehr_registered_for_cards_only_cannot_launch(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    register(app, ehr.registered().model_copy(update={"smart": None}))
    refused(browser.get("/launch", query_string={"iss": ehr.fhir_base}), ehr)
    assert ehr.paths() == []


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_an_endpoint_on_a_foreign_origin_is_refused_and_never_contacted(
    browser: FlaskClient, ehr: SmallEhr, endpoint: str
) -> None:
    with HTTPServer() as trap:
        ehr.change_configuration = lambda found: found | {endpoint: trap.url_for("/x")}
        text = refused(browser.get("/launch", query_string={"iss": ehr.fhir_base}), ehr)
        assert trap.log == []
    assert "smart.origins" in text


def test_an_endpoint_on_an_origin_the_administrator_listed_is_used(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    elsewhere = ehr.origin.replace("localhost", "127.0.0.1")
    ehr.change_configuration = lambda found: found | {"token_endpoint": f"{elsewhere}/token"}
    register(app, ehr.registered(origins=[elsewhere]))
    opened(launch(browser, ehr))


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "http://evil.example.org/a", "/authorize", "https://a b/", "data:,x", 7, ["x"]],
)
def test_an_authorization_endpoint_that_is_no_address_is_refused(
    browser: FlaskClient, ehr: SmallEhr, address: Any
) -> None:
    ehr.change_configuration = lambda found: found | {"authorization_endpoint": address}
    ehr.server.expect_request("/fhir/metadata").respond_with_data("", status=404)
    refused(browser.get("/launch", query_string={"iss": ehr.fhir_base}), ehr)


def test_a_discovery_that_redirects_is_not_followed(app: Flask, browser: FlaskClient, ehr: SmallEhr) -> None:
    with HTTPServer() as trap:
        away = {"Location": trap.url_for("/x")}
        ehr.server.clear()
        for path in ("/fhir/.well-known/smart-configuration", "/fhir/metadata"):
            ehr.server.expect_request(path).respond_with_data("", 302, away)
        refused(browser.get("/launch", query_string={"iss": ehr.fhir_base}), ehr)
        assert trap.log == []


BROKEN_DISCOVERIES = [
    "<html>login</html>",
    "",
    "[]",
    "null",
    '{"token_endpoint": ',
    "[" * 100_000,
    '{"rest": [[1]]}',
]


@pytest.mark.parametrize("body", BROKEN_DISCOVERIES)
def test_a_discovery_that_is_nonsense_is_a_page_not_a_fault(
    browser: FlaskClient, ehr: SmallEhr, body: str
) -> None:
    ehr.server.clear()
    for path in ("/fhir/.well-known/smart-configuration", "/fhir/metadata"):
        ehr.server.expect_request(path).respond_with_data(body, content_type="application/json")
    refused(browser.get("/launch", query_string={"iss": ehr.fhir_base}), ehr)


def test_a_discovery_without_end_is_cut_off(browser: FlaskClient, ehr: SmallEhr) -> None:
    ehr.change_configuration = lambda found: found | {"padding": "x" * 2_000_000}  # otherwise right
    refused(browser.get("/launch", query_string={"iss": ehr.fhir_base}), ehr, 503)


def test_an_ehr_that_is_down_is_named_and_may_be_tried_again(browser: FlaskClient, ehr: SmallEhr) -> None:
    ehr.server.clear()
    ehr.server.expect_request("/fhir/.well-known/smart-configuration").respond_with_data("", status=500)
    response = browser.get("/launch", query_string={"iss": ehr.fhir_base})
    assert "riverside" in refused(response, ehr, 503)
    assert response.headers["Retry-After"]


def test_a_callback_without_state_goes_nowhere(browser: FlaskClient, ehr: SmallEhr) -> None:
    refused(browser.get("/callback", query_string={"code": "c"}), ehr)
    refused(browser.get("/callback"), ehr)
    assert ehr.token_requests == []


@pytest.mark.parametrize("state", ["riverside.", "riverside.0000", ".", "x", "riverside.é", "a" * 9000])
def test_a_callback_with_an_invented_state_goes_nowhere(
    browser: FlaskClient, ehr: SmallEhr, state: str
) -> None:
    start(browser, ehr)
    refused(browser.get("/callback", query_string={"code": "c", "state": state}), ehr)
    assert ehr.token_requests == []


def test_a_state_used_once_is_used_up_even_for_a_browser_that_kept_its_cookie(
    app: Flask, ehr: SmallEhr
) -> None:
    stubborn = app.test_client(use_cookies=False)
    response = stubborn.get("/launch", query_string={"iss": ehr.fhir_base, "launch": "handle"})
    cookie = {"Cookie": response.headers["Set-Cookie"].partition(";")[0]}
    back = ehr.allow(response.location)
    opened(stubborn.get("/callback", query_string=back, headers=cookie))
    assert "works once" in refused(stubborn.get("/callback", query_string=back, headers=cookie), ehr)
    assert len(ehr.token_requests) == 1


def test_a_state_with_one_letter_changed_is_not_the_state(browser: FlaskClient, ehr: SmallEhr) -> None:
    back = ehr.allow(start(browser, ehr))
    changed = back["state"][:-1] + ("0" if back["state"][-1] != "0" else "1")  # its cookie is still found
    refused(browser.get("/callback", query_string=back | {"state": changed}), ehr)
    assert ehr.token_requests == []
    opened(browser.get("/callback", query_string=back))


def test_a_state_of_another_browser_opens_nothing_and_stays_good_for_its_owner(
    browser: FlaskClient, other_browser: FlaskClient, ehr: SmallEhr
) -> None:
    back = ehr.allow(start(browser, ehr))
    start(other_browser, ehr)
    assert "not started in this browser" in refused(other_browser.get("/callback", query_string=back), ehr)
    assert ehr.token_requests == []
    opened(browser.get("/callback", query_string=back))


def test_a_code_of_the_victim_in_a_launch_of_the_attacker_is_useless(
    browser: FlaskClient, other_browser: FlaskClient, ehr: SmallEhr
) -> None:
    stolen = ehr.allow(start(browser, ehr))["code"]
    mine = ehr.allow(start(other_browser, ehr))
    refused(other_browser.get("/callback", query_string=mine | {"code": stolen}), ehr)


def test_an_answer_that_names_another_issuer_is_refused_before_its_code_is_sent(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    refused(launch(browser, ehr, iss="https://other.example.org"), ehr)
    assert ehr.token_requests == []
    opened(launch(browser, ehr, iss=ehr.origin))


def test_an_issuer_that_always_names_itself_must_do_so(browser: FlaskClient, ehr: SmallEhr) -> None:
    promise = {"authorization_response_iss_parameter_supported": True}
    ehr.change_configuration = lambda found: found | promise
    refused(launch(browser, ehr), ehr)
    assert ehr.token_requests == []
    opened(launch(browser, ehr, iss=ehr.origin))


@pytest.mark.parametrize(
    ("error", "code"),
    [("access_denied", 403), ("invalid_scope", 400), ("server_error", 503), ("<b>odd", 400)],
)
def test_a_refusal_by_the_ehr_is_shown_in_its_own_words_as_text(
    browser: FlaskClient, ehr: SmallEhr, error: str, code: int
) -> None:
    state = ehr.asked(start(browser, ehr)).parameters["state"]
    answer = {"error": error, "error_description": "<script>alert(1)</script>", "state": state}
    text = refused(browser.get("/callback", query_string=answer), ehr, code)
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<b>" not in text
    assert ehr.token_requests == []


def test_a_launch_without_a_patient_is_explained(browser: FlaskClient, ehr: SmallEhr) -> None:
    ehr.patient = None
    assert "No patient was chosen" in refused(launch(browser, ehr), ehr)


@pytest.mark.parametrize("patient", ["", "../Patient/2", "Patient/1", "a b", "x" * 65, 17, ["p1"]])
def test_a_patient_that_is_no_fhir_id_opens_nothing(
    browser: FlaskClient, ehr: SmallEhr, patient: Any
) -> None:
    ehr.change_tokens = lambda answer: answer | {"patient": patient}
    refused(launch(browser, ehr), ehr)


BAD_TOKENS: list[tuple[dict[str, Any], int, int]] = [
    ({"access_token": None}, 200, 400),
    ({"access_token": 7}, 200, 400),
    ({"token_type": "mac"}, 200, 400),
    ({"error": "invalid_client"}, 401, 400),
    ({"error": {"a": 1}}, 200, 400),
    ({}, 302, 400),
    ({}, 500, 503),
    ({}, 429, 503),
]


@pytest.mark.parametrize(("change", "status", "code"), BAD_TOKENS)
def test_a_token_answer_that_cannot_be_used_is_a_page(
    browser: FlaskClient, ehr: SmallEhr, change: dict[str, Any], status: int, code: int
) -> None:
    ehr.change_tokens = lambda answer: answer | change
    ehr.token_status = status
    refused(launch(browser, ehr), ehr, code)


@pytest.mark.parametrize("lifetime", ["3600", 3600.5, "soon", None, -1, 2**70, [1]])
def test_an_odd_lifetime_of_a_token_does_not_stop_the_launch(
    browser: FlaskClient, ehr: SmallEhr, lifetime: Any
) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": lifetime, "expires_at": "never"}
    opened(launch(browser, ehr))


def test_a_cookie_the_ehr_sets_for_one_launch_is_not_sent_with_the_next(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    def with_cookie(request: Request) -> Response:
        response = ehr._token(request)
        response.set_cookie("session", "of the first user")
        return response

    ehr.server.expect_oneshot_request("/token").respond_with_handler(with_cookie)
    opened(launch(browser, ehr))
    opened(launch(browser, ehr))
    assert [headers.get("Cookie") for headers in ehr.token_headers] == [None, None]
