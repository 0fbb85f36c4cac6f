"""Accounts of staff: nobody by default, passwords nobody can read, changes that are in the audit."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cds_service.outside.audit import AuditLog
from cds_service.outside.audit_reading import AuditReader, Wanted
from cds_service.outside.staff_accounts import LONGEST_PASSWORD, AccountProblem, StaffAccounts
from cds_service.outside.staff_sessions import StaffSessions
from cds_service.outside.vault import Tampered
from cds_service.roles import Role

PASSWORD = "four quite ordinary words"


@pytest.fixture
def accounts(database, vault) -> StaffAccounts:
    return StaffAccounts(database, vault, AuditLog(database))


@pytest.fixture
def with_ada(accounts) -> StaffAccounts:
    accounts.add("ada", PASSWORD, [Role.ADMIN, Role.QUALITY], by="test")
    return accounts


def stored(database) -> str:
    with database.reading() as connection:
        return str(connection.execute(text("SELECT * FROM staff_account")).all())


def test_no_account_comes_with_the_tables(accounts):
    assert accounts.all() == ()
    assert accounts.verified("admin", "admin") is None


def test_an_account_is_verified_by_its_password_only(with_ada):
    found = with_ada.verified("ada", PASSWORD)

    assert found is not None
    assert (found.name, found.roles, found.local) == ("ada", {Role.ADMIN, Role.QUALITY}, True)
    assert with_ada.verified("ada", PASSWORD + " ") is None
    assert with_ada.verified("ada", "") is None
    assert with_ada.verified("bea", PASSWORD) is None


def test_signing_in_is_remembered(with_ada):
    assert with_ada.get("ada").signed_in_at is None

    with_ada.verified("ada", PASSWORD)

    assert with_ada.get("ada").signed_in_at is not None


@pytest.mark.parametrize(
    "name", ["", "Ada", "a b", "../x", "x" * 64, "\x00", "\ud800", "' OR 1=1 --", "oidc:1"]
)
def test_a_name_that_cannot_be_one_is_refused_and_never_found(accounts, name):
    with pytest.raises(AccountProblem, match="small letters"):
        accounts.add(name, PASSWORD, [Role.ADMIN], by="test")
    assert accounts.verified(name, PASSWORD) is None
    assert accounts.get(name) is None


def test_a_name_may_be_an_address_of_63_characters(accounts):
    name = "a" * 51 + "@example.org"

    accounts.add(name, PASSWORD, [Role.ADMIN], by="test")

    assert accounts.get(name).name == name


@pytest.mark.parametrize("length", [12, LONGEST_PASSWORD])
def test_a_password_of_acceptable_length_works(accounts, length):
    accounts.add("ada", "x" * length, [Role.ADMIN], by="test")

    assert accounts.verified("ada", "x" * length) is not None
    assert accounts.verified("ada", "x" * (length + 1)) is None


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("x" * 11, "too short"),
        ("x" * (LONGEST_PASSWORD + 1), "longer than"),
        ("ADA and her dog", "holds the"),
    ],
)
def test_a_password_that_is_not_acceptable_says_why(accounts, password, says):
    with pytest.raises(AccountProblem, match=says):
        accounts.add("ada", password, [Role.ADMIN], by="test")

    assert accounts.get("ada") is None


def test_an_account_is_not_made_twice(with_ada):
    with pytest.raises(AccountProblem, match="already"):
        with_ada.add("ada", "another password here", [Role.ANALYST], by="test")

    assert with_ada.verified("ada", PASSWORD).roles == {Role.ADMIN, Role.QUALITY}


def test_neither_password_nor_hash_can_be_read_in_the_database(with_ada, database):
    assert PASSWORD not in stored(database)
    assert "argon2" not in stored(database)


def test_a_hash_copied_to_another_account_opens_nothing(with_ada, database):
    with_ada.add("bea", "another password here", [Role.ADMIN], by="test")
    copied = "UPDATE staff_account SET password = (SELECT password FROM staff_account WHERE name = 'ada')"
    with database.transaction() as connection:
        connection.execute(text(f"{copied} WHERE name = 'bea'"))

    with pytest.raises(Tampered):
        with_ada.verified("bea", PASSWORD)


def test_a_new_password_replaces_the_old_one_and_ends_sessions(with_ada, database):
    sessions = StaffSessions(database, idle_minutes=30, hours=12)
    secret = sessions.open("ada")

    with_ada.set_password("ada", "another password here", by="test")

    assert sessions.get(secret) is None
    assert with_ada.verified("ada", PASSWORD) is None
    assert with_ada.verified("ada", "another password here") is not None


def test_roles_are_replaced_as_a_whole(with_ada):
    with_ada.set_roles("ada", [Role.ANALYST], by="test")

    assert with_ada.get("ada").roles == {Role.ANALYST}


def test_a_role_nobody_knows_any_more_is_no_role(with_ada, database):
    with database.transaction() as connection:
        connection.execute(text("UPDATE staff_account SET roles = 'admin superuser'"))

    assert with_ada.get("ada").roles == {Role.ADMIN}


def test_a_removed_account_is_gone_with_its_sessions(with_ada, database):
    sessions = StaffSessions(database, idle_minutes=30, hours=12)
    secret = sessions.open("ada")

    with_ada.remove("ada", by="test")

    assert with_ada.get("ada") is None
    assert sessions.get(secret) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda accounts: accounts.remove("nobody", by="test"),
        lambda accounts: accounts.set_roles("nobody", [Role.ADMIN], by="test"),
        lambda accounts: accounts.set_password("nobody", PASSWORD, by="test"),
    ],
)
def test_an_account_that_is_not_there_cannot_be_changed(accounts, database, change):
    with pytest.raises(AccountProblem, match="no account 'nobody'"):
        change(accounts)

    assert AuditReader(database).page(Wanted()) == ()


def test_whom_the_provider_signs_in_has_an_account_that_follows_it(accounts):
    accounts.provided("s-1", "Dana Reyes", [Role.QUALITY])
    found = accounts.provided("s-1", "Dana R.", [Role.ANALYST])

    assert (found.name, found.shown_as, found.roles) == ("oidc:s-1", "Dana R.", {Role.ANALYST})
    assert not found.local
    assert len(accounts.all()) == 1
    assert accounts.verified("oidc:s-1", "") is None
    with pytest.raises(AccountProblem, match="identity provider"):
        accounts.set_password("oidc:s-1", PASSWORD, by="test")


@pytest.mark.parametrize("subject", ["a b", "\x00", "é", "x" * 300])
def test_a_subject_that_is_no_identifier_is_refused(accounts, subject):
    with pytest.raises(AccountProblem, match="not an identifier"):
        accounts.provided(subject, "Dana", [Role.ADMIN])


def test_each_change_is_in_the_audit_with_who_made_it(with_ada, database):
    with_ada.set_roles("ada", [Role.ANALYST], by="staff/root")
    with_ada.set_password("ada", "another password here", by="staff/root")
    with_ada.remove("ada", by="staff/root")

    rows = AuditReader(database).page(Wanted())[::-1]
    assert [(row.actor, row.action, row.detail["account"], row.host_ehr) for row in rows] == [
        ("test", "staff-added", "ada", ""),
        ("staff/root", "staff-roles-set", "ada", ""),
        ("staff/root", "staff-password-set", "ada", ""),
        ("staff/root", "staff-removed", "ada", ""),
    ]
    assert rows[0].detail["roles"] == ["admin", "quality"]
