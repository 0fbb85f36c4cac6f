"""How apps prove who they are at the demo EHR: by a secret, or by a key."""

import base64
from dataclasses import replace

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from tests.demo_ehr.app_side import exchange, launched
from tests.demo_ehr.small_ehr import EHR, PUBLIC, small_ehr

KEY = ECKey.generate_key("P-384", {"kid": "app", "alg": "ES384", "use": "sig"})
WITH_SECRET = replace(PUBLIC, auth="secret", secret="a secret of the app")
WITH_KEY = replace(PUBLIC, auth="private_key_jwt", jwks=KeySet([KEY]).as_dict(private=False))


def assertion(ehr, key=KEY, lives=300, **changes):
    now = int(ehr.clock().timestamp())
    claims = {
        "iss": "throughline",
        "sub": "throughline",
        "aud": f"{EHR}/oauth/token",
        "jti": "one",
        "exp": now + lives,
    }
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    signed = jwt.encode({"alg": key.alg, "kid": key.kid, "typ": "JWT"}, claims, key, algorithms=[key.alg])
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return {"client_assertion_type": kind, "client_assertion": signed}


def test_a_client_with_a_secret_must_show_it():
    ehr = small_ehr(WITH_SECRET)
    right = {"Authorization": "Basic " + base64.b64encode(b"throughline:a secret of the app").decode()}
    wrong = {"Authorization": "Basic " + base64.b64encode(b"throughline:another secret").decode()}

    answers = [exchange(ehr, launched(ehr)["code"], headers) for headers in (None, wrong, right)]

    assert [answer.status_code for answer in answers] == [401, 401, 200]


def test_a_client_with_a_key_signs_an_assertion(time_machine):
    ehr = small_ehr(WITH_KEY)
    time_machine.move_to(ehr.clock())
    code = launched(ehr)["code"]

    answer = exchange(ehr, code, **assertion(ehr))

    assert answer.status_code == 200, answer.text
    assert answer.get_json()["patient"] == "ada"


def test_a_client_assertion_is_used_once(time_machine):
    ehr = small_ehr(WITH_KEY)
    time_machine.move_to(ehr.clock())
    signed = assertion(ehr)

    answers = [exchange(ehr, launched(ehr)["code"], **signed) for _ in range(2)]

    assert [answer.get_json().get("error") for answer in answers] == [None, "invalid_client"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": f"{EHR}/fhir"},
        {"iss": "someone"},
        {"jti": None},
        {"exp": None},
        {"lives": 3600},
        {"lives": -120},
        {"key": ECKey.generate_key("P-384", {"kid": "app", "alg": "ES384"})},
        {"key": ECKey.generate_key("P-256", {"kid": "app", "alg": "ES256"})},
    ],
)
def test_a_client_assertion_that_is_not_right_is_refused(wrong, time_machine):
    ehr = small_ehr(WITH_KEY)
    time_machine.move_to(ehr.clock())

    answer = exchange(ehr, launched(ehr)["code"], **assertion(ehr, **wrong))

    assert answer.status_code in (400, 401)
    assert answer.get_json()["error"] == "invalid_client"


def test_a_client_with_a_key_cannot_do_without(time_machine):
    ehr = small_ehr(WITH_KEY)
    time_machine.move_to(ehr.clock())

    assert exchange(ehr, launched(ehr)["code"]).status_code == 401


def test_the_keys_of_an_app_are_read_where_it_publishes_them(httpserver, time_machine):
    httpserver.expect_request("/jwks.json").respond_with_json(KeySet([KEY]).as_dict(private=False))
    ehr = small_ehr(replace(WITH_KEY, jwks=None, jwks_uri=httpserver.url_for("/jwks.json")))
    time_machine.move_to(ehr.clock(), tick=True)

    assert exchange(ehr, launched(ehr)["code"], **assertion(ehr)).status_code == 200


def test_keys_that_cannot_be_read_are_named_in_the_refusal(httpserver, time_machine):
    httpserver.expect_request("/jwks.json").respond_with_data("not found", status=404)
    ehr = small_ehr(replace(WITH_KEY, jwks=None, jwks_uri=httpserver.url_for("/jwks.json")))
    time_machine.move_to(ehr.clock(), tick=True)

    answer = exchange(ehr, launched(ehr)["code"], **assertion(ehr))

    assert answer.get_json()["error"] == "invalid_client"
    assert "404" in answer.get_json()["error_description"]
