"""`throughline rules dry-run`: a change tried on a panel, or on the charts that calls brought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import click

from cds_service.outside.audit import AuditLog
from cds_service.outside.clock import today
from cds_service.outside.database import Database
from cds_service.outside.recorded_charts import RecordedCharts
from cds_service.outside.settings import load_settings
from cds_service.outside.vault import open_vault
from cds_service.recording import RecordedChart, recorded
from cds_service.risk import Risk
from cds_service.rules import CardRule
from smart_app.foreseen import AllAtOnce
from smart_app.rule_commands.shared import opened_database, rules_in, store_in
from smart_app.studio.rulebook import Rulebook

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_PATH = click.Path(exists=True, path_type=Path)


@click.command("dry-run")
@click.argument("changed", type=_PATH)
@click.option("--ndjson", type=_FOLDER, help="On a panel: a folder of Bulk FHIR.")
@click.option("--recorded", "on_recorded", is_flag=True, help="On the calls recorded at --ehr.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day of the visits; today.")
@click.option("--ehr", help="Compare with what is live at this host EHR, not with the rule folders.")
@click.option("--patients", is_flag=True, help="Also list who enters and who leaves, by id.")
def command(
    changed: Path,
    ndjson: Path | None,
    on_recorded: bool,
    as_of: datetime | None,
    ehr: str | None,
    patients: bool,
) -> None:
    """For how many patients of a panel, or of charts that calls brought, each rule fires, before and after
    the rules in CHANGED take the place of those of their id, and how many cards a visit brings.

    On a panel every chart is opened; recorded calls of every hook are tried as they came, with the orders
    that were being written. They are recorded where THROUGHLINE_RECORD_CHARTS says so, without the person:
    patients then go by pseudonyms. With --ehr rules about risk are tried too: each chart is scored by what
    is in use now, and no score is kept.
    """
    if on_recorded == (ndjson is not None):
        raise click.UsageError("give --ndjson FOLDER, or --recorded with --ehr")
    if on_recorded and not ehr:
        raise click.UsageError("--recorded needs --ehr: charts are recorded at a host EHR")
    book = Rulebook.of_settings(load_settings())
    day = as_of.date() if as_of else today()
    wrong, before, rules = AllAtOnce(), dict(book.base), []
    charts: Mapping[str, list[RecordedChart]] = {}
    if ehr:
        with wrong.tried(), opened_database((ehr,)) as database:
            book, before = _at(book, database, ehr, day)
            charts = _recorded_at(ehr) if on_recorded else {}
    with wrong.tried():
        rules = rules_in(book, changed)
    wrong.tell()
    after = before | {rule.id: rule for rule in rules}
    if ndjson is None:
        found = book.tried_on_recorded(lambda service: charts.get(service, ()), before, after, day)
    else:
        try:
            found = book.tried(ndjson, before, after, day)
        except FileNotFoundError as empty:
            raise click.ClickException(str(empty)) from None
    for line in found.lines():
        click.echo(line)
    for run in found.runs if patients else ():
        for effect in run.changed:
            click.echo(f"{effect.rule} enter at {run.hook}: {', '.join(effect.entering) or 'nobody'}")
            click.echo(f"{effect.rule} leave at {run.hook}: {', '.join(effect.leaving) or 'nobody'}")


def _at(book: Rulebook, database: Database, ehr: str, day: date) -> tuple[Rulebook, dict[str, CardRule]]:
    """What scores here now, and what is live at a host EHR."""
    audit = AuditLog(database)
    scoring = book.scoring(Risk(database, open_vault(load_settings()), audit))
    return scoring, book.live(store_in(database), ehr, day)


def _recorded_at(ehr: str) -> Mapping[str, list[RecordedChart]]:
    """Those of a host EHR, by service; ClickException, with the mend, when there is none."""
    settings = load_settings()
    with opened_database((ehr,)) as database:
        store = RecordedCharts(database, open_vault(settings), settings.record_charts)
        charts = {service: list(recorded(store.all(ehr, service))) for service in store.counts(ehr)}
    if not any(charts.values()):
        raise click.ClickException(
            f"no chart is recorded at {ehr}; set THROUGHLINE_RECORD_CHARTS for the server, e.g. to 500, "
            "and wait for calls"
        )
    return charts
