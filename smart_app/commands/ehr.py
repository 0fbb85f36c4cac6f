"""`throughline ehr`: register host EHRs, list them, and try whether the other side is ready."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from cds_service.outside.database import Database
from cds_service.outside.preflight import Outcome, Step, preflight
from cds_service.outside.registry import HostEhr, HostEhrs, read_host_ehr
from cds_service.outside.settings import Settings, load_settings
from cds_service.outside.vault import open_vault
from cds_service.registration import registration_sheet
from cds_service.registration_text import as_markdown
from smart_app.care.queries import CHART_QUERIES
from smart_app.foreseen import AllAtOnce

_COLORS = {Outcome.OK: "green", Outcome.FAILED: "red", Outcome.SKIPPED: "yellow"}


@click.group()
def command() -> None:
    """Register and check host EHRs."""


@command.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def add(files: Sequence[Path]) -> None:
    """Register the host EHR of each FILE, or replace the one of the same name.

    A running server sees the change within a second.
    """
    wrong, ehrs = AllAtOnce(), []
    for file in files:
        with wrong.tried():
            ehrs.append(read_host_ehr(file))
    wrong.tell()
    settings = load_settings()
    with closing(Database(settings.database_url)) as database:
        database.migrate()
        register = HostEhrs(database, open_vault(settings))
        for ehr in ehrs:
            known = register.get(ehr.name) is not None
            register.add(ehr)
            click.echo(f"{ehr.name}: {'replaced' if known else 'registered'} in {database.place}")
            if ehr.time_zone == "UTC":
                click.echo("  its days end at midnight UTC; with `time_zone: America/Denver`, in Denver")
    click.echo(f"Now try it: throughline ehr check {ehrs[0].name}")


@command.command(name="list")
def list_them() -> None:
    """Show every registered host EHR."""
    ehrs = _registered(load_settings())
    if not ehrs:
        click.echo("No host EHR is registered. Register one: throughline ehr add FILE.yaml")
    for ehr in ehrs:
        click.echo(f"{ehr.name}  {ehr.profile}  {ehr.fhir_base}")
        if ehr.smart:
            click.echo(f"    SMART client {ehr.smart.client_id}, {ehr.smart.auth}")
        for client in ehr.cds_clients:
            tenant = f", tenant {client.tenant}" if client.tenant else ""
            click.echo(f"    CDS client {client.iss}, keys {client.jku or 'in the register'}{tenant}")


@command.command()
@click.argument("name", required=False)
def check(name: str | None) -> None:
    """Try the other side of the host EHR called NAME, or of all.

    Each step is ok, or says its mend. Exits 1 when one failed.
    """
    settings = load_settings()
    failed = 0
    for ehr in _chosen(settings, name):
        click.echo(f"{ehr.name} ({ehr.fhir_base})")
        for step in preflight(ehr, base_url=settings.base_url, plain=CHART_QUERIES):
            _show(step)
            failed += step.outcome is Outcome.FAILED
    if failed:
        raise click.ClickException(f"{failed} step{'s' if failed > 1 else ''} failed")


@command.command()
@click.argument("name")
def sheet(name: str) -> None:
    """Print what to enter on the EHR's side to register this app with the host EHR called NAME."""
    settings = load_settings()
    (ehr,) = _chosen(settings, name)
    click.echo(as_markdown(registration_sheet(settings, ehr, CHART_QUERIES, _registered(settings))), nl=False)


def _chosen(settings: Settings, name: str | None) -> list[HostEhr]:
    ehrs = _registered(settings)
    chosen = [ehr for ehr in ehrs if name in (None, ehr.name)]
    if not chosen:
        known = ", ".join(ehr.name for ehr in ehrs) or "none"
        raise click.UsageError(
            f"there is no host EHR {name!r}; registered: {known}" if name else "no host EHR is registered"
        )
    return chosen


def _show(step: Step) -> None:
    mark = click.style(f"{step.outcome:8}", fg=_COLORS[step.outcome])
    click.echo(f"  {mark}{step.title}: {step.found}")
    if step.mend:
        click.echo(f"          mend: {step.mend}")


def _registered(settings: Settings) -> tuple[HostEhr, ...]:
    with closing(Database(settings.database_url)) as database:
        if not database.ready():
            raise click.ClickException(
                f"{database.place} cannot be reached, or has no register yet; "
                "register a host EHR: throughline ehr add FILE.yaml"
            )
        return HostEhrs(database, open_vault(settings)).all()
