"""Authorization by POST: only where the EHR says it takes it, and only when the address would be too long."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest

from tests.smart_app.launching import opened, register, seen
from tests.smart_app.small_ehr import SmallEhr

LONG = [
    f"patient/Observation.rs?category=http://terminology.example.org/category-{n}|survey" for n in range(40)
]
SCOPES = ["launch", "openid", "fhirUser", "patient/*.rs"]


def advertised(ehr: SmallEhr, *capabilities: str) -> None:
    ehr.change_configuration = lambda found: found | {"capabilities": ["permission-v2", *capabilities]}


def begin(browser, ehr):
    return browser.get("/launch", query_string={"iss": ehr.fhir_base, "launch": "handle"})


def fields_of(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


@pytest.mark.parametrize(
    ("scopes", "capabilities", "by_form"),
    [
        (SCOPES + LONG, ["authorize-post"], True),
        (SCOPES + LONG, [], False),
        (SCOPES, ["authorize-post"], False),
    ],
)
def test_a_form_is_used_only_when_it_is_advertised_and_needed(
    app, browser, ehr, scopes, capabilities, by_form
):
    register(app, ehr.registered(scopes=scopes))
    advertised(ehr, *capabilities)

    assert begin(browser, ehr).status_code == (200 if by_form else 302)


def test_the_form_says_what_the_address_would_have_said_and_leads_to_the_chart(app, browser, ehr):
    register(app, ehr.registered(scopes=SCOPES + LONG))
    advertised(ehr, "authorize-post")

    page = begin(browser, ehr)
    fields = fields_of(page.text)
    code = ehr.allow(f"{ehr.origin}/authorize?" + "&".join(f"{k}={_quoted(v)}" for k, v in fields.items()))

    assert f'action="{ehr.origin}/authorize"' in page.text
    assert fields["aud"] == ehr.fhir_base
    assert fields["scope"].split() == SCOPES + LONG
    assert fields["code_challenge_method"] == "S256"
    assert seen(browser, opened(browser.get("/callback", query_string=code)))["patient"] == "p1"


def test_the_form_may_go_to_the_registered_origins_and_no_other_page_may_send_one_there(app, browser, ehr):
    register(app, ehr.registered(scopes=SCOPES + LONG, origins=["https://login.example.org"]))
    advertised(ehr, "authorize-post")

    policy = begin(browser, ehr).headers["Content-Security-Policy"]
    other = browser.get("/nowhere").headers["Content-Security-Policy"]

    assert f"form-action 'self' {ehr.origin} https://login.example.org;" in policy
    assert "form-action 'self';" in other


def _quoted(value: str) -> str:
    return quote(value, safe="")
