"""`throughline staff`, as whoever runs the server types it."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from cds_service.outside.audit import AuditLog
from cds_service.outside.audit_reading import AuditReader, Wanted
from cds_service.outside.database import Database
from cds_service.outside.staff_accounts import StaffAccounts
from cds_service.outside.vault import Vault
from cds_service.roles import Role
from smart_app.cli import throughline
from tests.conftest import SECRET
from tests.staff.browsing import PASSWORD


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", SECRET)


def run(*arguments: str, password: str = "") -> Result:
    return CliRunner().invoke(throughline, ["staff", *arguments], input=f"{password}\n")


@pytest.fixture
def accounts():
    database = Database("sqlite:///throughline.sqlite3")
    database.migrate()
    yield StaffAccounts(database, Vault(SECRET), AuditLog(database))
    database.close()


def test_an_account_is_made_changed_and_removed(accounts):
    added = run("add", "ada", "--role", "admin", "--role", "quality", password=PASSWORD)
    assert added.output == "ada: may sign in at /staff/ as admin, quality\n"
    assert accounts.verified("ada", PASSWORD).roles == {Role.ADMIN, Role.QUALITY}

    assert "ada  local  admin, quality  signed in 20" in run("list").output
    run("set-role", "ada", "--role", "analyst")
    assert accounts.get("ada").roles == {Role.ANALYST}
    run("set-password", "ada", password="another password here")
    assert accounts.verified("ada", PASSWORD) is None
    assert "removed" in run("remove", "ada").output
    assert accounts.all() == ()


def test_what_is_done_here_is_in_the_audit(accounts):
    run("add", "ada", "--role", "admin", password=PASSWORD)
    run("remove", "ada")

    with_database = AuditReader(Database("sqlite:///throughline.sqlite3"))
    rows = [(row.actor, row.action) for row in with_database.page(Wanted())]
    assert rows == [("command-line", "staff-removed"), ("command-line", "staff-added")]


@pytest.mark.parametrize(
    ("arguments", "password", "code", "says"),
    [
        (("add", "ada"), PASSWORD, 2, "Missing option '--role'"),
        (("add", "ada", "--role", "king"), PASSWORD, 2, "'king' is not one of 'admin'"),
        (("add", "ada", "--role", "admin"), "short", 1, "too short"),
        (("add", "ada", "--role", "admin"), "", 1, "too short"),
        (("add", "A B", "--role", "admin"), PASSWORD, 1, "small letters"),
        (("remove", "nobody"), "", 1, "no account 'nobody'"),
        (("set-role", "nobody", "--role", "admin"), "", 1, "no account 'nobody'"),
        (("set-password", "nobody"), PASSWORD, 1, "no account 'nobody'"),
    ],
)
def test_what_cannot_be_done_says_why(arguments, password, code, says):
    done = run(*arguments, password=password)

    assert done.exit_code == code
    assert says in done.output


def test_without_accounts_the_list_says_how_to_make_one():
    assert "throughline staff add NAME --role admin" in run("list").output


def test_a_local_account_that_will_wait_for_its_turn_is_told_so(monkeypatch):
    monkeypatch.setenv("THROUGHLINE_STAFF_OIDC_ISSUER", "https://login.example.org")
    monkeypatch.setenv("THROUGHLINE_STAFF_OIDC_CLIENT_ID", "throughline-staff")
    monkeypatch.setenv("THROUGHLINE_STAFF_OIDC_ROLES", "admin=it")

    assert "wait while" in run("add", "ada", "--role", "admin", password=PASSWORD).output
