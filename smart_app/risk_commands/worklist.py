"""`throughline risk worklist`: the list as a file, and what another risk file would change in it."""

from __future__ import annotations

from pathlib import Path

import click

from cds_service.risk_policy import parse_policy
from smart_app.care.worklist import Entry, as_csv, entries
from smart_app.foreseen import AllAtOnce
from smart_app.out_file import OutFile
from smart_app.risk_store import RiskStore, by_whom, risk_store, vocabulary
from smart_app.staff.permissions import Permission
from smart_app.studio.risk_file import NeedsPanel, TrialPanel, roll_back, save, tried_on, what_scores

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--ehr", "host_ehr", required=True, help="The host EHR whose worklist it is.")
@click.option("--config", type=_FILE, help="Try this risk file instead of the one in use.")
@click.option("--dry-run", is_flag=True, help="Say who would enter and who would leave; change nothing.")
@click.option("--ndjson", "folder", type=_FOLDER, help="The panel, where the file changes what ranks.")
@click.option("--out", type=OutFile(), help="Write the list there as CSV.")
def command(host_ehr: str, config: Path | None, dry_run: bool, folder: Path | None, out: Path | None) -> None:
    """The worklist since the last refresh, also as CSV; or what a changed risk file would make of it."""
    if (dry_run and out is not None) or (config is not None and not dry_run):
        raise click.UsageError("give --out FILE.csv for the list, or --config FILE --dry-run to try a file")
    wrong, tried = AllAtOnce(), None
    with wrong.tried():
        tried = None if config is None else parse_policy(config.read_bytes(), config)
    with risk_store() as store:
        with wrong.tried():
            store.known(host_ehr)
        wrong.tell()
        if out is not None:
            count = _write(store, host_ehr, out)
            click.echo(f"{count:,} patients: {out}")
            return
        if not dry_run:
            for one in _listed(store, host_ehr):
                said = "; ".join((f"{one.risk}, {one.change}", *one.beside))
                click.echo(f"{one.place:>4}  {one.patient}  {said}  {one.next_action}")
            return
        risk = store.risk
        policy = tried or risk.policy()
        others, day = store.others(host_ehr), store.host_ehrs.today_at(host_ehr)
        panel = TrialPanel(folder, vocabulary(), others, day) if folder else None
        try:
            found, told = tried_on(risk, host_ehr, policy, panel), tuple(what_scores(risk, policy))
        except NeedsPanel as lacking:
            raise click.UsageError(f"{lacking}: --ndjson DIR") from None
    counted = f"{len(found.enter)} enter, {len(found.leave)} leave, {found.stay} stay"
    click.echo(f"{host_ehr}: risk file {policy.version}: {counted}")
    for line in told:
        click.echo(f"  {line}")
    for patient in found.enter:
        click.echo(f"  enters {patient}")
    for patient in found.leave:
        click.echo(f"  leaves {patient}")


def _listed(store: RiskStore, host_ehr: str) -> list[Entry]:
    risk, today = store.risk, store.host_ehrs.today_at(host_ehr)
    found = risk.listed(host_ehr, today)
    return entries(found.patients, found.outlooks, found.owners, risk.policy(), today, found.beside)


def _write(store: RiskStore, host_ehr: str, out: Path) -> int:
    listed = _listed(store, host_ehr)
    unfinished = out.with_name(f".{out.name}.unfinished")
    unfinished.write_text(as_csv(listed), encoding="utf-8", newline="")
    unfinished.replace(out)
    return len(listed)


@click.command()
@click.argument("file", type=_FILE)
@by_whom(Permission.RELEASE_RISK_FILE)
def configure(file: Path, by: str) -> None:
    """Save FILE as the risk file to come; a second person approves it.

    Try it first: throughline risk worklist --config FILE --dry-run.
    """
    raw, wrong = file.read_bytes(), AllAtOnce()
    with wrong.tried():
        parse_policy(raw, file)
    with risk_store() as store:
        with wrong.tried():
            actor = store.who(by, Permission.RELEASE_RISK_FILE)
        wrong.tell()
        saved = save(store.risk, raw.decode("utf-8-sig"), author=actor)
    click.echo(
        f"risk file {saved.version} is saved as number {saved.number} and waits for a second person: "
        f"throughline risk approve {saved.number} --by NAME"
    )


@click.command()
@click.argument("number", type=int)
@by_whom(Permission.RELEASE_RISK_FILE, "not that of its author")
def approve(number: int, by: str) -> None:
    """Put the saved risk file of this NUMBER in use."""
    with risk_store() as store:
        actor = store.who(by, Permission.RELEASE_RISK_FILE)
        released = store.risk.policies.approve(number, by=actor)
    click.echo(f"It is in use, as number {released}. The worklist follows at the next refresh.")


@click.command()
@by_whom(Permission.RELEASE_RISK_FILE)
def unconfigure(by: str) -> None:
    """Put back the risk file that was in use before."""
    with risk_store() as store:
        version = roll_back(store.risk, by=store.who(by, Permission.RELEASE_RISK_FILE))
    click.echo(f"risk file {version} is in use again")


commands = {"configure": configure, "approve": approve, "unconfigure": unconfigure}
