"""Which rules one service has to do with, and the measures and order checks that these need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cds_service.conditions import CheckCondition, GapCondition
from cds_service.rules import CardRule
from cds_service.service import Service
from measures.catalog import Catalog
from measures.measure import Measure
from measures.orders.check import OrderCheck


@dataclass(frozen=True)
class Shadow:
    """A rule that is evaluated and counted, and never shown."""

    rule: CardRule
    revision: int


@dataclass(frozen=True, eq=False)
class RuleSet:
    """The rules of one host EHR on one day, first shown first."""

    rules: tuple[CardRule, ...]
    shadows: tuple[Shadow, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """What of them one service has to do with, and by id what they may ask for."""

    rules: tuple[CardRule, ...]
    shadows: tuple[Shadow, ...]
    measures: Mapping[str, Measure]
    checks: Mapping[str, OrderCheck]


def chosen(what: Service, rules: RuleSet, catalog: Catalog, checks: Mapping[str, OrderCheck]) -> Chosen:
    """The rules a service shows or evaluates in the shadow, and what they need."""
    shown = tuple(rule for rule in rules.rules if _concerns(what, rule, catalog))
    shadows = tuple(one for one in rules.shadows if _concerns(what, one.rule, catalog))
    every = (*shown, *(one.rule for one in shadows))
    wanted = {rule.measure for rule in every}
    named = {rule.when.check for rule in every if isinstance(rule.when, CheckCondition)}
    return Chosen(
        shown,
        shadows,
        {name: measure for name, measure in catalog.measures.items() if name in wanted},
        {name: check for name, check in checks.items() if name in named},
    )


def _concerns(what: Service, rule: CardRule, catalog: Catalog) -> bool:
    """Whether a service shows a rule; at signing also one of patient-view whose gap an order can close."""
    shown = not set(what.shows).isdisjoint(rule.hooks)
    return shown or (what.closes_gaps and "patient-view" in rule.hooks and _has_order(rule, catalog))


def _has_order(rule: CardRule, catalog: Catalog) -> bool:
    """Whether the rule is about a gap that an order can close."""
    if not isinstance(rule.when, GapCondition):
        return False
    criteria = catalog.measures[rule.when.measure].criteria
    return any(criteria[step].order for step in rule.when.next_steps)
