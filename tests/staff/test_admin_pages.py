"""Keys, accounts, audit, connection test, registration sheet: what an administrator does on them."""

from __future__ import annotations

from html import unescape

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import text

from cds_service.outside.host_ehr import CdsClient, HostEhr, SmartClient
from cds_service.registration import registration_sheet
from cds_service.registration_text import as_markdown
from cds_service.roles import Role
from smart_app.care.queries import CHART_QUERIES
from tests.staff.browsing import PASSWORD, StaffBrowser, audited


@pytest.fixture
def ehr(app, httpserver: HTTPServer) -> HostEhr:
    """A host EHR that answers; what is wrong with it is its CDS client's key set."""
    base = httpserver.url_for("/fhir")
    httpserver.expect_request("/fhir/metadata").respond_with_json(
        {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}
    )
    httpserver.expect_request("/fhir/.well-known/smart-configuration").respond_with_json(
        {
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "code_challenge_methods_supported": ["S256"],
        }
    )
    httpserver.expect_request("/jwks.json").respond_with_data("<b>no keys</b>", status=404)
    made = HostEhr(
        name="riverside",
        fhir_base=base,
        profile="athena",
        site={"practice": "195900"},
        smart=SmartClient(
            client_id="throughline", auth="private_key_jwt", scopes=("launch", "patient/Observation.rs", "x")
        ),
        cds_clients=(CdsClient(iss=base, jku=httpserver.url_for("/jwks.json")),),
        frame_ancestors=("https://ehr.example.org",),
    )
    app.extensions["throughline"].host_ehrs.add(made)
    return made


# Test connection


def test_opening_the_page_calls_nobody(admin, ehr, httpserver):
    page = admin.get("/staff/ehrs/riverside/test")

    assert page.status_code == 200
    assert httpserver.log == []


def test_each_step_is_shown_with_its_outcome_and_its_mend(app, admin, ehr):
    page = admin.send("/staff/ehrs/riverside/test", "/staff/ehrs/riverside/test").text

    assert page.count('data-outcome="ok"') == 4
    # The CDS client's keys; and our own side, which the tests do not serve: keys, and who may frame it.
    assert page.count('data-outcome="failed"') == page.count("Mend:") == 3
    assert "answers HTTP 404" in page
    assert "data-done" in page
    assert audited(app)[-1] == ("staff/admin", "connection-tested", "failed")
    assert "3 failed" in admin.get("/staff/ehrs/").text


@pytest.mark.parametrize("path", ["test", "sheet", "sheet.txt", ""])
def test_a_host_ehr_that_is_not_registered_has_no_pages(admin, path):
    assert admin.get(f"/staff/ehrs/nobody/{path}".rstrip("/")).status_code == 404


# The sheet


def test_the_sheet_and_its_text_say_the_same(app, admin, ehr):
    page = unescape(admin.get("/staff/ehrs/riverside/sheet").text).partition("<details")[0]
    plain = admin.get("/staff/ehrs/riverside/sheet.txt")
    sheet = registration_sheet(app.extensions["throughline"].settings, ehr, CHART_QUERIES, [ehr])

    assert plain.content_type.startswith("text/plain")
    assert plain.text == as_markdown(sheet)
    said = [
        text for section in sheet.sections for each in section.entries for text in (each.title, each.value)
    ]
    said += [flow.carries for flow in sheet.flows] + [line.scope for line in sheet.scopes]
    assert [text for text in (*said, *sheet.uninstall, *sheet.notes) if text not in page] == []
    assert "athenahealth: Redirect URI (Sign-in)" in page


def test_everything_to_enter_has_a_button_that_copies_exactly_it(admin, ehr):
    page = unescape(admin.get("/staff/ehrs/riverside/sheet").text)

    for value in (
        "http://127.0.0.1:8000/launch",
        "Patient/{{context.patientId}}",
        "launch patient/Observation.rs x",
    ):
        assert f'data-copy="{value}"' in page


def test_the_data_flow_is_drawn_and_told(admin, ehr):
    page = admin.get("/staff/ehrs/riverside/sheet").text

    assert '<svg xmlns="http://www.w3.org/2000/svg" class="data-flow"' in page
    assert page.count('<li value="') == 6


def test_the_bill_of_materials_is_downloaded(admin, ehr, signed_in):
    answer = admin.get("/staff/sbom.json")

    assert answer.content_type == "application/vnd.cyclonedx+json"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.json["bomFormat"] == "CycloneDX"
    assert signed_in("coordinator").get("/staff/sbom.json").status_code == 403


# Keys


def test_keys_are_rotated_after_a_yes_and_the_old_ones_stay_published(app, admin, ehr):
    keys = app.extensions["throughline"].keys
    before = {key["kid"] for key in keys.public_jwks()["keys"]}

    admin.send("/staff/keys/rotate", "/staff/keys/")
    assert {key["kid"] for key in keys.public_jwks()["keys"]} == before
    assert "tick the box" in admin.get("/staff/keys/").text
    admin.send("/staff/keys/rotate", "/staff/keys/", sure="1")

    after = {key["kid"] for key in keys.public_jwks()["keys"]}
    page = admin.get("/staff/keys/").text
    assert before < after
    assert len(after) == 4
    assert all(kid in page for kid in after)
    assert page.count("retired") == 2
    assert "Concerned: riverside" in page
    assert ("staff/admin", "keys-rotate", "success") in audited(app)


# Accounts


def test_an_account_is_added_and_may_sign_in(app, admin):
    form = {"name": "Eva", "password": PASSWORD, "again": PASSWORD, "role": ["quality", "analyst"]}

    admin.send("/staff/accounts/add", "/staff/accounts/", **form)

    assert "eva may sign in" in admin.get("/staff/accounts/").text
    assert StaffBrowser(app).sign_in("eva").status_code == 303
    assert ("staff/admin", "staff-added", "success") in audited(app)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"again": "another one"}, "differ"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"role": []}, "at least one role"),
        ({"role": ["superuser"]}, "at least one role"),
        ({"name": "admin"}, "already"),
        ({"name": ""}, "cannot be an account"),
    ],
)
def test_an_account_that_cannot_be_is_told(app, admin, change, says):
    form = {"name": "eva", "password": PASSWORD, "again": PASSWORD, "role": ["quality"]} | change

    admin.send("/staff/accounts/add", "/staff/accounts/", **form)

    assert says in admin.get("/staff/accounts/").text
    assert app.extensions["throughline.staff"].accounts.get("eva") is None


def test_roles_and_passwords_are_changed_and_accounts_removed(app, admin, signed_in):
    quality = signed_in("quality")
    at = "/staff/accounts/"

    admin.send(f"{at}quality/roles", at, role=["quality", "coordinator"])
    assert "coordinator" in quality.get("/staff/").text
    admin.send(f"{at}quality/password", at, password="another password here", again="another password here")
    assert quality.get("/staff/").status_code == 303
    admin.send(f"{at}quality/remove", at)
    assert app.extensions["throughline.staff"].accounts.get("quality") is not None
    admin.send(f"{at}quality/remove", at, sure="1")

    assert app.extensions["throughline.staff"].accounts.get("quality") is None


def test_an_administrator_cannot_lock_everybody_out(app, admin):
    at = "/staff/accounts/"

    admin.send(f"{at}admin/remove", at, sure="1")
    admin.send(f"{at}admin/roles", at, role=["quality"])

    assert app.extensions["throughline.staff"].accounts.get("admin").roles == {Role.ADMIN}
    assert "another administrator has to" in admin.get(at).text


# Audit


def test_the_audit_is_filtered_and_its_reading_is_in_it(app, admin, signed_in):
    signed_in("quality").get("/staff/keys/")

    page = admin.get("/staff/audit/?actor=staff/quality&outcome=refused").text

    assert page.count('data-label="Row"') == 1
    assert "staff-refused" in page
    assert audited(app)[-1] == ("staff/admin", "audit-read", "success")


@pytest.mark.parametrize(
    "query",
    [
        "actor=%00",
        "actor=' OR 1=1 --",
        "since=yesterday",
        "until=9999-99-99",
        "before=x",
        "before=-1",
        "action=<b>",
    ],
)
def test_no_filter_breaks_the_page(admin, query):
    page = admin.get(f"/staff/audit/?{query}")

    assert page.status_code == 200
    assert "<b>" not in page.text


def test_older_rows_are_a_page_further(app, admin):
    for _ in range(60):
        app.extensions["throughline"].audit.record(
            host_ehr="demo", actor="x", action="chart-view", patient_id="p1", detail={}
        )

    first = admin.get("/staff/audit/?patient_id=p1").text
    older = first.split('href="/staff/audit/?before=')[1].split('"')[0].replace("&amp;", "&")
    second = admin.get(f"/staff/audit/?before={older}").text

    assert first.count('data-label="Row"') == 50
    assert second.count('data-label="Row"') == 10


def test_the_chain_is_verified_and_a_changed_row_is_named(app, admin):
    verify = "/staff/audit/verify"
    whole = admin.send(verify, "/staff/audit/").text
    with app.extensions["throughline"].database.transaction() as connection:
        connection.execute(text("UPDATE audit_event SET actor = 'somebody' WHERE seq = 2"))
    broken = admin.send(verify, "/staff/audit/").text

    assert "Every row is as it was written" in whole
    assert f"{app.extensions['throughline'].audit.head().seq - 2}:" in whole
    assert "Row 2: was changed" in broken
    assert audited(app)[-1] == ("staff/admin", "audit-verified", "failed")


def test_an_anchor_finds_out_a_chain_that_was_written_anew(admin):
    page = admin.send("/staff/audit/verify", "/staff/audit/", anchor=f"1:{'f' * 64}").text

    assert "is not the row of the anchor" in page


def test_an_anchor_that_is_none_is_told(admin):
    page = admin.send("/staff/audit/verify", "/staff/audit/", anchor="12").text

    assert "is not an anchor" in page
    assert "Every row" not in page
