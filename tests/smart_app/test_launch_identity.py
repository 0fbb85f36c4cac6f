"""Who launched the app: id_tokens that are right, wrong, forged, or signed in unusual but legal ways."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from pytest_httpserver import HTTPServer
from werkzeug.test import TestResponse

from tests.smart_app.launching import launch, opened, register, seen
from tests.smart_app.small_ehr import KEY, Answer, SmallEhr

OTHER_KEY = RSAKey.generate_key(2048, {"alg": "RS256", "use": "sig"}, auto_kid=True)
NOW = int(time.time())


def refused(response: TestResponse) -> str:
    assert response.status_code == 400, response.text
    assert "/chart" not in str(response.headers.getlist("Set-Cookie"))
    return response.text


WRONG_CLAIMS: list[Answer] = [
    {"iss": "https://other.example.org"},
    {"iss": None},
    {"aud": "someone-else"},
    {"aud": ["someone-else"]},
    {"aud": []},
    {"aud": ["throughline", "someone-else"]},  # several audiences and no azp
    {"aud": ["throughline", "someone-else"], "azp": "someone-else"},
    {"azp": "someone-else"},
    {"nonce": "of another launch"},
    {"nonce": None},
    {"sub": None},
    {"sub": ""},
    {"exp": NOW - 3600},
    {"exp": None},
    {"exp": "tomorrow"},
    {"exp": True},
    {"iat": NOW + 3600},
    {"iat": None},
    {"nbf": NOW + 3600},
]


@pytest.mark.parametrize("change", WRONG_CLAIMS)
def test_a_wrong_claim_is_refused(browser: FlaskClient, ehr: SmallEhr, change: Answer) -> None:
    ehr.change_claims = lambda claims: {k: v for k, v in (claims | change).items() if v is not None}
    assert "id_token" in refused(launch(browser, ehr))


@pytest.mark.parametrize(
    "change", [{"aud": ["throughline"]}, {"aud": ["throughline", "x"], "azp": "throughline"}]
)
def test_an_audience_in_a_list_is_legal(browser: FlaskClient, ehr: SmallEhr, change: Answer) -> None:
    ehr.change_claims = lambda claims: claims | change
    opened(launch(browser, ehr))


@pytest.mark.parametrize(("late", "accepted"), [(59, True), (61, False)])
def test_clocks_may_differ_by_a_minute(
    browser: FlaskClient, ehr: SmallEhr, late: int, accepted: bool
) -> None:
    with time_machine.travel(NOW, tick=False):
        ehr.change_claims = lambda claims: claims | {"exp": NOW - late}
        response = launch(browser, ehr)
    assert (response.status_code == 303) is accepted


USERS: list[tuple[Answer, str | None]] = [
    ({"fhirUser": "Practitioner/7"}, "Practitioner/7"),
    (
        {"fhirUser": "https://other.example.org/fhir/Practitioner/7"},
        "https://other.example.org/fhir/Practitioner/7",
    ),
    ({"fhirUser": None, "profile": "Practitioner/8"}, "Practitioner/8"),  # SMART 1.0
    ({"fhirUser": None, "profile": "https://example.org/people/8"}, None),  # OpenID Connect's own meaning
    ({"fhirUser": "Device/7"}, None),
    ({"fhirUser": "Practitioner/../7"}, None),
    ({"fhirUser": ["Practitioner/7"]}, None),
]


@pytest.mark.parametrize(("claims", "user"), USERS)
def test_the_user_is_a_reference_or_nobody(
    browser: FlaskClient, ehr: SmallEhr, claims: Answer, user: str | None
) -> None:
    ehr.change_claims = lambda usual: usual | claims
    assert seen(browser, opened(launch(browser, ehr)))["user"] == user


@pytest.mark.parametrize("kid_in_keys", [True, False])
@pytest.mark.parametrize("kid_in_token", [True, False])
def test_a_single_key_works_with_and_without_kid(
    browser: FlaskClient, ehr: SmallEhr, kid_in_keys: bool, kid_in_token: bool
) -> None:
    if not kid_in_keys:
        ehr.change_keys = lambda found: {"keys": [without("kid", key) for key in found["keys"]]}
    if not kid_in_token:
        ehr.change_header = lambda header: without("kid", header)
    opened(launch(browser, ehr))


def test_the_key_is_found_among_several_by_kid(browser: FlaskClient, ehr: SmallEhr) -> None:
    others: list[Any] = [OTHER_KEY.as_dict(private=False), {"kty": "new"}, {}, 7]
    ehr.change_keys = lambda found: {"keys": others + found["keys"]}
    opened(launch(browser, ehr))


@pytest.mark.parametrize("right_one", [0, 1])
def test_several_keys_and_no_kid_is_refused(browser: FlaskClient, ehr: SmallEhr, right_one: int) -> None:
    other = [OTHER_KEY.as_dict(private=False)]
    ehr.change_keys = lambda found: {"keys": other + found["keys"] if right_one else found["keys"] + other}
    ehr.change_header = lambda header: without("kid", header)
    refused(launch(browser, ehr))


def test_a_token_signed_with_an_unknown_key_is_refused(browser: FlaskClient, ehr: SmallEhr) -> None:
    ehr.key = OTHER_KEY
    ehr.change_keys = lambda _: {"keys": [KEY.as_dict(private=False)]}
    refused(launch(browser, ehr))


def test_a_token_that_claims_the_right_kid_but_is_signed_by_another_is_refused(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.key = OTHER_KEY
    ehr.change_header = lambda header: header | {"kid": KEY.kid}
    ehr.change_keys = lambda _: {"keys": [KEY.as_dict(private=False)]}
    refused(launch(browser, ehr))


def test_keys_that_were_changed_are_read_again_but_not_more_than_once_a_minute(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        opened(launch(browser, ehr))
        ehr.key = OTHER_KEY
        refused(launch(browser, ehr))  # a few seconds later: whoever sends nonsense must not make us ask
        assert ehr.paths().count("/keys") == 1
        clock.shift(61)
        opened(launch(browser, ehr))
        assert ehr.paths().count("/keys") == 2


@pytest.mark.parametrize("alg", ["ES256", "ES384"])
def test_elliptic_curve_keys_work(browser: FlaskClient, ehr: SmallEhr, alg: str) -> None:
    key = ECKey.generate_key(f"P-{alg[2:]}", auto_kid=True)
    ehr.change_keys = lambda _: {"keys": [key.as_dict(private=False)]}
    ehr.change_tokens = lambda answer: answer | {"id_token": resigned(answer["id_token"], alg, key)}
    opened(launch(browser, ehr))


def test_an_unsigned_token_is_refused(browser: FlaskClient, ehr: SmallEhr) -> None:
    ehr.change_tokens = lambda answer: answer | {"id_token": unsigned(answer["id_token"])}
    refused(launch(browser, ehr))


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    secret = OctKey.import_key(json.dumps(KEY.as_dict(private=False)), {"kid": str(KEY.kid)})
    ehr.change_keys = lambda found: {"keys": [*found["keys"], secret.as_dict(private=True)]}
    ehr.change_tokens = lambda answer: answer | {"id_token": resigned(answer["id_token"], "HS256", secret)}
    refused(launch(browser, ehr))


def test_a_short_rsa_key_is_refused(browser: FlaskClient, ehr: SmallEhr) -> None:
    with pytest.warns(Warning, match="2048"):
        ehr.key = RSAKey.generate_key(1024, {"alg": "RS256"}, auto_kid=True)
    refused(launch(browser, ehr))


@pytest.mark.parametrize("nonsense", ["", "x", "a.b.c", "é.é.é", "." * 50_000, "{}.{}.{}", 7, None])
def test_an_id_token_that_is_none_is_refused(browser: FlaskClient, ehr: SmallEhr, nonsense: Any) -> None:
    ehr.change_tokens = lambda answer: answer | {"id_token": nonsense}
    refused(launch(browser, ehr))


@pytest.mark.parametrize("keys", [{}, {"keys": None}, {"keys": []}, {"keys": [{"kty": "RSA"}]}])
def test_published_keys_that_are_nonsense_are_refused(
    browser: FlaskClient, ehr: SmallEhr, keys: Answer
) -> None:
    ehr.change_keys = lambda _: keys
    refused(launch(browser, ehr))


def test_a_header_parameter_nobody_knows_is_ignored_but_a_critical_one_is_not(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.change_tokens = lambda answer: answer | {"id_token": reheaded(answer["id_token"], {"odd": 1})}
    opened(launch(browser, ehr))
    critical = {"odd": 1, "crit": ["odd"]}
    ehr.change_tokens = lambda answer: answer | {"id_token": reheaded(answer["id_token"], critical)}
    refused(launch(browser, ehr))


def test_keys_on_a_foreign_origin_are_not_fetched_by_way_of_openid_discovery(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.change_configuration = lambda found: without("jwks_uri", found)
    with HTTPServer() as trap:
        document = {"issuer": ehr.origin, "jwks_uri": trap.url_for("/keys")}
        ehr.server.expect_request("/.well-known/openid-configuration").respond_with_json(document)
        refused(launch(browser, ehr))
        assert trap.log == []


def test_an_issuer_on_a_foreign_origin_is_not_asked_for_its_keys(browser: FlaskClient, ehr: SmallEhr) -> None:
    with HTTPServer() as trap:
        ehr.change_configuration = lambda found: without("jwks_uri", without("issuer", found))
        ehr.change_claims = lambda claims: claims | {"iss": trap.url_for("").rstrip("/")}
        refused(launch(browser, ehr))
        assert trap.log == []


def without(name: str, values: Answer) -> Answer:
    return {key: value for key, value in values.items() if key != name}


def claims_of(token: str) -> Answer:
    claims: Answer = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


def resigned(token: str, alg: str, key: Any) -> str:
    return jwt.encode({"alg": alg, "kid": key.kid}, claims_of(token), key, algorithms=[alg])


def unsigned(token: str) -> str:
    return f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{token.split('.')[1]}."


def reheaded(token: str, more: Answer) -> str:
    """The same claims under a longer header, rightly signed."""
    header = encoded({"alg": "RS256", "kid": KEY.kid} | more)
    signing = f"{header}.{token.split('.')[1]}"
    signature = KEY.private_key.sign(signing.encode(), PKCS1v15(), SHA256()) if KEY.private_key else b""
    return f"{signing}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def encoded(values: Answer) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def test_an_issuer_on_another_registered_origin_is_believed_for_what_it_signs(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    with HTTPServer() as login:  # as athenahealth has it: the issuer is not where the FHIR base is
        login.expect_request("/keys").respond_with_json({"keys": [ehr.key.as_dict(private=False)]})
        issuer = login.url_for("").rstrip("/")
        ehr.change_configuration = lambda found: found | {"issuer": issuer, "jwks_uri": f"{issuer}/keys"}
        ehr.change_claims = lambda claims: claims | {"iss": issuer}
        refused = browser.get("/launch", query_string={"iss": ehr.fhir_base, "launch": "x"})
        assert (refused.status_code, login.log) == (400, [])  # not registered yet
        register(app, ehr.registered(origins=[issuer]))
        assert seen(browser, opened(launch(browser, ehr)))["user"] == "Practitioner/7"
        ehr.change_claims = lambda claims: claims | {"iss": ehr.fhir_base}
        assert launch(browser, ehr).status_code == 400
