"""`throughline measures`: the catalogue, a panel evaluated, a programme's scorecard, the stewards' cases."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from cds_service.outside.clock import now
from cds_service.outside.settings import load_settings
from cds_service.outside.value_sets import vocabulary_in_use
from measures.batch.evaluation import Engine, evaluate_folder
from measures.batch.job import Job
from measures.catalog import find_measures
from measures.programme import FOLDER, Programme, built_in, counting_for, read_programmes
from measures.replay import Replay, replay
from measures.scorecard import ScoredRate, read_summary, scorecard
from measures.terminology import Vocabulary
from measures.time import Period
from measures.vocabulary import read_vocabulary

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_PATH = click.Path(exists=True, path_type=Path)


class PeriodType(click.ParamType[Period]):
    """A year, or its first and last day: 2026, or 2026-01-01/2026-12-31."""

    name = "year or first/last day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        text = str(value)
        try:
            if re.fullmatch(r"\d{4}", text):
                return Period.year(int(text))
            first, last = map(date.fromisoformat, text.split("/"))
        except ValueError:
            self.fail(f"{text!r} is neither a year (2026) nor two days (2026-01-01/2026-12-31)", param, ctx)
        if last < first:
            self.fail(f"{text!r} ends before it begins", param, ctx)
        return Period(first, last)


class DayType(click.ParamType[date]):
    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day such as 2026-06-30", param, ctx)


@click.group("measures")
def command() -> None:
    """Quality measures: list them, evaluate a panel, fill a scorecard, replay the official test cases."""


@command.command("list")
def list_measures() -> None:
    """Id, title, version and programmes of every measure."""
    programmes = built_in().values()
    rows = [
        (m.id, m.title, m.version, ", ".join(counting_for(m.id, programmes)))
        for m in find_measures().measures.values()
    ]
    _print_table(rows)


# -- evaluate ------------------------------------------------------------------------------------------------


@command.command("evaluate")
@click.option("--ndjson", required=True, type=_FOLDER, help="Folder of Bulk FHIR: *.ndjson, *.ndjson.gz.")
@click.option("--period", required=True, type=PeriodType(), help="2026, or 2026-01-01/2026-12-31.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results."
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Processes of this machine, or Spark (the extra `spark`, and Java 17).",
)
@click.option(
    "--vocabulary",
    multiple=True,
    type=_PATH,
    help="FHIR ValueSet JSON, a Bundle or a folder; else what is loaded, else the starter vocabulary.",
)
@click.option("--measure", "only", multiple=True, metavar="ID", help="Only this measure; may be repeated.")
@click.option("--as-of", type=DayType(), help="The day it is asked: gaps may be prospective until the end.")
@click.option("--fhir", is_flag=True, help="Also MeasureReports and a DEQM gaps bundle for each patient.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; as many as there are cores.")
def evaluate(
    ndjson: Path,
    period: Period,
    out: Path,
    engine: Engine,
    vocabulary: tuple[Path, ...],
    only: tuple[str, ...],
    as_of: date | None,
    fhir: bool,
    workers: int | None,
) -> None:
    """Evaluate every measure for every patient of a Bulk FHIR folder."""
    unknown = [name for name in only if name not in find_measures().measures]
    if unknown:
        raise click.UsageError(f"no measure is called {', '.join(unknown)}; see `throughline measures list`")
    held = _vocabulary(vocabulary)
    job = Job(period, held, as_of, now() if fhir else None, only)
    workers = workers or os.cpu_count() or 1
    try:
        done = evaluate_folder(ndjson, out, job, engine=engine, workers=workers)
    except (FileNotFoundError, ImportError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{done.patients:,} patients, {len(job.measures)} measures, {period.start} to {period.end}")
    for file in done.files:
        click.echo(f"  {file}")
    if done.problems:
        click.echo(f"{done.problems:,} lines could not be read; problems.txt names them")
    click.echo(f"vocabulary: {held.label}")
    if not held.for_reporting:
        click.echo("These results are not for reporting: load the official value sets first.")


def _vocabulary(paths: Sequence[Path]) -> Vocabulary:
    return read_vocabulary(*paths) if paths else vocabulary_in_use(load_settings())


# -- scorecard -----------------------------------------------------------------------------------------------


@command.command("scorecard")
@click.argument("programme")
@click.option("--year", required=True, type=int, help="The performance year, such as 2026.")
@click.option("--results", required=True, type=_FOLDER, help="Where `measures evaluate` wrote its results.")
@click.option("--programmes", type=_FOLDER, help="A folder with programmes of your own (*.yaml).")
def print_scorecard(programme: str, year: int, results: Path, programmes: Path | None) -> None:
    """Print the rates of a PROGRAMME's measures in one year."""
    known = read_programmes(FOLDER, programmes) if programmes else built_in()
    if programme not in known:
        raise click.UsageError(f"no programme is called {programme!r}; there are {', '.join(sorted(known))}")
    chosen: Programme = known[programme]
    card = scorecard(chosen, year, read_summary(results))
    click.echo(f"{card.label}: {card.standing}, {card.patients:,} patients")
    click.echo(f"{chosen.citation} (looked up {chosen.verified})")
    _print_table([("measure", "", "rate", "of", "unknown"), *map(_scored, card.rates)])
    for name, title in card.not_from_the_record:
        click.echo(f"not from the record  {name}  {title}")
    if chosen.to_verify:
        click.echo(f"to verify: {chosen.to_verify}")
    click.echo(f"vocabulary: {card.vocabulary}")
    if not card.for_reporting:
        click.echo("These rates are not for reporting.")


def _scored(rate: ScoredRate) -> tuple[str, ...]:
    if rate.denominator is None:
        return rate.measure, rate.title, "-", "-", "-"
    title = f"{rate.title} (lower is better)" if rate.lower_is_better else rate.title
    percent = "-" if rate.rate is None else f"{rate.rate:.1%}"
    return rate.measure, title, percent, f"{rate.numerator}/{rate.denominator}", str(rate.unknown)


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, row[-1]]).rstrip())


# -- replay --------------------------------------------------------------------------------------------------


@command.command("replay")
@click.argument(
    "decks", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--vocabulary",
    required=True,
    multiple=True,
    type=_PATH,
    help="FHIR ValueSet JSON, a Bundle of them, or a folder; may be repeated.",
)
def replay_decks(decks: tuple[Path, ...], vocabulary: tuple[Path, ...]) -> None:
    """Replay official test cases (JSON lines): one line a measure, then every disagreement; exit 1 if there
    is any.
    """
    loaded = read_vocabulary(*vocabulary)
    catalog = find_measures()
    tallies: list[Replay] = []
    for deck in decks:
        for tally in replay(deck, catalog, loaded).values():
            click.echo(str(tally))
            tallies.append(tally)
    for tally in tallies:
        for disagreement in tally.disagreements:
            click.echo(f"{tally.measure}: {disagreement}")
    if any(tally.disagreements for tally in tallies):
        raise click.exceptions.Exit(1)
