"""The rules of each host EHR as they are now: those of the folders, and the released ones in their place.

Every worker asks for the number of changes twice a second and compiles a host EHR's rules anew only when it
has grown, or a new day has begun. A released version that cannot be used costs only itself: the one before it
stays, counted, logged, and told by /readyz.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog

from cds_service.chosen import RuleSet, Shadow
from cds_service.life_cycle import Standing
from cds_service.outside import clock
from cds_service.outside.database import DatabaseUnavailable
from cds_service.outside.rule_store import RuleStore
from cds_service.outside.telemetry import rules_refused
from cds_service.outside.yaml_file import FileProblems, parse_yaml
from cds_service.rule_file import Known
from cds_service.rules import CardRule, in_order, rule_in

ASK_SECONDS = 0.5  # a change is seen within a second, whatever the threads are busy with
_log = structlog.get_logger()


@dataclass(frozen=True)
class _Kept:
    generation: int
    day: date
    rules: RuleSet


class RulesInUse:
    """One per process; safe for threads. `base` are the rules of the folders, by id."""

    def __init__(
        self,
        base: Mapping[str, CardRule],
        known: Known,
        store: RuleStore,
        ask_seconds: float = ASK_SECONDS,
    ) -> None:
        self.base = base
        self.known = known
        self._store = store
        self._ask_seconds = ask_seconds
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._generation = -1
        self._kept: dict[str, _Kept] = {}
        self._compiled: dict[tuple[str, int], CardRule | None] = {}
        self._everywhere = RuleSet(in_order(base, known.checks))

    def at(self, host_ehr: str, day: date) -> RuleSet:
        """The rules of a host EHR now, on its day; the same object as long as nothing changed."""
        if clock.monotonic() - self._asked_at >= self._ask_seconds:
            self._ask()
        kept = self._kept.get(host_ehr)
        if kept is None or kept.generation != self._generation or kept.day != day:
            kept = self._worked_out(host_ehr, day, kept)
        return kept.rules

    @property
    def refused(self) -> tuple[str, ...]:
        """Released versions that cannot be used here, as `rule revision n`."""
        return tuple(f"{rule} revision {n}" for (rule, n), found in self._compiled.items() if found is None)

    def _ask(self) -> None:
        try:
            self._generation = self._store.generation()
        except DatabaseUnavailable as unavailable:
            _log.error("card rules not asked for again; those before stay", error=type(unavailable).__name__)
        self._asked_at = clock.monotonic()

    def _worked_out(self, host_ehr: str, day: date, before: _Kept | None) -> _Kept:
        with self._lock:
            generation = self._generation
            try:
                rules = self._rules(host_ehr, day)
            except DatabaseUnavailable as unavailable:
                _log.error(
                    "released card rules not read; those before stay",
                    host_ehr=host_ehr,
                    error=type(unavailable).__name__,
                )
                return before or _Kept(generation, day, self._everywhere)
            kept = self._kept[host_ehr] = _Kept(generation, day, rules)
            return kept

    def _rules(self, host_ehr: str, day: date) -> RuleSet:
        standings = self._store.standings(host_ehr)
        rules = dict(self.base)
        shadows: list[Shadow] = []
        for rule_id, standing in sorted(standings.items()):
            self._place(rules, rule_id, standing, day)
            shadow = None if standing.shadow is None else self._rule(rule_id, standing.shadow)
            if shadow is not None and standing.shadow is not None:
                shadows.append(Shadow(shadow, standing.shadow))
        if rules == self.base and not shadows:
            return self._everywhere
        return RuleSet(in_order(rules, self.known.checks), tuple(shadows))

    def _place(self, rules: dict[str, CardRule], rule_id: str, standing: Standing, day: date) -> None:
        """Put the newest usable version in the place of the folders' rule; a retired one leaves none."""
        for placed in reversed(standing.placed):
            if not placed.holds_on(day):
                continue
            if placed.revision is None:
                rules.pop(rule_id, None)
                return
            rule = self._rule(rule_id, placed.revision)
            if rule is not None:
                rules[rule_id] = rule
                return

    def _rule(self, rule_id: str, revision: int) -> CardRule | None:
        """A revision, compiled once; None, told once, where it cannot be used."""
        key = rule_id, revision
        if key not in self._compiled:
            found = self._store.text(rule_id, revision)
            try:
                self._compiled[key] = None if found is None else compiled(found.text, self.known, rule_id)
            except FileProblems as bad:
                self._compiled[key] = None
                rules_refused.labels(rule_id).inc()
                _log.error(
                    "released card rule cannot be used; the version before stays",
                    rule=rule_id,
                    count=revision,
                    problems=len(bad.problems),
                )
        return self._compiled[key]


def compiled(text: str, known: Known, name: str) -> CardRule:
    """The rule of a text; FileProblems, with `name.yaml:line`, lists everything that is wrong with it."""
    return rule_in(parse_yaml(text.encode("utf-8", "replace"), Path(f"{name}.yaml")), known)
