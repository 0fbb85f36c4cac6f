"""`throughline ehr` and `throughline audit`, as an administrator types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_httpserver import HTTPServer
from sqlalchemy import text

from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from smart_app.cli import throughline
from tests.conftest import SECRET


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty working folder: the default database is made in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", SECRET)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(throughline, arguments)


def host_ehr_file(folder: Path, name: str = "riverside", base: str = "https://ehr.example.org/fhir") -> str:
    path = folder / f"{name}.yaml"
    path.write_text(
        f"name: {name}\nfhir_base: {base}\nsmart: {{client_id: app, auth: public, scopes: [launch]}}\n"
        "cds_clients: [{iss: https://cds.example.org, jku: https://cds.example.org/jwks.json, tenant: t1}]\n"
    )
    return str(path)


# ehr


def test_a_host_ehr_is_registered_replaced_and_listed(folder):
    added = run("ehr", "add", host_ehr_file(folder))
    again = run("ehr", "add", host_ehr_file(folder))
    listed = run("ehr", "list")

    assert "riverside: registered in sqlite:///throughline.sqlite3" in added.output
    assert "throughline ehr check riverside" in added.output
    assert "riverside: replaced" in again.output
    assert "riverside  generic  https://ehr.example.org/fhir" in listed.output
    assert (
        "CDS client https://cds.example.org, keys https://cds.example.org/jwks.json, tenant t1"
        in listed.output
    )


def test_of_several_files_none_is_registered_when_one_is_wrong(folder):
    (folder / "wrong.yaml").write_text("name: wrong\n")

    added = run("ehr", "add", host_ehr_file(folder), str(folder / "wrong.yaml"))

    assert added.exit_code == 1
    assert "wrong.yaml:1: fhir_base: is missing" in added.output
    assert not (folder / "throughline.sqlite3").exists()


def test_a_base_that_is_taken_is_told(folder):
    run("ehr", "add", host_ehr_file(folder))

    added = run("ehr", "add", host_ehr_file(folder, name="another"))

    assert added.exit_code == 1
    assert "registered as 'riverside'" in added.output


@pytest.mark.parametrize("arguments", [("ehr", "list"), ("ehr", "check"), ("audit", "verify")])
def test_looking_makes_no_database(folder, arguments):
    done = run(*arguments)

    assert done.exit_code == 1
    assert "Error: " in done.output
    assert list(folder.iterdir()) == []


def test_an_empty_register_says_what_to_do(folder):
    Database("sqlite:///throughline.sqlite3").migrate()

    assert "throughline ehr add FILE.yaml" in run("ehr", "list").output
    assert "no host EHR is registered" in run("ehr", "check").output


def test_a_name_nobody_registered_is_told_with_those_that_are(folder):
    run("ehr", "add", host_ehr_file(folder))

    checked = run("ehr", "check", "riverwide")

    assert checked.exit_code == 2
    assert "there is no host EHR 'riverwide'; registered: riverside" in checked.output


def test_a_check_shows_each_step_with_its_mend_and_fails(folder, httpserver: HTTPServer):
    httpserver.expect_request("/fhir/metadata").respond_with_json(
        {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}
    )
    file = folder / "local.yaml"
    base = httpserver.url_for("/fhir")
    file.write_text(
        f"name: local\nfhir_base: {base}\nsmart: {{client_id: a, auth: public, scopes: launch}}\n"
    )
    run("ehr", "add", str(file))

    checked = run("ehr", "check")

    assert checked.exit_code == 1
    assert f"ok      FHIR base: {base} speaks FHIR 4.0.1" in checked.output
    assert "failed  SMART configuration: answers HTTP 500" in checked.output
    assert "mend: " in checked.output
    assert "skipped CDS client keys: " in checked.output
    assert "failed  Frames: http://127.0.0.1:8000: cannot be reached" in checked.output


def test_a_check_where_all_is_right_ends_well(folder, httpserver: HTTPServer):
    httpserver.expect_request("/fhir/metadata").respond_with_json(
        {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}
    )
    (folder / "local.yaml").write_text(f"name: local\nfhir_base: {httpserver.url_for('/fhir')}\n")
    run("ehr", "add", str(folder / "local.yaml"))

    assert run("ehr", "check", "local").exit_code == 0


def test_a_sheet_says_what_to_enter_on_the_other_side(folder):
    (folder / "local.yaml").write_text(
        "name: local\nfhir_base: http://127.0.0.1:9/fhir\n"
        "smart: {client_id: a, auth: public, scopes: launch patient/*.rs}\n"
    )
    run("ehr", "add", str(folder / "local.yaml"))

    printed = run("ehr", "sheet", "local")

    assert printed.exit_code == 0, printed.output
    assert "- Launch URL: http://127.0.0.1:8000/launch" in printed.output
    assert "- patient/*.rs: " in printed.output
    assert run("ehr", "sheet", "nowhere").exit_code == 2


# audit


@pytest.fixture
def audited(folder, monkeypatch, database) -> Database:
    """A database with three rows of audit, which the command is told to use."""
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    for number in range(3):
        AuditLog(database).record(
            host_ehr="riverside", actor="p1", action="patient-view", patient_id=str(number), detail={}
        )
    return database


def test_a_whole_audit_prints_its_head_which_serves_as_anchor(audited):
    verified = run("audit", "verify")
    head = verified.output.split("head ")[1].strip()

    assert verified.exit_code == 0
    assert "3 rows, all as they were written" in verified.output
    assert run("audit", "verify", "--anchor", head).exit_code == 0


def test_the_first_bad_row_is_named(audited):
    with audited.transaction() as connection:
        connection.execute(text("UPDATE audit_event SET patient_id = 'x' WHERE seq = 2"))

    verified = run("audit", "verify")

    assert verified.exit_code == 1
    assert "audit row 2: was changed after it was written" in verified.output


def test_something_else_than_an_anchor_is_a_mistake_in_typing(audited):
    verified = run("audit", "verify", "--anchor", "3")

    assert verified.exit_code == 2
    assert "SEQ:HASH" in verified.output


def test_a_database_without_an_audit_is_told(folder, monkeypatch, database_url):
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", database_url)

    verified = run("audit", "verify")

    assert verified.exit_code == 1
    assert "has no audit yet" in verified.output
