"""Signing in through the organisation's provider: who gets in, with which roles, and who proves what."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from cds_service.roles import Role
from smart_app.app import create_app
from tests.staff.browsing import PASSWORD, StaffBrowser, audited
from tests.staff.provider.small_provider import CALLBACK, begin, come_back


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


def test_local_accounts_wait_while_there_is_a_provider(make, sqlite_url):
    app = make()
    app.extensions["throughline.staff"].accounts.add("ada", PASSWORD, [Role.ADMIN], by="test")
    browser = StaffBrowser(app)
    secret = app.extensions["throughline.staff"].sessions.open("ada")
    with browser.client.session_transaction("/staff/", base_url=browser.origin) as session:
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
