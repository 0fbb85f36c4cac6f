"""`throughline risk`: train a risk model, score with it, report how good it is."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import click

from cds_service.outside.clock import today
from measures.risk.data import Data, Floats
from measures.risk.labels import Labels, read_days, read_labels
from measures.risk.learning import Divided, from_labels, from_records
from measures.risk.model import Model, read_model, write_model
from measures.risk.outcome import OUTCOMES
from measures.risk.panel import Panel
from measures.risk.points import expert_points
from measures.risk.report import report_on, write_report
from measures.risk.results_file import write_panel_scores, write_table_scores
from measures.risk.scoring import score
from measures.risk.table.divisions import divisions
from measures.risk.table.encoding import Encoding
from measures.risk.table.reading import read_chunks, read_table
from measures.risk.table.rows import kept_rows, training_data
from measures.risk.training import Choice, Recipe, train
from smart_app import risk_commands
from smart_app.command_parts import add_parts
from smart_app.commands.measures import DayType
from smart_app.out_file import OutFile
from smart_app.risk_store import panel_of, read_first

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PATH = click.Path(exists=True, path_type=Path)
_OUT_FILE = OutFile()
_OUT_FOLDER = click.Path(file_okay=False, path_type=Path)

_ndjson = click.option("--ndjson", type=_FOLDER, help="Folder of Bulk FHIR: *.ndjson, *.ndjson.gz.")
_ehr = click.option(
    "--ehr", help="The host EHR whose claims and other loaded sources count with the export, as every night."
)
_table = click.option("--table", type=_FILE, help="A flat extract instead: CSV, plain or .gz.")
_labels = click.option("--labels", type=_FILE, help="CSV: patient_id,index_date,y30,y60,y90.")
_outcome = click.option(
    "--outcome",
    type=click.Choice(list(OUTCOMES)),
    help="Without --labels: derive them from the records. With them: what they are of.",
)
_target = click.option("--target", metavar="COL", help="Column of the table to predict: 0 or 1.")
_group = click.option("--group", metavar="COL", help="Column that names the patient; never split, no input.")
_id = click.option("--id", "identity", metavar="COL", help="Column that names the row; no input.")
_vocabulary = click.option(
    "--vocabulary",
    multiple=True,
    type=_PATH,
    help="FHIR ValueSet JSON; else what is loaded, else the starter's.",
)


@click.group("risk")
def command() -> None:
    """Risk of a crisis in 30, 60 and 90 days: train, score, report; and risk adjustment."""


add_parts(command, risk_commands)


@command.command("train")
@_ndjson
@_ehr
@_labels
@_outcome
@_table
@_target
@_group
@_id
@click.option("--out", required=True, type=_OUT_FILE, help="The model: one JSON file.")
@click.option(
    "--model",
    "choice",
    type=click.Choice(["logistic", "challenger", "auto"]),
    default="auto",
    show_default=True,
    help="auto: what has earned it; while both are in shadow the challenger, unless it ranks worse.",
)
@click.option("--split", default="patient", hidden=True, help="Only by patient.")
@_vocabulary
def train_model(
    ndjson: Path | None,
    ehr: str | None,
    labels: Path | None,
    outcome: str | None,
    table: Path | None,
    target: str | None,
    group: str | None,
    identity: str | None,
    out: Path,
    choice: Choice,
    split: str,
    vocabulary: tuple[Path, ...],
) -> None:
    """Train a model on a panel or a table, and say how good it is on patients it has not seen."""
    _refuse_split_by_row(split)
    recipe = Recipe(choice)
    day = today()
    if _source(ndjson, table, ehr) == "table":
        assert table is not None  # noqa: S101 - told by _source
        data, encoding = _table_data(table, target, group, identity)
        model = train(
            data,
            recipe,
            source="table",
            outcome=encoding.target,
            trained_on=str(day),
            table=encoding.as_json(),
        )
    else:
        told = read_first(lambda: read_labels(labels, day) if labels else None, ehr)
        with panel_of(ndjson, vocabulary, ehr) as panel:
            data, points, _ = _panel_data(panel, told, outcome, day)
            model = train(
                data,
                recipe,
                source="record",
                outcome=outcome or "acute",
                trained_on=str(day),
                points=points,
                more={"lines_not_read": panel.faults},
            )
    write_model(model, out)
    _tell(model, out)


@command.command("score")
@click.option("--model", "path", type=_FILE, help="A model of `risk train`; without it, the expert points.")
@_ndjson
@_ehr
@click.option("--at", type=_FILE, help="CSV: patient_id,index_date; the days at which to score.")
@click.option("--as-of", type=DayType(), help="One day at which to score everybody.")
@_table
@click.option("--out", required=True, type=_OUT_FILE, help="CSV of the scores.")
@_vocabulary
def score_with(
    path: Path | None,
    ndjson: Path | None,
    ehr: str | None,
    at: Path | None,
    as_of: date | None,
    table: Path | None,
    out: Path,
    vocabulary: tuple[Path, ...],
) -> None:
    """Score a panel as of a day, or the rows of a table."""
    model = read_model(path) if path else None
    if _source(ndjson, table, ehr) == "table":
        assert table is not None  # noqa: S101 - told by _source
        if model is None or model.table is None:
            raise click.UsageError("--table needs --model, trained with --table")
        encoding = Encoding.from_json(model.table)
        rows = write_table_scores(model, encoding, lambda: read_chunks(table), out)
        click.echo(f"{rows:,} rows scored: {out}")
        return
    if (at is None) == (as_of is None):
        raise click.UsageError("give --as-of DAY, or --at FILE.csv with patient_id,index_date")
    days = read_first(lambda: read_days(at, today()) if at else None, ehr)
    if as_of is not None and as_of > today():
        raise click.UsageError(f"--as-of {as_of} is a day to come; a score is as of a day that is known")
    scores = partial(score, model) if model else expert_points().score
    with panel_of(ndjson, vocabulary, ehr) as panel:
        done = write_panel_scores(panel, scores, days, as_of, out)
    click.echo(f"{done.scored:,} scores, {done.abstained:,} abstentions: {out}")
    click.echo(f"model: {model.label if model else 'expert points: not a probability'}")
    for note in done.notes:
        click.echo(f"note: {note}")


@command.command("report")
@click.option("--model", "path", required=True, type=_FILE, help="A model of `risk train`.")
@_ndjson
@_ehr
@_labels
@_outcome
@_table
@click.option(
    "--by",
    multiple=True,
    metavar="COL",
    help="Compare groups by this column of the table; repeatable. Else by age, sex, race, language, payer.",
)
@click.option("--everybody", is_flag=True, help="None of these patients was in the training.")
@click.option("--split", default="patient", hidden=True, help="Only by patient.")
@click.option("--out", required=True, type=_OUT_FOLDER, help="Folder for report.json and report.html.")
@_vocabulary
def report(
    path: Path,
    ndjson: Path | None,
    ehr: str | None,
    labels: Path | None,
    outcome: str | None,
    table: Path | None,
    by: tuple[str, ...],
    everybody: bool,
    split: str,
    out: Path,
    vocabulary: tuple[Path, ...],
) -> None:
    """Report how good a model is, on patients it has not seen: by folds of its training, or all new ones."""
    _refuse_split_by_row(split)
    model = read_model(path)
    subgroups: dict[str, list[str]] = {}
    if _source(ndjson, table, ehr) == "table":
        assert table is not None  # noqa: S101 - told by _source
        if model.table is None:
            raise click.UsageError("the model was trained on records; report on them with --ndjson")
        encoding = Encoding.from_json(model.table)
        read = read_table(table)
        data, _ = training_data(read, encoding.target, encoding.group, encoding.id)
        subgroups = divisions(read, kept_rows(read, encoding.target, encoding.group), by)
    else:
        told = read_first(lambda: read_labels(labels, today()) if labels else None, ehr)
        with panel_of(ndjson, vocabulary, ehr) as panel:
            data, _, subgroups = _panel_data(
                panel, told, outcome or (None if labels else model.outcome), today()
            )
    found = report_on(model, data, subgroups, everybody=everybody)
    for file in write_report(found, out):
        click.echo(f"  {file}")


def _refuse_split_by_row(split: str) -> None:
    if split != "patient":
        raise click.UsageError(
            f"--split {split} is refused: rows of one patient are alike, so a model that has learnt one row "
            "of a patient recognises the next, and the figures come out too good. Only patients are split"
        )


def _source(ndjson: Path | None, table: Path | None, ehr: str | None) -> str:
    if (ndjson is None) == (table is None):
        raise click.UsageError("give either --ndjson DIR or --table FILE.csv")
    if table and ehr:
        raise click.UsageError("--ehr goes with --ndjson: a table holds all it is to be learnt from")
    return "table" if table else "record"


def _table_data(
    table: Path, target: str | None, group: str | None, identity: str | None
) -> tuple[Data, Encoding]:
    if group is None:
        raise click.UsageError(
            "--table needs --group COL, the column that names the patient: without it rows of one patient "
            "would be on both sides of the split, and the figures would come out too good"
        )
    if target is None or identity is None:
        raise click.UsageError("--table needs --target COL and --id COL")
    return training_data(read_table(table), target, group, identity)


def _panel_data(
    panel: Panel, labels: Labels | None, outcome: str | None, day: date
) -> tuple[Data, Floats, Divided]:
    if labels is not None:
        return from_labels(panel, labels)
    if outcome is None:
        raise click.UsageError("give --labels FILE.csv, or --outcome to derive them from the records")
    return from_records(panel, OUTCOMES[outcome], day)


def _tell(model: Model, out: Path) -> None:
    card = model.card
    click.echo(f"{out}: {model.outcome}, {model.kind}, version {model.version}")
    click.echo(f"{card['rows']:,} rows, {card['patients']:,} patients, {card['events']:,} events")
    click.echo(f"in {card['validated']['folds']} folds, on patients that each fit has not seen:")
    for kind, one in card["validation"].items():
        found = one["performance"]
        if found is None:
            click.echo(f"  {kind:<10}  cannot be told: all rows came out the same")
            continue
        auroc = found["auroc"]
        click.echo(
            f"  {kind:<10}  AUROC {auroc['value']:.3f} ({auroc['low']:.3f} to {auroc['high']:.3f})  "
            f"AUPRC {found['auprc']:.3f}  Brier {found['brier']:.4f}  slope {found['slope']:.2f}  "
            f"sensitivity at the top 10% {found['sensitivity_at_top']:.2f}"
        )
    for note in card["notes"]:
        click.echo(f"note: {note}")
    click.echo(f"verdict: {model.verdict.stands}")
    for reason in model.verdict.reasons:
        click.echo(f"  {reason}")
