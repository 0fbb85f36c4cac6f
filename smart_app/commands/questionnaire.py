"""`throughline questionnaire`: forms of one's own, imported as FHIR R4 Questionnaires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import click

from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.questionnaires import NotImported, Questionnaires
from cds_service.outside.settings import load_settings


@click.group()
def command() -> None:
    """Forms of your own: import FHIR Questionnaires, list and remove them."""


@command.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def add(files: Sequence[Path]) -> None:
    """Import each FILE, a FHIR R4 Questionnaire as JSON, or replace the one of the same id.

    It is read whole or not at all: what could not be shown or scored as its author meant it is named, with
    the path in the file and the mend. A running server offers the form with its next page.
    """
    refused: list[str] = []
    with _forms() as (database, forms):
        for file in files:
            try:
                instrument, replaced = forms.add(file)
            except NotImported as problems:
                refused.append(str(problems))
                continue
            _note(database, "questionnaire-add", instrument.id)
            asks = len(instrument.questions)
            click.echo(
                f"{instrument.id}: {'replaced' if replaced else 'imported'}, {instrument.title} "
                f"{instrument.version}, {asks} question{'' if asks == 1 else 's'}, "
                f"{'with a total' if instrument.highest is not None else 'no total'}"
            )
    if refused:
        raise click.ClickException("\n".join(("not imported:", *refused)))


@command.command(name="list")
def list_them() -> None:
    """Show the imported forms."""
    with _forms() as (_, forms):
        imported = forms.all()
    if not imported:
        click.echo("No form was imported. Import one: throughline questionnaire add FILE.json")
    for one in imported:
        form = one.instrument
        click.echo(f"{form.id}  {form.title} {form.version}  imported {one.imported_at:%Y-%m-%d %H:%M} UTC")


@command.command()
@click.argument("form_id")
def remove(form_id: str) -> None:
    """Take the form of this id out. What was filled in with it stays in the EHR."""
    with _forms() as (database, forms):
        if not forms.remove(form_id):
            raise click.ClickException(f"{form_id!r} was not imported; see: throughline questionnaire list")
        _note(database, "questionnaire-remove", form_id)
    click.echo(f"{form_id}: removed")


def _note(database: Database, action: str, form_id: str) -> None:
    AuditLog(database).record(
        host_ehr="", actor="command-line", action=action, patient_id=None, detail={"form": form_id}
    )


@contextmanager
def _forms() -> Iterator[tuple[Database, Questionnaires]]:
    with closing(Database(load_settings().database_url)) as database:
        database.migrate()
        yield database, Questionnaires(database)
