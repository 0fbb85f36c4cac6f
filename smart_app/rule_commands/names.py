"""`throughline rules names`: everything a card rule may name, so that nobody has to guess."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from cds_service.conditions import CONCERNS
from cds_service.drafts import load_drafts
from cds_service.hooks import CONTEXTS
from cds_service.outside.yaml_file import did_you_mean
from cds_service.reasons import OVERRIDE_REASONS
from cds_service.rule_file import ANY_CHECK, LISTING, RISK_MOVES, Known
from cds_service.rules import known_here
from measures.catalog import find_measures
from smart_app.studio.rule_names import RISK, nameable


@click.command("names")
@click.argument("of", required=False, metavar="[MEASURE|CHECK|any|risk]")
def command(of: str | None) -> None:
    """What a rule may name: measures, order checks, drafts, hooks, concerns, reasons; of a MEASURE or CHECK
    its next steps and the placeholders of its texts.
    """
    known = known_here(find_measures(), load_drafts())
    for line in _everything(known) if of is None else _of(of, known):
        click.echo(line)


def _everything(known: Known) -> Iterator[str]:
    measures, checks = known.catalog.measures, known.checks
    yield from _listed("when.measure", ((name, one.title) for name, one in measures.items()))
    yield from _listed("when.check", [*((name, checks[name].title) for name in sorted(checks)), _ANY])
    yield from _listed("when.risk", ((name, "") for name in RISK_MOVES))
    yield from _listed("suggestion.draft", ((name, one.says) for name, one in known.drafts.items()))
    yield from _listed("hook", ((name, "") for name in CONTEXTS))
    yield from _listed("concern", ((name, "") for name in CONCERNS))
    yield from _listed("override_reasons", OVERRIDE_REASONS.items())
    yield f"steps and placeholders: `{LISTING} MEASURE`, or CHECK, or {RISK}"


_ANY = (ANY_CHECK, "every order check without a rule of its own")


def _listed(key: str, names: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"{key}:"
    yield from (f"  {name}  {says}".rstrip() for name, says in names)


def _of(name: str, known: Known) -> Iterator[str]:
    found = nameable(name, known)
    if found is None:
        every = [*known.catalog.measures, *known.checks, ANY_CHECK, RISK]
        mend = did_you_mean(name, every, f"`{LISTING}`")
        raise click.ClickException(f"there is no measure or order check {name!r}{mend}")
    if found.title:
        yield f"{found.of}: {found.title}"
    if found.steps:
        yield from _listed("when.next_step", found.steps)
    yield from _listed("placeholders", ((" ".join(one.names), one.says) for one in found.placeholders))
