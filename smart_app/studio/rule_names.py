"""What a card rule may name: the steps of its measure, and the placeholders of its texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from cds_service.rule_file import ANY_CHECK, LISTING, Known
from cds_service.wording import CHECK_NAMES, RISK_NAMES, check_names, known_names
from measures.criteria import NEVER

RISK = "risk"
_OF_ONE, _OF_ALL = re.compile(f"`{LISTING} [^`]+`"), f"`{LISTING}`"


class Placeholders(NamedTuple):
    """Those of one criterion, or of the measure or check itself: then it says nothing."""

    names: tuple[str, ...]
    says: str = ""


class Nameable(NamedTuple):
    """`of` is a measure, an order check, `any` or `risk`."""

    of: str
    title: str
    steps: tuple[tuple[str, str], ...]
    placeholders: tuple[Placeholders, ...]


def nameable(of: str, known: Known) -> Nameable | None:
    """None where there is no such measure or check."""
    if of in known.catalog.measures:
        measure = known.catalog.measures[of]
        leaves = dict.fromkeys(leaf for group in measure.groups for leaf in group.numerator.leaves())
        steps = tuple((leaf.name, leaf.says) for leaf in leaves)
        said = {name: one.says for name, one in measure.criteria.items()}
        return Nameable(of, measure.title, steps, tuple(_grouped(known_names(measure), said)))
    if of in known.checks:
        check = known.checks[of]
        said = {name: one.says for name, one in check.criteria.items()}
        return Nameable(of, check.title, (), tuple(_grouped(check_names(check), said)))
    names = {ANY_CHECK: CHECK_NAMES, RISK: RISK_NAMES}.get(of)
    return None if names is None else Nameable(of, "", (), tuple(_grouped(names, {})))


def named_in(fields: Mapping[str, str], known: Known) -> Nameable | None:
    """Of the condition that stands in the form."""
    of = fields["when.measure"] or fields["when.check"] or (RISK if fields["when.risk"] else "")
    return nameable(of, known)


def on_page(problem: str) -> str:
    """A problem of a rule as the page tells it, which lists the names itself."""
    return _OF_ONE.sub("the list below the YAML", problem).replace(_OF_ALL, "the form")


def _grouped(names: Iterable[str], said: Mapping[str, str]) -> Iterator[Placeholders]:
    told: dict[str, list[str]] = {}
    for name in names:
        if name.startswith(f"{NEVER.name}."):  # stands for a part that a measure has not
            continue
        told.setdefault(name.partition(".")[0], []).append(f"{{{name}}}")
    yield from (Placeholders(tuple(written), said.get(of, "")) for of, written in told.items())
