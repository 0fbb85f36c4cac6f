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
from cds_service.wording import CHECK_NAMES, RISK_NAMES, check_names, known_names
from measures.catalog import find_measures
from measures.measure import Measure
from measures.orders.check import OrderCheck

_RISK = "risk"


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
    yield f"steps and placeholders: `{LISTING} MEASURE`, or CHECK, or {_RISK}"


_ANY = (ANY_CHECK, "every order check without a rule of its own")


def _listed(key: str, names: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"{key}:"
    yield from (f"  {name}  {says}".rstrip() for name, says in names)


def _of(name: str, known: Known) -> Iterator[str]:
    measures, checks = known.catalog.measures, known.checks
    if name in measures:
        yield from _of_measure(measures[name])
    elif name in checks:
        yield from _of_check(checks[name])
    elif name == ANY_CHECK:
        yield from _placeholders(CHECK_NAMES, {})
    elif name == _RISK:
        yield from _placeholders(RISK_NAMES, {})
    else:
        mend = did_you_mean(name, [*measures, *checks, ANY_CHECK, _RISK], f"`{LISTING}`")
        raise click.ClickException(f"there is no measure or order check {name!r}{mend}")


def _of_measure(measure: Measure) -> Iterator[str]:
    yield f"{measure.id}: {measure.title}"
    steps = dict.fromkeys(leaf for group in measure.groups for leaf in group.numerator.leaves())
    yield from _listed("when.next_step", ((leaf.name, leaf.says) for leaf in steps))
    yield from _placeholders(known_names(measure), {name: one.says for name, one in measure.criteria.items()})


def _of_check(check: OrderCheck) -> Iterator[str]:
    yield f"{check.id}: {check.title}"
    yield from _placeholders(check_names(check), {name: one.says for name, one in check.criteria.items()})


def _placeholders(names: Iterable[str], criteria: dict[str, str]) -> Iterator[str]:
    """Those of one criterion in one line, with what it says."""
    yield "placeholders:"
    told: dict[str, list[str]] = {}
    for name in names:
        told.setdefault(name.partition(".")[0], []).append(f"{{{name}}}")
    for of, written in told.items():
        yield f"  {' '.join(written)}  {criteria.get(of, '')}".rstrip()
