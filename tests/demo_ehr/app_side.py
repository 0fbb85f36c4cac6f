"""What an app sends to the demo EHR's authorization server, all of it right unless told otherwise."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.demo_ehr.small_ehr import CALLBACK, CHALLENGE, EHR, VERIFIER

ASKED = "launch openid fhirUser online_access patient/*.rs"


def authorize(ehr, method="GET", form=None, **changes):
    asked = {
        "response_type": "code",
        "client_id": "throughline",
        "redirect_uri": CALLBACK,
        "scope": ASKED,
        "state": "of-this-browser",
        "nonce": "only-once",
        "aud": f"{EHR}/fhir",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changes
    asked = {name: value for name, value in asked.items() if value is not None}
    headers = {"Origin": EHR} if method == "POST" else {}
    return ehr.browser.open(
        "/oauth/authorize", method=method, base_url=EHR, query_string=asked, data=form, headers=headers
    )


def told(answer):
    """What the redirect tells the app."""
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(CALLBACK)
    return {name: value for name, (value,) in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def exchange(ehr, code, headers=None, **changes):
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": "throughline",
        "code_verifier": VERIFIER,
    } | changes
    form = {name: value for name, value in form.items() if value is not None}
    return ehr.browser.post("/oauth/token", base_url=EHR, data=form, headers=headers)


def launched(ehr, patient="ada", **changes):
    return told(authorize(ehr, launch=ehr.launch(patient), **changes))


def refresh(ehr, token):
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "throughline"}
    return ehr.browser.post("/oauth/token", base_url=EHR, data=form)
