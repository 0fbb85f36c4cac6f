"""`throughline keys`: the keys with which this installation proves to EHRs who it is (`private_key_jwt`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

import click

from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.keys import SHOWN_AFTER_RETIREMENT, KeyInfo, SigningKeys
from cds_service.outside.settings import load_settings
from cds_service.outside.vault import open_vault


@click.group()
def command() -> None:
    """Signing keys: list and rotate them."""


@command.command(name="list")
def list_them() -> None:
    """Show every key in the published key set: the current ones, and those retired lately."""
    with _register() as (_, keys):
        published = keys.published()
    if not published:
        click.echo("No key was made yet; the first launch, or 'throughline keys rotate', makes them.")
    _show(published)


@command.command()
def rotate() -> None:
    """Make new keys, RS384 and ES384, and retire the current ones.

    A running server signs with the new keys within a minute. The old ones stay in the published key set for
    a week: what they signed is still good, and an EHR that keeps a copy of the key set has time to read it
    again. An EHR that was given the keys as a file must be given them again.
    """
    with _register() as (database, keys):
        published = keys.rotate_all(AuditLog(database), actor="command-line")
    _show(published)
    click.echo(f"The retired keys stay published for {SHOWN_AFTER_RETIREMENT.days} days.")


@contextmanager
def _register() -> Iterator[tuple[Database, SigningKeys]]:
    settings = load_settings()
    with closing(Database(settings.database_url)) as database:
        if not database.ready():
            raise click.ClickException(
                f"{database.place} cannot be reached, or has no tables yet; "
                "register a host EHR: throughline ehr add FILE.yaml"
            )
        yield database, SigningKeys(database, open_vault(settings))


def _show(keys: Iterable[KeyInfo]) -> None:
    for key in keys:
        until = f"retired, shown until {key.shown_until:%Y-%m-%d %H:%M} UTC" if key.shown_until else "current"
        click.echo(f"{key.alg}  {key.kid}  made {key.made_at:%Y-%m-%d %H:%M} UTC  {until}")
