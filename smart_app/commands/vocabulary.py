"""`throughline vocabulary`: load the official value sets, see what is loaded, fetch them from VSAC."""

from __future__ import annotations

from pathlib import Path

import click

from cds_service.outside.settings import load_settings
from cds_service.outside.value_sets import Vsac, load_value_sets, vocabulary_in_use
from measures.catalog import find_measures
from measures.needs import value_sets_of
from measures.terminology import ValueSet


@click.group("vocabulary")
def command() -> None:
    """Value sets: load them from files or VSAC, see what is loaded and what is missing."""


@command.command("load")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def load(paths: tuple[Path, ...]) -> None:
    """Load FHIR ValueSet JSON: single resources, Bundles, or folders of both. A broken file stops it all."""
    settings = load_settings()
    count = load_value_sets(settings.vocabulary_folder, *paths)
    vocabulary = vocabulary_in_use(settings)
    click.echo(f"{count} value sets loaded into {settings.vocabulary_folder}")
    click.echo(f"content hash {vocabulary.content_hash}")
    click.echo("Restart the service to use them.")


@command.command("status")
@click.option(
    "--all", "everything", is_flag=True, help="List every loaded value set, not only what is missing."
)
def status(everything: bool) -> None:
    """What is loaded, by hash, and which measures need what is missing."""
    vocabulary = vocabulary_in_use(load_settings())
    ours = sum(oid.startswith("throughline:") for oid in vocabulary.codes_in)
    click.echo(f"{vocabulary.label}: {len(vocabulary.codes_in)} value sets, {ours} of them our own")
    click.echo(f"content hash {vocabulary.content_hash}")
    if not vocabulary.for_reporting:
        click.echo("No official value sets are loaded: results are not for reporting.")
    if everything:
        for oid, codes in sorted(vocabulary.codes_in.items()):
            click.echo(f"  {oid}  {len(codes):>6} codes  {vocabulary.titles.get(oid, '')}")
    needed_by = _needed_by()
    missing = {oid: needing for oid, needing in needed_by.items() if oid not in vocabulary.codes_in}
    for value_set, measures in missing.values():
        click.echo(f"missing  {value_set.oid}  {value_set.title}  (needed by {', '.join(measures)})")
    if not missing:
        click.echo("Nothing is missing.")


def _needed_by() -> dict[str, tuple[ValueSet, list[str]]]:
    """Each value set that a measure needs, by OID, with the measures that need it."""
    needed: dict[str, tuple[ValueSet, list[str]]] = {}
    for measure in find_measures().measures.values():
        for value_set in value_sets_of(measure):
            needed.setdefault(value_set.oid, (value_set, []))[1].append(measure.id)
    return needed


@command.command("sync")
@click.option("--again", is_flag=True, help="Fetch also what is already here.")
def sync(again: bool) -> None:
    """Fetch what the measures need from VSAC with your UMLS key (THROUGHLINE_VSAC_KEY).

    What was fetched stays: after a failure, run it again and it goes on where it stopped.
    """
    settings = load_settings()
    if settings.vsac_key is None:
        raise click.UsageError("set THROUGHLINE_VSAC_KEY to the API key of your UMLS profile")
    wanted = [value_set for value_set, _ in _needed_by().values() if not value_set.is_ours]
    vsac = Vsac(settings.vsac_url, settings.vsac_key.get_secret_value())
    try:
        for value_set, outcome in vsac.sync(settings.vocabulary_folder, wanted, again=again):
            click.echo(f"{value_set.oid}  {outcome}  {value_set.title}")
    finally:
        vsac.close()
