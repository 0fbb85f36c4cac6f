"""How the app proves who it is at the token endpoint: public, with a secret, with a signed assertion."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.smart_app.launching import launch, opened, register
from tests.smart_app.small_ehr import SmallEhr


def test_a_public_client_names_itself_in_the_form(browser: FlaskClient, ehr: SmallEhr) -> None:
    opened(launch(browser, ehr))
    assert ehr.token_requests[0]["client_id"] == "throughline"
    assert "Authorization" not in ehr.token_headers[0]


def test_a_client_with_a_secret_sends_it_by_basic_and_nowhere_else(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    register(app, ehr.registered(auth="secret", secret="hush hush"))
    opened(launch(browser, ehr))
    method, _, credentials = ehr.token_headers[0]["Authorization"].partition(" ")
    assert method == "Basic"
    assert base64.b64decode(credentials) == b"throughline:hush hush"
    assert "client_secret" not in ehr.token_requests[0]


@pytest.mark.parametrize(
    ("offered", "alg"),
    [(None, "RS384"), (["ES384"], "ES384"), (["RS384", "ES384"], "RS384"), (["RS384"], "RS384")],
)
def test_an_assertion_is_signed_as_smart_wants_it_with_a_key_we_publish(
    app: Flask, browser: FlaskClient, ehr: SmallEhr, offered: list[str] | None, alg: str
) -> None:
    algorithms = {"token_endpoint_auth_signing_alg_values_supported": offered}
    ehr.change_configuration = lambda found: found | algorithms
    register(app, ehr.registered(auth="private_key_jwt"))
    opened(launch(browser, ehr))
    form = ehr.token_requests[0]
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    published: Any = browser.get("/.well-known/jwks.json").json
    token = jwt.decode(form["client_assertion"], KeySet.import_key_set(published), algorithms=[alg])
    assert (token.header["alg"], token.header["typ"]) == (alg, "JWT")
    assert token.claims["iss"] == token.claims["sub"] == "throughline"
    assert token.claims["aud"] == f"{ehr.origin}/token"
    assert abs(token.claims["iat"] - time.time()) < 60
    assert 0 < token.claims["exp"] - token.claims["iat"] <= 300


def test_every_assertion_has_an_id_of_its_own(app: Flask, browser: FlaskClient, ehr: SmallEhr) -> None:
    register(app, ehr.registered(auth="private_key_jwt"))
    for _ in range(2):
        opened(launch(browser, ehr))
    published: Any = browser.get("/.well-known/jwks.json").json
    keys = KeySet.import_key_set(published)
    tokens = [jwt.decode(form["client_assertion"], keys, algorithms=["RS384"]) for form in ehr.token_requests]
    assert tokens[0].claims["jti"] != tokens[1].claims["jti"]


def test_the_published_keys_are_public_and_may_be_kept_for_a_while(browser: FlaskClient) -> None:
    response = browser.get("/.well-known/jwks.json")
    keys: Any = (response.json or {})["keys"]
    assert {key["alg"] for key in keys} == {"RS384", "ES384"}
    assert all(not {"d", "p", "q", "k"} & set(key) for key in keys)
    assert response.headers["Cache-Control"] == "public, max-age=300"


def test_after_a_rotation_both_keys_are_published(app: Flask, browser: FlaskClient) -> None:
    def kids() -> set[str]:
        found: Any = browser.get("/.well-known/jwks.json").json
        return {key["kid"] for key in found["keys"]}

    before = kids()
    new = app.extensions["throughline"].keys.rotate("ES384")
    assert kids() == before | {new.kid}
