"""SMART App Launch at the demo EHR: launch context, PKCE, codes, refresh, and what is refused."""

from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.demo_ehr.app_side import ASKED, authorize, exchange, launched, refresh, told
from tests.demo_ehr.small_ehr import APP, CALLBACK, EHR, VERIFIER


def test_an_ehr_launch_gives_the_patient_the_visit_and_who_is_signed_in(ehr, time_machine):
    time_machine.move_to(ehr.clock())
    answer = launched(ehr)

    token = exchange(ehr, answer["code"])

    assert answer["state"] == "of-this-browser"
    assert answer["iss"] == EHR
    assert token.headers["Cache-Control"] == "no-store"
    body = token.get_json()
    assert body["token_type"] == "Bearer"
    assert body["patient"] == "ada"
    assert body["encounter"] == "now"
    assert body["need_patient_banner"] is False
    assert body["scope"] == ASKED
    assert body["expires_in"] == 3600
    assert "smart_style_url" not in body
    keys = KeySet.import_key_set(ehr.get("/.well-known/jwks.json").get_json())
    claims = jwt.decode(body["id_token"], keys, algorithms=["RS256"]).claims
    assert claims["iss"] == ehr.get("/fhir/.well-known/smart-configuration").get_json()["issuer"]
    assert claims["aud"] == "throughline"
    assert claims["nonce"] == "only-once"
    assert claims["fhirUser"] == f"{EHR}/fhir/Practitioner/demo-clinician"
    read = ehr.get("/fhir/Patient/ada", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert read.get_json()["id"] == "ada"


def test_the_published_keys_are_public(ehr):
    keys = ehr.get("/.well-known/jwks.json").get_json()["keys"]

    assert {key["alg"] for key in keys} == {"RS256", "ES384"}
    assert not any({"d", "p", "q"} & key.keys() for key in keys)


def test_an_app_in_its_own_window_draws_the_banner(ehr):
    opened = ehr.get("/patients/ada/launch?in=window").headers["Location"]
    launch = parse_qs(urlsplit(opened).query)["launch"][0]

    token = exchange(ehr, told(authorize(ehr, launch=launch))["code"]).get_json()

    assert token["need_patient_banner"] is True


def test_scopes_beyond_the_registration_are_not_granted(ehr):
    asked = "launch openid patient/Observation.rs system/*.rs admin"

    token = exchange(ehr, launched(ehr, scope=asked)["code"]).get_json()

    assert token["scope"] == "launch openid patient/Observation.rs"
    assert "refresh_token" not in token


def test_two_launches_at_once_keep_their_patients(ehr):
    ada, ben = launched(ehr, "ada"), launched(ehr, "ben")

    patients = [exchange(ehr, one["code"]).get_json()["patient"] for one in (ben, ada)]

    assert patients == ["ben", "ada"]


@pytest.mark.parametrize(
    ("change", "error", "reason"),
    [
        ({"aud": f"{EHR}/other"}, "invalid_request", "aud must be"),
        ({"aud": None}, "invalid_request", "aud must be"),
        ({"state": None}, "invalid_request", "state"),
        ({"nonce": None}, "invalid_request", "nonce"),
        ({"code_challenge": None}, "invalid_request", "PKCE"),
        ({"code_challenge_method": "plain"}, "invalid_request", "PKCE"),
        ({"code_challenge_method": None}, "invalid_request", "PKCE"),
        ({"scope": "openid patient/*.rs"}, "invalid_request", "scope launch"),
        ({"launch": "made-up"}, "invalid_request", "unknown here"),
        ({"launch": None}, "invalid_request", "launch parameter"),
    ],
)
def test_a_launch_that_is_not_right_goes_back_to_the_app_with_the_reason(ehr, change, error, reason):
    answer = told(authorize(ehr, **({"launch": ehr.launch()} | change)))

    assert answer["error"] == error
    assert reason in answer["error_description"]
    assert answer["iss"] == EHR
    assert "code" not in answer


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "stranger"},
        {"redirect_uri": "https://elsewhere.example/callback"},
        {"redirect_uri": f"{CALLBACK}/more"},
        {"redirect_uri": f'{CALLBACK}"é'},
        {"redirect_uri": None},
    ],
)
def test_what_cannot_be_sent_back_safely_is_shown_and_goes_nowhere(ehr, change):
    answer = authorize(ehr, launch=ehr.launch(), **change)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_launch_is_taken_once(ehr):
    launch = ehr.launch()

    first, second = authorize(ehr, launch=launch), authorize(ehr, launch=launch)

    assert "code" in told(first)
    assert told(second)["error"] == "invalid_request"


@pytest.mark.parametrize(("seconds", "works"), [(299, True), (300, False)])
def test_a_launch_is_good_for_five_minutes(ehr, seconds, works):
    launch = ehr.launch()
    ehr.clock.turn(seconds=seconds)

    assert ("code" in told(authorize(ehr, launch=launch))) is works


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 400)])
def test_a_code_is_good_for_a_minute(ehr, seconds, status):
    code = launched(ehr)["code"]
    ehr.clock.turn(seconds=seconds)

    assert exchange(ehr, code).status_code == status


def test_a_code_is_taken_once(ehr):
    code = launched(ehr)["code"]

    assert [exchange(ehr, code).status_code for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": None},
        {"code_verifier": VERIFIER[::-1]},
        {"redirect_uri": f"{APP}/other"},
        {"code": "made-up"},
        {"client_id": "stranger"},
    ],
)
def test_a_code_is_worthless_without_what_it_was_bound_to(ehr, change):
    code = launched(ehr)["code"]

    answer = exchange(ehr, **({"code": code} | change))

    assert answer.status_code == 400
    assert "access_token" not in answer.get_json()


def test_a_refresh_token_works_once_and_keeps_the_context(ehr):
    first = exchange(ehr, launched(ehr)["code"]).get_json()

    second = refresh(ehr, first["refresh_token"])
    again = refresh(ehr, first["refresh_token"])

    assert second.status_code == 200
    assert second.get_json()["patient"] == "ada"
    assert second.get_json()["refresh_token"] != first["refresh_token"]
    assert again.status_code == 400
    old = ehr.get("/fhir/Patient/ada", headers={"Authorization": f"Bearer {first['access_token']}"})
    assert old.status_code == 401


def test_a_revoked_token_reads_nothing_and_cannot_be_refreshed(ehr):
    token = exchange(ehr, launched(ehr)["code"]).get_json()
    form = {"token": token["access_token"], "client_id": "throughline"}

    revoked = ehr.browser.post("/oauth/revoke", base_url=EHR, data=form)

    assert revoked.status_code == 200
    read = ehr.get("/fhir/Patient/ada", headers={"Authorization": f"Bearer {token['access_token']}"})
    assert read.status_code == 401
    assert refresh(ehr, token["refresh_token"]).status_code == 400


STANDALONE = {"scope": "launch/patient openid fhirUser patient/*.rs"}


def test_without_a_chart_the_user_picks_the_patient(ehr):
    shown = authorize(ehr, **STANDALONE)
    picked = authorize(ehr, "POST", {"patient": "ben"}, **STANDALONE)

    assert shown.status_code == 200
    assert "Ada Ostrowska" in shown.text
    token = exchange(ehr, told(picked)["code"]).get_json()
    assert token["patient"] == "ben"
    assert token["need_patient_banner"] is True


def test_nobody_is_picked_by_another_site_or_by_a_link(ehr):
    asked = {"response_type": "code", "client_id": "throughline", "redirect_uri": CALLBACK}
    foreign = ehr.browser.post(
        "/oauth/authorize", base_url=EHR, query_string=asked, data={"patient": "ben"}, headers={"Origin": APP}
    )
    by_link = authorize(ehr, patient="ben", **STANDALONE)

    assert foreign.status_code == 403
    assert by_link.status_code == 200
    assert "for which patient?" in by_link.text


def test_a_patient_who_is_not_here_cannot_be_picked(ehr):
    assert "for which patient?" in authorize(ehr, "POST", {"patient": "nobody"}, **STANDALONE).text
