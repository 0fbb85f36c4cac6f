"""`throughline risk model`: which models there are, and which one is in use."""

from __future__ import annotations

from pathlib import Path

import click

from measures.risk.model import read_model
from measures.risk.outcome import OUTCOMES
from smart_app.foreseen import AllAtOnce
from smart_app.risk_store import by_whom, risk_store
from smart_app.staff.permissions import Permission
from smart_app.studio.risk_file import what_scores

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """The risk models of this installation."""


@command.command()
@click.argument("file", type=_FILE)
@by_whom(Permission.CHANGE_MODELS)
def add(file: Path, by: str) -> None:
    """Add a model of `risk train`. It stands in shadow: shown to nobody until a person promotes it."""
    wrong = AllAtOnce()
    with wrong.tried():
        model = read_model(file)
    with risk_store() as store:
        with wrong.tried():
            actor = store.who(by, Permission.CHANGE_MODELS)
        wrong.tell()
        known = store.risk.models.add(model, by=actor)
    click.echo(f"{known.model_id} {known.version}: {known.state}")
    click.echo(f"verdict: {model.verdict.stands}")


@command.command("list")
def list_them() -> None:
    """Show every model, and what is in use."""
    with risk_store() as store:
        told, switch = tuple(what_scores(store.risk)), store.risk.models.switch()
        for one in store.risk.models.all():
            since = f"{one.changed_at:%Y-%m-%d}"
            click.echo(
                f"{one.version}  {one.state:<8} since {since} by {one.changed_by}"
                f"  {one.model_id}: {one.label}"
            )
    click.echo(f"switch: {switch.position}" + (f", turned by {switch.by}" if switch.by else ""))
    for line in told:
        click.echo(line)


@command.command()
@click.argument("version")
@by_whom(Permission.CHANGE_MODELS)
def promote(version: str, by: str) -> None:
    """Put the model of this VERSION in use, if its verdict allows it."""
    with risk_store() as store:
        actor = store.who(by, Permission.CHANGE_MODELS)
        wanted = store.risk.policy()
        known = store.risk.models.promote(version, by=actor, outcomes=wanted.named)
    back = f"throughline risk rollback --by {by}"
    if known.outcome != wanted.first.outcome:
        back += f" --outcome {known.outcome}"
    click.echo(f"{known.model_id} {known.version} is in use. Take it back: {back}")


@click.command()
@click.option(
    "--outcome", type=click.Choice(list(OUTCOMES)), help="Whose model; what ranks unless told otherwise."
)
@by_whom(Permission.CHANGE_MODELS)
def rollback(outcome: str | None, by: str) -> None:
    """Put back what was in use before the model that is in use now."""
    with risk_store() as store:
        first = store.risk.policy().first.outcome
        actor = store.who(by, Permission.CHANGE_MODELS)
        back = store.risk.models.roll_back(by=actor, outcome=outcome or first)
    none = "expert points" if outcome in (None, first) else f"no model of {outcome}"
    click.echo(f"in use: {back.model_id} {back.version}" if back else f"in use: {none}")


@click.command()
@by_whom(Permission.SWITCH_RISK)
def on(by: str) -> None:
    """Switch risk on again."""
    with risk_store() as store:
        store.risk.models.turn("on", by=store.who(by, Permission.SWITCH_RISK))
    click.echo("risk is on")


@click.command()
@click.option("--to-points", is_flag=True, help="Use no model, but go on with the expert points.")
@by_whom(Permission.SWITCH_RISK)
def off(to_points: bool, by: str) -> None:
    """Take risk off every page, card and list, within a second, on every server."""
    with risk_store() as store:
        store.risk.models.turn("points" if to_points else "off", by=store.who(by, Permission.SWITCH_RISK))
    click.echo("risk: expert points only" if to_points else "risk is off")


commands = {"rollback": rollback, "on": on, "off": off}
