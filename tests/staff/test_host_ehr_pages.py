"""Registering and changing a host EHR on a page: form and file, one validation, each problem at its place."""

from __future__ import annotations

import pytest
import yaml
from joserfc.jwk import ECKey

from cds_service.profiles import profiles
from smart_app.staff.host_ehr_form import document_of, fields_of, text_of
from tests.staff.browsing import audited

PUBLIC = ECKey.generate_key("P-384", {"kid": "k1"}).as_dict(private=False)
FORM = {
    "name": "riverside",
    "fhir_base": "https://ehr.example.org/fhir",
    "profile": "epic",
    "smart.client_id": "throughline",
    "smart.auth": "private_key_jwt",
    "smart.scopes": "launch openid\nfhirUser patient/*.rs",
    "smart.origins": "https://login.example.org",
    "cds_clients.0.iss": "https://ehr.example.org",
    "cds_clients.0.jku": "https://ehr.example.org/jwks.json",
    "cds_clients.0.origins": "https://ehr.example.org",
    "cds_clients.1.iss": "",
    "frame_ancestors": "https://ehr.example.org",
}
FILE = """name: riverside
fhir_base: https://ehr.example.org/fhir
smart: {client_id: throughline, auth: secret, secret: hush-hush, scopes: [launch]}
"""


def registered(app, name="riverside"):
    return app.extensions["throughline"].host_ehrs.get(name)


def send(admin, form, path="/staff/ehrs/new"):
    return admin.send(path, path, **form)


def test_a_filled_in_form_registers_a_host_ehr_and_leads_to_its_sheet(app, admin):
    answer = send(admin, FORM)

    ehr = registered(app)
    assert answer.location == "/staff/ehrs/riverside/sheet"
    assert (ehr.profile, ehr.smart.client_id, len(ehr.cds_clients)) == ("epic", "throughline", 1)
    assert ehr.smart.scopes == ("launch", "openid", "fhirUser", "patient/*.rs")
    assert ehr.frame_ancestors == ("https://ehr.example.org",)
    assert ("staff/admin", "host-ehr-registered", "success") in audited(app)
    assert "riverside is registered" in admin.get(answer.location).text


def test_the_same_as_a_file_registers_the_same(app, admin):
    send(admin, FORM)
    by_form = registered(app)
    admin.send("/staff/ehrs/riverside/remove", typed="riverside")

    send(admin, {"text": text_of(document_of(FORM, {}))})

    assert registered(app) == by_form


@pytest.mark.parametrize("profile", profiles())
def test_every_kind_of_ehr_can_be_registered_by_the_form_alone(app, admin, profile):
    site = {f"site.{name}": "195900" for name in profiles()[profile].site}

    answer = send(admin, FORM | {"profile": profile} | site)

    assert answer.status_code == 303
    assert dict.fromkeys(profiles()[profile].site, "195900") == registered(app).site
    page = admin.get("/staff/ehrs/riverside").text
    assert all(f'name="{field}" type="text" value="195900"' in page for field in site)


def test_a_test_system_names_its_production_system_and_both_sheets_say_so(app, admin):
    send(admin, FORM)
    test = FORM | {
        "name": "riverside-test",
        "fhir_base": "https://test.example.org/fhir",
        "smart.client_id": "the-test-one",
        "test_of": "riverside",
    }

    assert send(admin, test | {"test_of": "riverside-test"}).status_code == 422
    assert send(admin, test).status_code == 303

    assert "the-test-one" in admin.get("/staff/ehrs/riverside/sheet").text
    assert "test of riverside" in admin.get("/staff/ehrs/").text
    send(admin, test | {"test_of": ""}, "/staff/ehrs/riverside-test")
    assert registered(app, "riverside-test").test_of is None


def test_everything_wrong_is_told_at_once_each_beside_its_field(app, admin):
    wrong = FORM | {
        "name": "Not A Name",
        "fhir_base": "http://ehr.example.org/fhir",
        "smart.scopes": "",
        "cds_clients.0.jku": "",
        "frame_ancestors": "https://ehr.example.org/path",
    }

    wrong |= {
        "profile": "athena",
        "smart.auth": "secret",
        "cds_clients.1.iss": "b",
        "cds_clients.1.jwks": "{",
    }

    page = send(admin, wrong)

    assert page.status_code == 422
    assert "8 things are wrong. Each is told beside its field." in page.text
    for field in (
        "name",
        "fhir_base",
        "smart.secret",
        "smart.scopes",
        "cds_clients.1.jwks",
        "frame_ancestors",
    ):
        assert f'id="{field}-problem"' in page.text, field
    assert "use small letters" in page.text
    assert "is plain http" in page.text
    assert "its public keys are missing" in page.text
    assert "profile athena needs `practice: ...` here" in page.text
    assert "is not a JSON key set" in page.text
    assert 'value="Not A Name"' in page.text, "what was typed stays"
    assert registered(app) is None


def test_a_problem_of_the_file_is_told_with_its_line(app, admin):
    page = send(admin, {"text": "name: riverside\nfhir_base: https://ehr.example.org/fhir\nprofil: epic\n"})

    assert page.status_code == 422
    assert "line 3: profil: there is no such key; did you mean" in page.text
    assert registered(app) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [1", "not valid YAML"),
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("!!python/object/apply:os.system ['true']", "not valid YAML"),
        ("name: x\nname: y\n", "written twice"),
        ("just text", "begins with"),
        ("", "begins with"),
        ("[1, 2]", "begins with"),
        ("name: \ud83d", "not valid YAML"),
    ],
)
def test_a_text_that_is_no_host_ehr_file_is_told_and_nothing_runs(app, admin, text, says):
    page = send(admin, {"text": text.encode("utf-8", "replace").decode()})

    assert page.status_code == 422
    assert says in page.text


def test_a_file_of_the_server_cannot_be_read_through_the_page(app, admin, tmp_path):
    canary = tmp_path / "canary.json"
    canary.write_text('{"keys": [{"kty": "canary-of-a-file"}]}')
    text = f"name: x\nfhir_base: https://e.org\ncds_clients: [{{iss: https://e.org, jwks_file: {canary}}}]\n"

    page = send(admin, {"text": text})

    assert page.status_code == 422
    assert "paste its keys" in page.text
    assert "canary-of-a-file" not in page.text
    assert registered(app, "x") is None


def test_pasted_public_keys_are_taken(app, admin):
    keys = {"cds_clients.0.jku": "", "cds_clients.0.jwks": text_of({"keys": [PUBLIC]})}
    assert send(admin, FORM | keys).status_code == 422, "YAML is no JSON"

    keys["cds_clients.0.jwks"] = fields_of({"cds_clients": [{"jwks": {"keys": [PUBLIC]}}]})[
        "cds_clients.0.jwks"
    ]
    assert send(admin, FORM | keys).status_code == 303

    assert registered(app).cds_clients[0].jwks == {"keys": [PUBLIC]}


def test_showing_the_other_spelling_stores_nothing(app, admin):
    page = send(admin, FORM | {"show": "1"})

    assert page.status_code == 200
    assert "client_id: throughline" in page.text
    assert registered(app) is None


# Changing


def test_a_change_replaces_and_keeps_the_name(app, admin):
    send(admin, FORM)

    send(admin, FORM | {"profile": "oracle"}, "/staff/ehrs/riverside")
    renamed = send(admin, FORM | {"name": "lakeside"}, "/staff/ehrs/riverside")

    assert registered(app).profile == "oracle"
    assert renamed.status_code == 422
    assert "stays &#39;riverside&#39;" in renamed.text
    assert registered(app, "lakeside") is None


def test_the_client_secret_is_never_shown_and_stays_unless_another_is_typed(app, admin):
    send(admin, {"text": FILE})
    page = admin.get("/staff/ehrs/riverside").text
    shown = {name: value for name, value in fields_of(yaml.safe_load(FILE)).items() if name in FORM}
    assert "hush-hush" not in page

    send(admin, shown | {"smart.auth": "secret", "smart.secret": ""}, "/staff/ehrs/riverside")
    assert registered(app).smart.secret.get_secret_value() == "hush-hush"

    send(admin, shown | {"smart.auth": "secret", "smart.secret": "another"}, "/staff/ehrs/riverside")
    assert registered(app).smart.secret.get_secret_value() == "another"


def test_a_secret_typed_into_a_wrong_form_is_not_sent_back(admin):
    page = send(admin, FORM | {"name": "Wrong", "smart.auth": "secret", "smart.secret": "hush-hush"})

    assert page.status_code == 422
    assert "hush-hush" not in page.text


def test_a_name_or_a_base_that_is_taken_is_told(app, admin):
    send(admin, FORM)

    again = send(admin, FORM)
    same_base = send(admin, FORM | {"name": "another"})

    assert (again.status_code, same_base.status_code) == (409, 409)
    assert "registered already" in again.text
    assert "registered as &#39;riverside&#39;" in same_base.text


def test_removing_needs_the_name_typed_again(app, admin):
    send(admin, FORM)

    admin.send("/staff/ehrs/riverside/remove", typed="riverside ehr")
    assert registered(app) is not None
    admin.send("/staff/ehrs/riverside/remove", typed="riverside")

    assert registered(app) is None
    assert audited(app)[-1] == ("staff/admin", "host-ehr-removed", "success")
    assert admin.get("/staff/ehrs/riverside").status_code == 404


def test_the_list_says_how_each_stands(admin):
    assert "No host EHR is registered yet" in admin.get("/staff/ehrs/").text
    send(admin, FORM)

    page = admin.get("/staff/ehrs/").text

    assert "SMART, private_key_jwt" in page
    assert "1 CDS client" in page
    assert "not tested" in page
    assert "never" in page


def test_markup_in_a_field_stays_text(admin):
    page = send(
        admin, FORM | {"name": '"><script>alert(1)</script>', "smart.client_id": "</textarea><script>"}
    )

    assert "<script>alert" not in page.text
    assert "</textarea><script>" not in page.text


# The two spellings


def test_form_and_file_are_the_same_document():
    document = document_of(FORM, {})

    assert document_of(fields_of(document), {}) == document
    assert yaml.safe_load(text_of(document)) == document


def test_what_the_form_has_no_field_for_is_kept():
    assert document_of(FORM, {"name": "old", "cds": {"show": "nobody"}})["cds"] == {"show": "nobody"}


@pytest.mark.parametrize(
    "odd", [None, [], "x", {"smart": 1, "cds_clients": "x"}, {"cds_clients": [1, {"iss": ["a"]}]}]
)
def test_any_document_can_be_shown_in_the_fields(odd):
    fields = fields_of(odd)

    assert all(isinstance(value, str) for value in fields.values())
