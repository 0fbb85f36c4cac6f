"""Signing in with a local account: what opens, what is refused, and what nobody can tell from outside."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import time_machine

from cds_service.outside.settings import Settings
from cds_service.outside.sign_in_tries import TRIES_OF_BOTH
from cds_service.roles import Role
from smart_app.app import create_app
from tests.conftest import SECRET
from tests.staff.browsing import PASSWORD, StaffBrowser, audited


def test_a_stranger_is_sent_to_sign_in_and_back_again(browser):
    answer = browser.get("/staff/audit/?actor=staff/ada")
    assert answer.status_code == 303
    assert answer.location == "/staff/sign-in?next=/staff/audit/%3Factor%3Dstaff/ada"

    done = browser.sign_in("admin", next="/staff/audit/?actor=staff/ada")

    assert done.location == "/staff/audit/?actor=staff/ada"
    assert browser.get(done.location).status_code == 200


def test_who_is_signed_in_need_not_do_it_again(admin):
    assert admin.get("/staff/sign-in").location == "/staff/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example.org/",
        "//evil.example.org",
        "/\\evil.example.org",
        "/staff/\\evil",
        "%2f%2fevil.example.org",
        "/%2f%2fevil.example.org",
        "javascript:alert(1)",
        "/staff/\r\nX: 1",
        "/chart/x/",
        "/staff",
    ],
)
def test_after_signing_in_one_is_never_sent_elsewhere(browser, elsewhere):
    assert browser.sign_in("admin", next=elsewhere).location == "/staff/"
    assert browser.get(f"/staff/sign-in?next={quote(elsewhere)}").location == "/staff/"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(browser):
    wrong, unknown = browser.sign_in("admin", "not this one"), browser.sign_in("nobody", "not this one")

    assert wrong.status_code == unknown.status_code == 401
    assert "The name or the password is not right." in wrong.text
    assert wrong.text.replace("admin", "nobody").split("csrf_token")[0] == unknown.text.split("csrf_token")[0]
    assert browser.get("/staff/").status_code == 303


def test_guessing_is_throttled_for_known_and_unknown_names_alike(app, browser):
    for name in ("admin", "nobody"):
        answers = [browser.sign_in(name, "wrong") for _ in range(TRIES_OF_BOTH)]
        throttled = browser.sign_in(name, "wrong")

        assert {answer.status_code for answer in answers} == {401}
        assert throttled.status_code == 429
        assert 0 < int(throttled.headers["Retry-After"]) <= 15 * 60
    assert browser.sign_in("admin").status_code == 429, "even the right password waits"


def test_after_a_quarter_of_an_hour_the_right_password_works_again(browser):
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as traveller:
        for _ in range(TRIES_OF_BOTH + 1):
            browser.sign_in("admin", "wrong")
        traveller.shift(15 * 60)

        assert browser.sign_in("admin").status_code == 303


def test_the_name_may_be_typed_with_capitals_and_spaces(browser):
    assert browser.sign_in(" Admin ").status_code == 303


# The session


def test_signing_in_gives_a_new_session_whatever_the_browser_held(app, browser):
    browser.get("/staff/sign-in")
    before = browser.cookie()
    token = browser.token("/staff/sign-in")
    browser.sign_in("admin")
    after = browser.cookie()

    fixed = StaffBrowser(app)
    fixed.client.set_cookie("throughline_staff", before, domain="127.0.0.1")

    assert before != after
    assert fixed.get("/staff/").status_code == 303, "the cookie of before opens nothing"
    assert browser.post("/staff/sign-out", {"csrf_token": token}).status_code == 403, "nor does its token"


def test_signing_in_again_ends_the_session_before(app, admin):
    first = admin.cookie()
    token = admin.token("/staff/")
    admin.post("/staff/sign-in", {"name": "quality", "password": PASSWORD, "csrf_token": token})

    thief = StaffBrowser(app)
    thief.client.set_cookie("throughline_staff", first, domain="127.0.0.1")

    assert "quality" in admin.get("/staff/").text
    assert thief.get("/staff/").status_code == 303


def test_signing_out_ends_the_session_on_the_server(app, admin):
    kept = admin.cookie()

    assert admin.send("/staff/sign-out").location == "/staff/sign-in?done=1"
    admin.client.set_cookie("throughline_staff", kept, domain="127.0.0.1")

    assert admin.get("/staff/").status_code == 303


def test_a_cookie_made_without_the_key_is_nothing(app, admin):
    admin.client.set_cookie("throughline_staff", admin.cookie()[:-2] + "xx", domain="127.0.0.1")

    assert admin.get("/staff/").status_code == 303


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [
        ("http://127.0.0.1:8000", "throughline_staff", False),
        ("https://throughline.example.org", "__Host-throughline_staff", True),
    ],
)
def test_the_cookie_is_as_narrow_as_its_origin_allows(sqlite_url, base_url, name, secure):
    app = create_app(Settings(database_url=sqlite_url, secret_key=SECRET, base_url=base_url))

    set_cookie = app.test_client().get("/staff/sign-in", base_url=base_url).headers["Set-Cookie"]
    app.extensions["throughline"].close()

    parts = set_cookie.split("; ")
    assert parts[0].startswith(f"{name}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
    assert ("Secure" in parts) is secure
    assert not any(part.startswith("Domain") for part in parts)


@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/", "/staff/nowhere"])
def test_staff_pages_are_framed_by_nobody_and_kept_nowhere(admin, path):
    headers = admin.get(path).headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_a_role_taken_away_is_gone_with_the_next_request(app, admin):
    assert admin.get("/staff/audit/").status_code == 200

    app.extensions["throughline.staff"].accounts.set_roles("admin", [Role.ANALYST], by="test")

    assert admin.get("/staff/audit/").status_code == 403
    assert admin.get("/staff/").status_code == 200


def test_a_removed_account_is_signed_out_with_the_next_request(app, admin):
    app.extensions["throughline.staff"].accounts.remove("admin", by="test")

    assert admin.get("/staff/").status_code == 303


def test_half_an_hour_of_nothing_signs_out(app, browser):
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as traveller:
        browser.sign_in("admin")
        traveller.shift(30 * 60)

        assert browser.get("/staff/").status_code == 303


# The audit, and what must not be in it


def test_every_sign_in_and_refusal_is_in_the_audit(app, browser):
    browser.sign_in("admin", "wrong")
    browser.sign_in("my password is hunter2", "oops")
    browser.sign_in("admin")
    browser.send("/staff/sign-out")

    assert audited(app)[len(Role) :] == [
        ("staff/admin", "staff-sign-in", "refused"),
        ("unknown", "staff-sign-in", "refused"),
        ("staff/admin", "staff-sign-in", "success"),
        ("staff/admin", "staff-sign-out", "success"),
    ]
    assert app.extensions["throughline"].audit.verify() is None


def test_passwords_are_neither_shown_again_nor_logged(app, browser, capsys):
    answer = browser.sign_in("admin", "canary-of-a-password")
    browser.sign_in("canary-of-a-password", PASSWORD)

    printed = capsys.readouterr()
    assert "canary-of-a-password" not in answer.text
    assert "canary-of-a-password" not in printed.out + printed.err
    assert PASSWORD not in printed.out + printed.err


def test_a_new_installation_says_how_to_make_the_first_account(settings):
    app = create_app(settings)

    page = StaffBrowser(app).get("/staff/sign-in").text
    app.extensions["throughline"].close()

    assert "throughline staff add NAME --role admin" in page
