"""`throughline rules check`: every problem of every rule file at once, their test patients tried."""

from __future__ import annotations

from pathlib import Path

import click

from cds_service.drafts import load_drafts
from cds_service.outside.settings import load_settings
from cds_service.outside.value_sets import vocabulary_in_use
from cds_service.outside.yaml_file import FileProblems, read_yaml
from cds_service.rules import CardRule, in_order, known_here, rule_in, rules_by_id
from cds_service.rules import folders as folders_in_use
from cds_service.trial import Trial
from measures.catalog import find_measures

_PATH = click.Path(exists=True, path_type=Path)


@click.command("check")
@click.argument("path", required=False, type=_PATH)
def command(path: Path | None) -> None:
    """Check the rules of PATH, a file or folder, and try their test patients; without one, the rules in use
    here.

    Prints the rules in the order in which their cards are shown or, exit 1, every problem as `file:line:
    what`.
    """
    settings = load_settings()
    known = known_here(find_measures(), load_drafts())
    try:
        if path is not None and path.is_file():
            rule = rule_in(read_yaml(path), known)
            by_id = {rule.id: rule}
        else:
            by_id = rules_by_id((path,) if path else folders_in_use(settings.rules_dir), known)
    except FileProblems as found:
        refuse(found.problems)
    with_tests = [rule for rule in by_id.values() if rule.tests]
    if with_tests:
        trial = Trial(known.catalog, vocabulary_in_use(settings), known.checks, known.drafts)
        refuse([problem for rule in with_tests for problem in trial.failures(rule)])
    rules = in_order(by_id, known.checks)
    for rule in rules:
        click.echo(_line(rule))
    tests = sum(len(rule.tests) for rule in with_tests)
    tried = f", {tests} test patients as expected" if tests else ""
    click.echo(f"{len(rules)} {'rule' if len(rules) == 1 else 'rules'}{tried}, nothing to mend")


def refuse(problems: list[str] | tuple[str, ...]) -> None:
    """Print every problem, and end there if there is any."""
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} to mend; no rule was taken over")


def _line(rule: CardRule) -> str:
    return f"{rule.priority:>3}  {rule.id} {rule.version}  {rule.hook}  {rule.when}  ({rule.path.name})"
