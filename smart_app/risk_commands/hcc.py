"""`throughline risk hcc`: CMS-HCC scores of a panel, and how complete and well supported its coding is."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from cds_service.outside import clock
from cds_service.outside.settings import load_settings
from cds_service.outside.value_sets import vocabulary_in_use
from measures.risk.hcc.claims import what_became
from measures.risk.hcc.completeness import Kind
from measures.risk.hcc.panel import FINDINGS, PROBLEMS, SCORES, HccJob, Source, read_people, score_folder
from measures.risk.hcc.raf import COEFFICIENTS, MODELS, NOT_COMPUTABLE, Model

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--ndjson", "folder", required=True, type=_FOLDER, help="Folder of Bulk FHIR, claims with it.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="For the tables."
)
@click.option("--service-year", type=int, help="The year of the services; this year unless told otherwise.")
@click.option(
    "--model",
    type=click.Choice(get_args(Model)),
    default="V28",
    show_default=True,
    help="Version of CMS-HCC.",
)
@click.option(
    "--codes-from",
    "source",
    type=click.Choice(get_args(Source)),
    default="both",
    show_default=True,
    help="Claims that count for risk adjustment, the record (visits, problem list), or both.",
)
@click.option(
    "--people",
    type=_FILE,
    help="CSV with patient_id and any of dual (NA, 02, 08...), orec (0 aged, 1 disabled), new_enrollee.",
)
def command(
    folder: Path, out: Path, service_year: int | None, model: Model, source: Source, people: Path | None
) -> None:
    """CMS-HCC categories, scores and coding completeness of a panel.

    The scores are raw: before normalization, coding adjustment and any benchmark. No dollars are computed.
    Nothing is coded: each finding is for a clinician to look at.
    """
    try:
        known = read_people(people) if people else {}
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from None
    year = service_year or clock.today().year
    job = HccJob(year, model, source, vocabulary_in_use(load_settings()), known)
    done = score_folder(folder, out, job)
    mean = f", mean RAF {done.raf_total / done.scored:.3f}" if done.scored else ""
    click.echo(f"{MODELS[model]}, coefficients of {COEFFICIENTS}, services of {year}, codes from {source}")
    click.echo(f"{done.patients} patients, {done.scored} scored{mean}")
    for line in what_became(done.claims):
        click.echo(line)
    for kind in Kind:
        click.echo(f"  {kind.value:<15} {done.findings[kind]}")
    if done.without_icd10:
        click.echo(
            f"{done.without_icd10} diagnoses carry no ICD-10-CM code: no category can be told from them"
        )
    click.echo(NOT_COMPUTABLE)
    click.echo(f"Written: {out / SCORES}, {out / FINDINGS}")
    if done.problems:
        click.echo(f"{done.problems} problems, each named in {out / PROBLEMS}")
