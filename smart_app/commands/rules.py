"""`throughline rules`: card rules checked before they reach a clinician."""

from __future__ import annotations

from pathlib import Path

import click

from cds_service.drafts import load_drafts
from cds_service.outside.settings import load_settings
from cds_service.outside.yaml_file import FileProblems
from cds_service.rules import CardRule, load_rules
from cds_service.rules import folders as folders_in_use
from measures.catalog import find_measures


@click.group("rules")
def command() -> None:
    """Card rules: check them before they reach a clinician."""


@command.command("check")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path | None) -> None:
    """Check every rule file of FOLDER; without one, the rules this installation uses.

    Prints the rules in the order in which their cards are shown or, exit 1, every problem as `file:line:
    what`.
    """
    folders = (folder,) if folder else folders_in_use(load_settings().rules_dir)
    try:
        rules = load_rules(folders, find_measures(), load_drafts())
    except FileProblems as found:
        for problem in found.problems:
            click.echo(problem, err=True)
        raise click.ClickException(f"{len(found.problems)} to mend; no rule was taken over") from None
    for rule in rules:
        click.echo(_line(rule))
    click.echo(f"{len(rules)} {'rule' if len(rules) == 1 else 'rules'}, nothing to mend")


def _line(rule: CardRule) -> str:
    return f"{rule.priority:>3}  {rule.id} {rule.version}  {rule.hook}  {rule.when}  ({rule.path.name})"
