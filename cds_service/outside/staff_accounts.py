"""Staff accounts: who may sign in, with which roles. Nobody may until somebody adds the first.

A local account has a password, kept as an argon2id hash (RFC 9106's second profile: 64 MiB, three passes)
and sealed besides, so that a stolen database has nothing to try passwords on. Argon2id is what OWASP asks for
first; werkzeug's scrypt was at hand, but with a third of the work recommended for it, and no way to say that
a hash should be renewed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, delete, insert, select, update

from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.ids import is_id
from cds_service.outside.tables.staff import StaffAccountRow, StaffSessionRow
from cds_service.outside.vault import Vault
from cds_service.roles import Role

SHORTEST_PASSWORD = 12  # characters; NIST SP 800-63B-4: length is what counts, no rules of composition
LONGEST_PASSWORD = 512
PROVIDED = "oidc:"  # begins the name of an account that the identity provider signs in
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,62}")
_HASHER = PasswordHasher()


class AccountProblem(ValueError):
    """What was asked cannot be done with this account; the message says why and how it can."""


@dataclass(frozen=True)
class Account:
    """One member of staff. `name` never changes and is what the audit knows."""

    name: str
    shown_as: str
    roles: frozenset[Role]
    local: bool
    made_at: datetime
    signed_in_at: datetime | None


class StaffAccounts:
    """The accounts in the database; a change counts from the next request on.

    Who changes something is named as `by`; the change and its row of the audit are stored together or not at
    all.
    """

    def __init__(self, database: Database, vault: Vault, audit: AuditLog) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit

    def add(self, name: str, password: str, roles: Iterable[Role], *, by: str) -> None:
        """Make a local account; AccountProblem when the name is taken or anything is not acceptable."""
        roles = frozenset(roles)
        if not _NAME.fullmatch(name):
            raise AccountProblem(
                f"{name!r} cannot be an account's name; use small letters, digits and . _ @ -, at most 63"
            )
        row = {
            "name": name,
            "shown_as": name,
            "roles": _written(roles),
            "password": self._sealed(name, password),
            "made_at": clock.now(),
            "signed_in_at": None,
        }
        with self._database.transaction() as connection:
            if not connection.execute(self._database.insert_once(StaffAccountRow), row).rowcount:
                raise AccountProblem(f"there is an account {name!r} already; change its password or roles")
            self._audit.note(connection, by, "staff-added", {"account": name, "roles": roles})

    def provided(self, subject: str, shown_as: str, roles: Iterable[Role]) -> Account:
        """The account of somebody the identity provider signed in, made or brought up to date."""
        name = PROVIDED + subject
        if not is_id(name):
            raise AccountProblem("the identity provider names you by something that is not an identifier")
        roles = frozenset(roles)
        row = {
            "shown_as": shown_as[:256],
            "roles": _written(roles),
            "password": None,
            "signed_in_at": clock.now(),
        }
        key = StaffAccountRow.name == name
        with self._database.transaction() as connection:
            if not connection.execute(update(StaffAccountRow).where(key).values(row)).rowcount:
                connection.execute(insert(StaffAccountRow), row | {"name": name, "made_at": clock.now()})
                detail = {"account": name, "roles": roles}
                self._audit.note(connection, "identity-provider", "staff-added", detail)
            return _account(connection.execute(select(StaffAccountRow.__table__).where(key)).one())

    def verified(self, name: str, password: str) -> Account | None:
        """The local account with this name and password. A name nobody has takes as long to refuse."""
        row = self._row(name) if _NAME.fullmatch(name) else None
        password = password[: LONGEST_PASSWORD + 1]
        if row is None or row.password is None:
            _matches(_nobodys_hash(), password)
            return None
        kept = self._vault.open(row.password, where=_where(name))
        if not _matches(kept, password):
            return None
        changes: dict[str, Any] = {"signed_in_at": clock.now()}
        if _HASHER.check_needs_rehash(kept):
            changes["password"] = self._vault.seal(_HASHER.hash(password), where=_where(name))
        with self._database.transaction() as connection:
            _change(connection, name, changes)
        return _account(row)

    def get(self, name: str) -> Account | None:
        """The account of this name as it is now."""
        row = self._row(name)
        return None if row is None else _account(row)

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(StaffAccountRow.__table__).order_by(StaffAccountRow.name)).all()
        return tuple(_account(row) for row in rows)

    def set_roles(self, name: str, roles: Iterable[Role], *, by: str) -> None:
        """Replace the roles; AccountProblem when there is no such account."""
        roles = frozenset(roles)
        with self._database.transaction() as connection:
            _change(connection, name, {"roles": _written(roles)})
            self._audit.note(connection, by, "staff-roles-set", {"account": name, "roles": roles})

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Replace the password of a local account and end its sessions."""
        row = self._row(name)
        if row is not None and row.password is None:
            raise AccountProblem(f"{name!r} signs in through the identity provider and has no password here")
        sealed = self._sealed(name, password)  # before the transaction: it takes a while
        with self._database.transaction() as connection:
            _change(connection, name, {"password": sealed})
            connection.execute(delete(StaffSessionRow).where(StaffSessionRow.account == name))
            self._audit.note(connection, by, "staff-password-set", {"account": name})

    def remove(self, name: str, *, by: str) -> None:
        """Take an account away, and end its sessions; AccountProblem when there is none."""
        with self._database.transaction() as connection:
            gone = connection.execute(delete(StaffAccountRow).where(StaffAccountRow.name == name)).rowcount
            if not gone:
                raise _unknown(name)
            connection.execute(delete(StaffSessionRow).where(StaffSessionRow.account == name))
            self._audit.note(connection, by, "staff-removed", {"account": name})

    def _row(self, name: str) -> Row[Any] | None:
        if not is_id(name):  # PostgreSQL cannot even be asked for some texts
            return None
        with self._database.reading() as connection:
            return connection.execute(
                select(StaffAccountRow.__table__).where(StaffAccountRow.name == name)
            ).first()

    def _sealed(self, name: str, password: str) -> str:
        if len(password) < SHORTEST_PASSWORD:
            raise AccountProblem(
                f"the password is too short; use at least {SHORTEST_PASSWORD} characters, such as four words"
            )
        if len(password) > LONGEST_PASSWORD:
            raise AccountProblem(f"the password is longer than {LONGEST_PASSWORD} characters")
        if name in password.lower():
            raise AccountProblem("the password holds the account's name; choose another")
        return self._vault.seal(_HASHER.hash(password), where=_where(name))


def _change(connection: Connection, name: str, values: dict[str, Any]) -> None:
    change = update(StaffAccountRow).where(StaffAccountRow.name == name).values(values)
    if not connection.execute(change).rowcount:
        raise _unknown(name)


def _account(row: Row[Any]) -> Account:
    known = {role.value: role for role in Role}
    return Account(
        name=row.name,
        shown_as=row.shown_as,
        roles=frozenset(known[role] for role in row.roles.split() if role in known),
        local=row.password is not None,
        made_at=row.made_at,
        signed_in_at=row.signed_in_at,
    )


def _written(roles: Iterable[Role]) -> str:
    return " ".join(sorted(set(roles)))


def _matches(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")


def _unknown(name: str) -> AccountProblem:
    return AccountProblem(f"there is no account {name!r}; `throughline staff list` shows them all")


def _where(name: str) -> str:
    return f"staff_account/{name}/password"
