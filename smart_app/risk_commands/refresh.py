"""`throughline risk refresh`: score a whole panel and list its worklist anew; what runs every night."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cds_service.risk_choice import of_model
from measures.risk.model import read_model
from measures.risk.panel import opened
from smart_app.care.risk_watch import shown_watch
from smart_app.commands.measures import DayType
from smart_app.foreseen import AllAtOnce
from smart_app.risk_problems import say_problems
from smart_app.risk_store import risk_store, vocabulary
from smart_app.studio.risk_file import what_scores

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--ehr", "host_ehr", required=True, help="The host EHR whose panel it is.")
@click.option("--ndjson", "folder", required=True, type=_FOLDER, help="Folder of Bulk FHIR.")
@click.option(
    "--model",
    type=_FILE,
    help="Score with this model in shadow: remembered, shown to nobody. Else what is in use scores.",
)
@click.option("--as-of", type=DayType(), help="The day the scores are of; today unless told otherwise.")
def command(host_ehr: str, folder: Path, model: Path | None, as_of: date | None) -> None:
    """Score everybody of a panel, keep the scores, and list the worklist anew.

    Pages and cards then read a score instead of making one. What `panel load` loaded for these patients
    counts too, from the day it was known. A patient at a time: memory stays bounded.
    """
    wrong, challenger = AllAtOnce(), None
    with wrong.tried():
        challenger = read_model(model) if model else None
    with risk_store() as store:
        with wrong.tried():
            store.known(host_ehr)
        wrong.tell()
        risk, name = store.risk, host_ehr
        today = store.host_ehrs.today_at(name)
        day = as_of or today
        if day > today:
            raise click.UsageError(f"--as-of {day} is a day to come; a score is as of a day that is known")
        shadow = of_model(challenger, risk.policy()) if challenger else None
        used = shadow or risk.in_use()
        told = () if shadow else tuple(what_scores(risk))
        if used.scores is None:
            raise click.ClickException("risk is switched off; turn it on: throughline risk on --by NAME")
        with opened(folder, vocabulary(), others=store.others(name), zone=store.zone(name)) as panel:
            count = risk.refresh(name, panel.records(), day, shadow, panel.last_day(day))
        watched = shown_watch(risk.watch.told(name, used.key, used.model, day))
        listed = len(risk.worklists.patients(name))
    say_problems(panel)
    click.echo(f"{name}: {count:,} patients scored as of {day} by {used.label}")
    for line in told if used.note or len(told) > 1 else ():
        click.echo(line)
    if used.model:
        click.echo(f"watch: {watched.headline}")
    click.echo("in shadow: the worklist is as it was" if shadow else f"worklist: {listed:,} patients")
