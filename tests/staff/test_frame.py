"""What surrounds every staff page: permission, token, navigation; for pages not written yet as well."""

from __future__ import annotations

import pytest

from cds_service.roles import Role
from smart_app.staff.navigation import NavEntry, all_entries, entries_for
from smart_app.staff.permissions import Permission, StaffUser, roles_with
from tests.staff.browsing import OWN_PAGE, StaffBrowser, audited

OPEN = {
    "staff_sign_in.show_sign_in",
    "staff_sign_in.sign_in",
    "staff_sign_in.to_provider",
    "staff_sign_in.from_provider",
    "staff_sign_in.sign_out",
}


def guarded(app):
    """(address, method, permission) of every staff page there is, and of those somebody adds."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/staff") and rule.endpoint not in OPEN:
            path = rule.rule.replace("<name>", "x")
            for method in sorted(rule.methods & {"GET", "POST", "PUT", "DELETE", "PATCH"}):
                permission = getattr(app.view_functions[rule.endpoint], "staff_permission", None)
                yield path, method, permission


def test_every_page_names_the_permission_it_needs(app):
    pages = list(guarded(app))

    assert len(pages) > 15
    assert [page for page in pages if page[2] is None] == []


def test_no_page_opens_to_a_stranger(app, browser):
    answers = {
        (path, method): browser.client.open(path, method=method, base_url=browser.origin, headers=OWN_PAGE)
        for path, method, _ in guarded(app)
    }

    wrong = {
        page: answer.status_code
        for page, answer in answers.items()
        if answer.status_code != (303 if page[1] == "GET" else 401)
    }
    assert wrong == {}
    assert all(
        answer.location.startswith("/staff/sign-in")
        for (_, method), answer in answers.items()
        if method == "GET"
    )


@pytest.mark.parametrize("role", Role)
def test_each_page_opens_to_the_roles_that_have_its_permission_and_to_no_other(app, signed_in, role):
    browser = signed_in(role)
    for path, method, permission in guarded(app):
        if method == "GET":
            allowed = browser.get(path).status_code != 403
            assert allowed is (role in roles_with(permission)), (path, role)


def test_no_form_is_carried_out_without_the_token_of_its_session(app, signed_in):
    admin, other = signed_in("admin"), signed_in("admin")
    foreign = other.token("/staff/")
    for path, method, permission in guarded(app):
        if method == "POST" and Role.ADMIN in roles_with(permission):
            for form in ({}, {"csrf_token": "x"}, {"csrf_token": foreign}):
                answer = admin.post(path, form | {"sure": "1", "role": "admin", "typed": "x"})
                assert answer.status_code == 403, (path, form)
    assert audited(app)[len(Role) :] == [("staff/admin", "staff-sign-in", "success")] * 2


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "null"}, {"Origin": "https://evil.example.org"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_form_of_another_site_is_refused_even_with_the_token(admin, headers):
    answer = admin.post("/staff/sign-out", {"csrf_token": admin.token("/staff/")}, headers)

    assert answer.status_code == 403
    assert admin.get("/staff/").status_code == 200


def test_signing_in_needs_a_token_too_or_somebody_could_sign_a_victim_in(browser):
    answer = browser.post("/staff/sign-in", {"name": "admin", "password": "four quite ordinary words"})

    assert answer.status_code == 403


def test_a_refusal_says_what_is_missing_and_is_in_the_audit(app, signed_in):
    answer = signed_in("coordinator").get("/staff/audit/")

    assert answer.status_code == 403
    assert "permission to read the audit" in answer.text
    assert audited(app)[-1] == ("staff/coordinator", "staff-refused", "refused")


def test_a_form_that_met_an_ended_session_says_so(browser):
    answer = browser.post("/staff/keys/rotate", {"sure": "1"})

    assert answer.status_code == 401
    assert "You are signed out" in answer.text


def test_an_address_nobody_has_speaks_to_staff_and_not_to_clinicians(admin):
    answer = admin.get("/staff/nowhere")

    assert answer.status_code == 404
    assert "chart" not in answer.text


# Navigation


def test_the_navigation_shows_what_the_roles_may_open(signed_in):
    assert 'href="/staff/keys/"' in signed_in("admin").get("/staff/").text
    assert 'href="/staff/keys/"' not in signed_in("analyst").get("/staff/").text


def test_every_entry_leads_to_a_page_with_the_same_permission(app):
    pages = {path: permission for path, method, permission in guarded(app) if method == "GET"}

    assert {entry.path: entry.permission for entry in all_entries()}.items() <= pages.items()


def test_the_entries_are_in_the_order_of_their_places():
    everybody = StaffUser("x", "x", frozenset(Role))

    places = [entry.place for entry in entries_for(everybody)]

    assert places == sorted(places)
    assert entries_for(StaffUser("x", "x", frozenset())) == ()


@pytest.mark.parametrize(
    ("path", "leads"),
    [("/staff/ehrs/", True), ("/staff/ehrs/demo/sheet", True), ("/staff/ehrsx", False), ("/staff/", False)],
)
def test_an_entry_knows_the_pages_below_it(path, leads):
    entry = NavEntry("Host EHRs", "/staff/ehrs/", Permission.SEE_HOST_EHRS, place=40)

    assert entry.leads_to(path) is leads


@pytest.mark.parametrize(
    ("role", "path", "title"),
    [
        ("admin", "/staff/keys/", "Signing keys"),
        ("quality", "/staff/risk/", "Risk models"),
        ("quality", "/staff/risk/switch", "Risk switch"),
        ("admin", "/staff/risk/switch", "Risk switch"),
    ],
)
def test_one_entry_is_marked_as_the_page_one_is_on(signed_in, role, path, title):
    page = signed_in(role).get(path).text

    assert page.count('aria-current="page"') == 1
    assert f'aria-current="page">{title}</a>' in page


def test_names_of_people_cannot_bring_markup(app):
    accounts = app.extensions["throughline.staff"].accounts
    accounts.provided("s-1", "<script>alert(1)</script>", [Role.ADMIN])
    browser = StaffBrowser(app)
    browser.sign_in("admin")

    page = browser.get("/staff/accounts/").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
