"""`throughline audit`: prove that the audit is as it was written."""

from __future__ import annotations

from contextlib import closing

import click

from cds_service.outside.audit import AuditLog, Link
from cds_service.outside.database import Database
from cds_service.outside.settings import load_settings


class _Anchor(click.ParamType[Link]):
    name = "SEQ:HASH"

    def convert(self, value: str | Link, param: click.Parameter | None, ctx: click.Context | None) -> Link:
        if isinstance(value, Link):
            return value
        try:
            return Link.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.group()
def command() -> None:
    """Examine the audit."""


@command.command()
@click.option(
    "--anchor", type=_Anchor(), help="A head printed earlier and kept elsewhere, to be found again."
)
def verify(anchor: Link | None) -> None:
    """Walk the audit chain and name the first bad row; exits 1 when there is one.

    The head that is printed at the end, kept where the database's administrator cannot write, is the anchor
    by which a later run finds out that the whole chain was replaced or its end cut off.
    """
    with closing(Database(load_settings().database_url)) as database:
        if not database.ready():
            raise click.ClickException(f"{database.place} cannot be reached, or has no audit yet")
        audit = AuditLog(database)
        bad = audit.verify(anchor)
        if bad is not None:
            raise click.ClickException(str(bad))
        head = audit.head()
    click.echo(f"{head.seq} rows, all as they were written ({database.place})")
    click.echo(f"head {head}")
