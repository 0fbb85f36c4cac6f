"""`throughline risk worklist`: the list as a file, and what another risk file would change in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from cds_service.outside.clock import today
from cds_service.risk import InUse, Risk
from cds_service.risk_policy import parse_policy
from measures.risk.outlook import Outlook, outlook
from measures.risk.panel import Others, opened
from measures.risk.worklist import moves
from smart_app.care.worklist import as_csv, entries
from smart_app.risk_store import risk_store, vocabulary
from smart_app.staff.permissions import Permission

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--ehr", "host_ehr", required=True, help="The host EHR whose worklist it is.")
@click.option("--config", type=_FILE, help="Try this risk file instead of the one in use.")
@click.option("--dry-run", is_flag=True, help="Say who would enter and who would leave; change nothing.")
@click.option("--ndjson", "folder", type=_FOLDER, help="The panel, where the file changes the points.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the list there as CSV.")
def command(host_ehr: str, config: Path | None, dry_run: bool, folder: Path | None, out: Path | None) -> None:
    """The worklist since the last refresh: as CSV, or what a changed risk file would make of it."""
    if dry_run == (out is not None) or (config is not None and not dry_run):
        raise click.UsageError("give --out FILE.csv for the list, or --config FILE --dry-run to try a file")
    with risk_store() as store:
        name = store.known(host_ehr)
        if out is not None:
            count = _write(store.risk, name, out)
            click.echo(f"{count:,} patients: {out}")
            return
        tried = _tried(store.risk, config)
        panel = _scored(tried, folder, store.others(name)) if folder else None
        if panel is None and tried.key != store.risk.in_use().key:
            raise click.UsageError("the file changes the points: score the panel with it, --ndjson DIR")
        before = store.risk.worklists.patients(name)
        found = moves(before, [one.patient for one in store.risk.ranked(name, tried, panel)])
    counted = f"{len(found.enter)} enter, {len(found.leave)} leave, {found.stay} stay"
    click.echo(f"{name}: risk file {tried.policy.version}: {counted}")
    for patient in found.enter:
        click.echo(f"  enters {patient}")
    for patient in found.leave:
        click.echo(f"  leaves {patient}")


def _write(risk: Risk, host_ehr: str, out: Path) -> int:
    found = risk.listed(host_ehr, today())
    listed = entries(found.patients, found.outlooks, found.owners, risk.policy(), today())
    unfinished = out.with_name(f".{out.name}.unfinished")
    unfinished.write_text(as_csv(listed), encoding="utf-8", newline="")
    unfinished.replace(out)
    return len(listed)


def _tried(risk: Risk, config: Path | None) -> InUse:
    """What would score under the file: the live model, or the points as the file weighs them."""
    policy = risk.policy() if config is None else parse_policy(config.read_bytes(), config)
    tried = risk.tried(policy)
    if tried.scores is None:
        raise click.ClickException("risk is switched off; turn it on: throughline risk on --by NAME")
    return tried


def _scored(tried: InUse, folder: Path, others: Others | None) -> Iterator[Outlook]:
    scores, day = tried.scores, today()
    assert scores is not None  # noqa: S101 - told by _tried
    with opened(folder, vocabulary(), others=others) as panel:
        for record in panel.records():
            yield outlook(scores, record, day)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--by", required=True, metavar="NAME", help="Your staff account; it goes into the audit.")
def configure(file: Path, by: str) -> None:
    """Make FILE the risk file in use. Try it first: throughline risk worklist --config FILE --dry-run."""
    raw = file.read_bytes()
    policy = parse_policy(raw, file)
    with risk_store() as store:
        actor = store.who(by, Permission.RELEASE_RISK_FILE)
        number = store.risk.policies.release(policy.version, raw.decode("utf-8-sig"), by=actor)
    click.echo(
        f"risk file {policy.version} is in use, as number {number}. It counts from the next refresh on."
    )


commands = {"configure": configure}
