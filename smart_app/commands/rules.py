"""`throughline rules`: card rules checked, tried, compared, released and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from cds_service.acceptance import SPLITS, told_apart
from cds_service.life_cycle import Deed, State, Step
from cds_service.outside.clock import now, today
from cds_service.outside.reception import receptions
from cds_service.outside.settings import load_settings
from cds_service.outside.yaml_file import read_yaml
from cds_service.rule_words import compared
from cds_service.rules import in_order
from smart_app import rule_commands
from smart_app.command_parts import add_parts
from smart_app.foreseen import AllAtOnce
from smart_app.rule_commands.shared import (
    actor_called,
    at_ehrs,
    check_host_ehrs,
    files_in,
    opened_database,
    opened_store,
    rules_in,
    saved,
    store_in,
    why_said,
)
from smart_app.studio.proposed import Proposals, lines_of
from smart_app.studio.received import as_csv
from smart_app.studio.rulebook import Rulebook

_PATH = click.Path(exists=True, path_type=Path)


@click.group("rules")
def command() -> None:
    """Card rules: check, try and compare them, release them and take them back."""


add_parts(command, rule_commands)


# -- what a change would do ----------------------------------------------------------------------------------


@command.command("diff")
@click.argument("old", type=_PATH)
@click.argument("new", type=_PATH)
def diff(old: Path, new: Path) -> None:
    """What NEW says otherwise than OLD, key by key; each a rule file or a folder of them."""
    lines = list(compared(_values(old), _values(new)))
    for line in lines or ["no difference"]:
        click.echo(line)


def _values(path: Path) -> Mapping[str, Any]:
    read = [read_yaml(file).values for file in files_in(path)]
    return {str(values.get("id")): values for values in read if isinstance(values, dict)}


# -- what clinicians say of them -----------------------------------------------------------------------------


@command.command("acceptance")
@click.option("--ehr", required=True, help="Whose cards.")
@click.option("--days", type=click.IntRange(1), default=90, show_default=True, help="How far back.")
@click.option("--by", type=click.Choice(list(SPLITS)[1:]), help="Split each rule; else as a whole.")
def acceptance(ehr: str, days: int, by: str | None) -> None:
    """How the cards of each rule were received, as CSV; nothing is told of too few."""
    with opened_database((ehr,)) as database:
        told = told_apart(receptions(database, ehr, now() - timedelta(days=days)), SPLITS[by or ""])
    click.echo(as_csv(told, ehr, (today() - timedelta(days=days)).isoformat()), nl=False)


@command.command("proposals")
@click.option("--ehr", required=True, help="Whose feedback.")
@click.option("--days", type=click.IntRange(1), default=90, show_default=True, help="How far back.")
@click.option("--draft", nargs=2, metavar="RULE KIND", help="Make a draft of this one, print it.")
@click.option("--author", metavar="ACCOUNT", help="Whose draft it is.")
def propose(ehr: str, days: int, draft: tuple[str, str] | None, author: str | None) -> None:
    """What the feedback suggests for the rules of a host EHR. Nothing is changed by itself."""
    book, since = Rulebook.of_settings(load_settings()), now() - timedelta(days=days)
    with opened_database((ehr,)) as database:
        store = store_in(database)
        day = store.day(ehr)
        rules = in_order(book.live(store, ehr, day), book.known.checks)
        received = receptions(database, ehr, since)
        found = Proposals(book, store, ehr, rules, received, since.date(), day)
        if draft is None:
            for line in lines_of(found.offers()):
                click.echo(line)
            return
        if author is None:
            raise click.ClickException("a draft has an author; name the account with --author")
        kept = found.draft(*draft, author=actor_called(author, Deed.SEND))
    click.echo(f"{kept.rule_id} {kept.version} (revision {kept.revision}) is a draft; its text:", err=True)
    click.echo(kept.text, nl=False)


# -- releases ------------------------------------------------------------------------------------------------


@command.command("release")
@click.argument("path", type=_PATH)
@at_ehrs
@click.option("--author", required=True, metavar="ACCOUNT", help="Whose change it is.")
@click.option("--approver", required=True, metavar="ACCOUNT", help="Who approved it: somebody else.")
@click.option("--shadow", is_flag=True, help="Evaluate and count it only; no card is shown.")
@click.option("--from", "starts", type=click.DateTime(["%Y-%m-%d"]), help="Its first day; at once.")
@why_said
def release(
    path: Path,
    ehrs: tuple[str, ...],
    author: str,
    approver: str,
    shadow: bool,
    starts: datetime | None,
    why: str,
) -> None:
    """Make the rules of PATH, a file or folder, live at the host EHRs named."""
    book = Rulebook.of_settings(load_settings())
    wrong, rules = AllAtOnce(), []
    aim, day = (State.SHADOW if shadow else State.LIVE), starts.date() if starts else None
    with wrong.tried():
        rules = rules_in(book, path)
    with wrong.tried():
        if author == approver:
            raise click.ClickException("whoever wrote a rule cannot approve it; name a second person")
    with wrong.tried():
        check_host_ehrs(ehrs)
    with wrong.tried():
        by = actor_called(author, Deed.SEND)
    with wrong.tried():
        approved_by = actor_called(approver, Deed.APPROVE)
    wrong.tell()
    with opened_store(ehrs) as store:
        for rule in rules:
            text = saved(store, rule, by)
            book.check_version(store, text, ehrs)
            store.do(rule.id, Step(Deed.SEND, text.revision, by, aim, day, why), ehrs)
            store.do(rule.id, Step(Deed.APPROVE, text.revision, approved_by), ehrs)
            since = f" from {day}" if day else ""
            click.echo(
                f"{rule.id} {rule.version} (revision {text.revision}) is {aim}{since}: {', '.join(ehrs)}"
            )
