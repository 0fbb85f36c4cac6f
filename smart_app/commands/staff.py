"""`throughline staff`: local accounts for staff pages. The first one is made here; no account comes with the
installation.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import click

from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.settings import load_settings
from cds_service.outside.staff_accounts import StaffAccounts
from cds_service.outside.vault import open_vault
from cds_service.roles import Role

ACTOR = "command-line"
_ROLE = click.Choice([role.value for role in Role])
_roles = click.option(
    "--role", "roles", multiple=True, required=True, type=_ROLE, help="May be given several times."
)


@click.group()
def command() -> None:
    """Accounts of staff: administrators, quality team, coordinators, analysts."""


@command.command()
@click.argument("name")
@_roles
def add(name: str, roles: Sequence[str]) -> None:
    """Make a local account called NAME. The password is asked for twice, or read from stdin."""
    password = _password()
    with _accounts() as accounts:
        accounts.add(name, password, map(Role, roles), by=ACTOR)
    click.echo(f"{name}: may sign in at /staff/ as {', '.join(sorted(set(roles)))}")
    if load_settings().staff_oidc_issuer:
        click.echo("Local accounts wait while THROUGHLINE_STAFF_OIDC_ISSUER is set.")


@command.command("list")
def list_them() -> None:
    """Show every account."""
    with _accounts() as accounts:
        found = accounts.all()
    if not found:
        click.echo("There is no account. Make one: throughline staff add NAME --role admin")
    for account in found:
        last = account.signed_in_at.strftime("%Y-%m-%d %H:%M UTC") if account.signed_in_at else "never"
        kind = "local" if account.local else "provider"
        roles = ", ".join(sorted(account.roles)) or "no role"
        click.echo(f"{account.name}  {kind}  {roles}  signed in {last}")


@command.command("set-role")
@click.argument("name")
@_roles
def set_role(name: str, roles: Sequence[str]) -> None:
    """Replace the roles of NAME. It counts from the next request on."""
    with _accounts() as accounts:
        accounts.set_roles(name, map(Role, roles), by=ACTOR)
    click.echo(f"{name}: {', '.join(sorted(set(roles)))}")


@command.command("set-password")
@click.argument("name")
def set_password(name: str) -> None:
    """Replace the password of NAME, and end its sessions."""
    password = _password()
    with _accounts() as accounts:
        accounts.set_password(name, password, by=ACTOR)
    click.echo(f"{name}: has a new password; all its sessions are ended")


@command.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove the account NAME, and end its sessions."""
    with _accounts() as accounts:
        accounts.remove(name, by=ACTOR)
    click.echo(f"{name}: removed")


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt="Once more"))
    return sys.stdin.readline().rstrip("\r\n")


@contextmanager
def _accounts() -> Iterator[StaffAccounts]:
    settings = load_settings()
    with closing(Database(settings.database_url)) as database:
        database.migrate()
        yield StaffAccounts(database, open_vault(settings), AuditLog(database))
