"""What a provider, or somebody who plays one, may send: wrong tokens, foreign states, other origins."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import time_machine
from joserfc.jwk import RSAKey
from werkzeug import Response

from tests.staff.browsing import StaffBrowser, audited
from tests.staff.provider.small_provider import CALLBACK, begin, come_back


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example.org"},
        {"aud": "another-client"},
        {"nonce": "another"},
        {"exp": 1},
        {"sub": ""},
        {"sub": "not an identifier"},
        {"aud": ["throughline-staff", "another"], "azp": "another"},
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_opens_nothing(app, browser, provider, change):
    provider.claims = change

    answer = come_back(browser, provider)

    assert answer.status_code == 400
    assert browser.get("/staff/").status_code == 303
    assert audited(app) == [("unknown", "staff-sign-in", "failed")]


@pytest.mark.parametrize("claim", ["iss", "aud", "nonce", "exp", "iat", "sub"])
def test_an_id_token_without_a_claim_that_must_be_there_opens_nothing(browser, provider, claim):
    usual = provider.change_claims
    provider.change_claims = lambda claims: {k: v for k, v in usual(claims).items() if k != claim}

    assert come_back(browser, provider).status_code == 400
    assert browser.get("/staff/").status_code == 303


def test_a_token_signed_by_somebody_else_opens_nothing(browser, provider):
    published = provider.key.as_dict(private=False)
    provider.change_keys = lambda _: {"keys": [published]}
    provider.key = RSAKey.generate_key(2048, {"kid": published["kid"]})

    assert come_back(browser, provider).status_code == 400


@pytest.mark.parametrize(("seconds", "code"), [(59, 400), (61, 303)])
def test_rotated_keys_are_read_again_at_most_once_a_minute(browser, provider, seconds, code):
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        come_back(browser, provider)
        provider.key = RSAKey.generate_key(2048, {"alg": "RS256", "use": "sig"}, auto_kid=True)
        traveller.shift(seconds)

        assert come_back(browser, provider).status_code == code


@pytest.mark.parametrize("state", [None, "", "x" * 64])
def test_an_answer_without_the_state_of_this_browser_never_reaches_the_token_endpoint(
    browser, provider, state
):
    told = provider.allow(begin(browser)) | {"state": state or ""}

    assert browser.get(CALLBACK, query_string=told).status_code == 400
    assert provider.token_requests == []


def test_an_answer_works_once_and_in_one_browser(app, browser, provider):
    told = provider.allow(begin(browser))
    stranger = StaffBrowser(app)
    begin(stranger)

    assert stranger.get(CALLBACK, query_string=told).status_code == 400
    assert browser.get(CALLBACK, query_string=told).status_code == 303
    assert browser.get(CALLBACK, query_string=told).status_code == 400
    assert len(provider.token_requests) == 1


def test_an_answer_that_names_another_issuer_is_refused(browser, provider):
    assert come_back(browser, provider, iss="https://evil.example.org").status_code == 400
    assert provider.token_requests == []


def test_an_issuer_that_always_names_itself_must_do_so(browser, provider):
    provider.change_configuration = lambda said: (
        said | {"authorization_response_iss_parameter_supported": True}
    )

    assert come_back(browser, provider).status_code == 400
    assert come_back(browser, provider, iss=provider.origin).status_code == 303


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", ["https://evil.example.org/x", "http://127.0.0.1:1/x", 7, None])
def test_an_address_on_an_origin_nobody_listed_is_never_called(browser, provider, endpoint, address):
    provider.change_configuration = lambda said: said | {endpoint: address}

    first = browser.get("/staff/sign-in/provider")
    if first.status_code == 303:
        assert urlsplit(first.location).netloc == urlsplit(provider.origin).netloc
        first = browser.get(CALLBACK, query_string=provider.allow(first.location))

    assert first.status_code == 400
    assert browser.get("/staff/").status_code == 303


def test_an_origin_in_the_settings_may_be_gone_to(make, provider):
    app = make(staff_oidc_origins="https://login.example.org")
    provider.change_configuration = lambda said: (
        said | {"authorization_endpoint": "https://login.example.org/authorize"}
    )

    assert begin(StaffBrowser(app)).startswith("https://login.example.org/authorize?")


def test_a_configuration_of_another_issuer_is_not_believed(browser, provider):
    provider.change_configuration = lambda said: said | {"issuer": "https://evil.example.org"}

    assert browser.get("/staff/sign-in/provider").status_code == 400


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response("<html>", 200), 400),
        (Response("", 404), 400),
        (Response("", 302, {"Location": "https://evil.example.org/"}), 400),
        (Response("", 503), 503),
        (Response("", 429), 503),
        (Response(json.dumps([]), 200), 400),
    ],
)
def test_a_provider_in_trouble_is_told_on_a_page(make, httpserver, provider, answer, code):
    address = f"{provider.origin}/sick"
    httpserver.expect_request("/sick/.well-known/openid-configuration").respond_with_response(answer)

    page = StaffBrowser(make(staff_oidc_issuer=address)).get("/staff/sign-in/provider")

    assert page.status_code == code
    assert "could not be signed in" in page.text


def test_a_refusal_of_the_provider_is_told_as_text(browser, provider):
    state = provider.asked(begin(browser)).parameters["state"]

    page = browser.get(CALLBACK, query_string={"error": "<b>access_denied", "state": state})

    assert page.status_code == 403
    assert "&lt;b&gt;access_denied" in page.text
