"""Signing in through the organisation's OpenID Connect provider: a real one, on loopback, tokens signed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pytest_httpserver import HTTPServer
from werkzeug import Response
from werkzeug.test import TestResponse

from cds_service.outside.settings import Settings
from cds_service.roles import Role
from smart_app.app import create_app
from tests.conftest import SECRET
from tests.smart_app.small_ehr import SmallEhr
from tests.staff.browsing import PASSWORD, StaffBrowser, audited

CALLBACK = "/staff/callback"


class SmallProvider(SmallEhr):
    """The small authorization server of the launch tests, as an organisation's provider: it knows groups."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.groups: Any = ["it-admins", "everybody"]
        self.claims: dict[str, Any] = {"preferred_username": "dana"}
        self.change_claims = lambda claims: claims | {"groups": self.groups} | self.claims
        self.server.expect_request("/.well-known/openid-configuration").respond_with_handler(
            self._configuration
        )


@pytest.fixture
def provider(httpserver: HTTPServer) -> SmallProvider:
    return SmallProvider(httpserver, client_id="throughline-staff")


@pytest.fixture
def make(sqlite_url: str, provider: SmallProvider) -> Iterator[Callable[..., Flask]]:
    """The app with this provider in its settings."""
    made = []

    def app(**settings: Any) -> Flask:
        mine = {
            "staff_oidc_issuer": provider.origin,
            "staff_oidc_client_id": "throughline-staff",
            "staff_oidc_client_secret": "the secret of staff",
            "staff_oidc_roles": "admin=it-admins;quality=quality-team;analyst=quality-team",
        }
        made.append(create_app(Settings(database_url=sqlite_url, secret_key=SECRET, **mine | settings)))
        made[-1].testing = True
        return made[-1]

    yield app
    for one in made:
        one.extensions["throughline"].close()


@pytest.fixture
def app(make) -> Flask:
    return make()


@pytest.fixture
def browser(app) -> StaffBrowser:
    return StaffBrowser(app)


def begin(browser: StaffBrowser, path: str = "/staff/sign-in/provider") -> str:
    answer = browser.get(path)
    assert answer.status_code == 303, answer.text
    return answer.location


def come_back(browser: StaffBrowser, provider: SmallProvider, **more: str) -> TestResponse:
    return browser.get(CALLBACK, query_string=provider.allow(begin(browser), **more))


def test_who_has_a_group_that_gives_a_role_is_signed_in(app, browser, provider):
    done = come_back(browser, provider)

    assert (done.status_code, done.location) == (303, "/staff/")
    assert "dana" in browser.get("/staff/").text
    assert browser.get("/staff/audit/").status_code == 200
    assert audited(app) == [
        ("identity-provider", "staff-added", "success"),
        ("staff/oidc:user-1", "staff-sign-in", "success"),
        ("staff/oidc:user-1", "audit-read", "success"),
    ]


def test_the_page_asked_for_is_remembered_over_the_way_there(browser, provider):
    to = browser.get("/staff/keys/").location
    link = f'href="{to.replace("/sign-in", "/sign-in/provider")}"'
    assert link in browser.get(to).text

    asked = begin(browser, "/staff/sign-in/provider?next=/staff/keys/")
    done = browser.get(CALLBACK, query_string=provider.allow(asked))

    assert done.location == "/staff/keys/"


def test_the_request_has_pkce_state_nonce_and_the_exact_redirect_uri(browser, provider):
    asked = provider.asked(begin(browser)).parameters

    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/staff/callback"
    assert asked["scope"] == "openid profile"
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (["quality-team"], {Role.QUALITY, Role.ANALYST}),
        ("it-admins", {Role.ADMIN}),
        (["it-admins", "quality-team"], {Role.ADMIN, Role.QUALITY, Role.ANALYST}),
    ],
)
def test_the_claim_decides_the_roles(app, browser, provider, groups, roles):
    provider.groups = groups

    come_back(browser, provider)

    assert app.extensions["throughline.staff"].accounts.get("oidc:user-1").roles == roles


@pytest.mark.parametrize("groups", [[], ["everybody"], None, {"it-admins": True}, [1, None], ["IT-ADMINS"]])
def test_who_has_no_such_group_has_no_session(app, browser, provider, groups):
    provider.groups = groups

    answer = come_back(browser, provider)

    assert answer.status_code == 403
    assert "no role" in answer.text
    assert browser.get("/staff/").status_code == 303
    assert audited(app)[-1] == ("staff/oidc:user-1", "staff-sign-in", "refused")


def test_a_group_taken_away_counts_from_the_next_sign_in(app, browser, provider):
    come_back(browser, provider)
    provider.groups = ["quality-team"]

    come_back(StaffBrowser(app), provider)

    assert browser.get("/staff/audit/").status_code == 403


@pytest.mark.parametrize(
    ("name", "claims"),
    [("realm.roles", {"realm": {"roles": ["ops"]}}), ("https://x.org/roles", {"https://x.org/roles": "ops"})],
)
def test_the_claim_may_lie_inside_another_or_have_dots_in_its_name(make, provider, name, claims):
    app = make(staff_oidc_role_claim=name, staff_oidc_roles="admin=ops")
    provider.claims = claims

    assert come_back(StaffBrowser(app), provider).status_code == 303


# Who proves what to whom


def test_the_client_secret_goes_by_basic_header_only(browser, provider):
    come_back(browser, provider)

    assert provider.token_headers[0]["Authorization"].startswith("Basic ")
    assert "client_secret" not in provider.token_requests[0]


def test_without_a_secret_the_app_signs_with_its_own_keys(make, provider):
    app = make(staff_oidc_client_secret=None)

    come_back(StaffBrowser(app), provider)

    form = provider.token_requests[0]
    keys = KeySet.import_key_set(app.extensions["throughline"].keys.public_jwks())
    claims = jwt.decode(form["client_assertion"], keys, algorithms=["RS384"]).claims
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert (claims["iss"], claims["sub"]) == ("throughline-staff", "throughline-staff")
    assert claims["aud"] == f"{provider.origin}/token"
    assert claims["exp"] - int(time.time()) <= 300


# What is refused


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example.org"},
        {"aud": "another-client"},
        {"nonce": "another"},
        {"exp": 1},
        {"sub": ""},
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


def test_local_accounts_wait_while_there_is_a_provider(make, sqlite_url):
    app = make()
    app.extensions["throughline.staff"].accounts.add("ada", PASSWORD, [Role.ADMIN], by="test")
    browser = StaffBrowser(app)
    secret = app.extensions["throughline.staff"].sessions.open("ada")
    with browser.client.session_transaction(base_url=browser.origin) as session:
        session["secret"] = secret

    assert 'name="password"' not in browser.get("/staff/sign-in").text
    assert browser.get("/staff/").status_code == 303, "a session from before, too"


def test_without_a_provider_there_is_no_way_to_one(settings):
    app = create_app(settings)
    browser = StaffBrowser(app)

    assert browser.get("/staff/sign-in/provider").status_code == 404
    assert browser.get(CALLBACK).status_code == 404
    app.extensions["throughline"].close()


def test_neither_code_nor_token_is_shown_or_kept_in_an_address(browser, provider):
    told = provider.allow(begin(browser))
    done = browser.get(CALLBACK, query_string=told)

    query = parse_qs(urlsplit(done.location).query)
    assert query == {}
    assert told["code"] not in done.text
