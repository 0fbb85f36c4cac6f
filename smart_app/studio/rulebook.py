"""What one works with in the studio: rules that are there, a text checked in full, a change tried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from cds_service.conditions import CheckCondition, RiskCondition
from cds_service.drafts import load_drafts
from cds_service.dry_run import Opening, Tried, dry_run, service_of, tried
from cds_service.life_cycle import NotAllowed
from cds_service.outside.rule_store import RuleStore, RuleText
from cds_service.outside.settings import Settings
from cds_service.outside.value_sets import vocabulary_in_use
from cds_service.outside.yaml_file import FileProblems, YamlFile, parse_yaml
from cds_service.recording import RecordedChart
from cds_service.risk import Risk
from cds_service.risk_reading import reads_anew
from cds_service.rule_file import Known
from cds_service.rules import CardRule, folders, in_order, known_here, rule_in, rules_by_id
from cds_service.rules_in_use import compiled
from cds_service.services import find_services
from cds_service.trial import Orders, Trial
from cds_service.wiring import Wiring
from measures.batch.job import Job
from measures.batch.panel import opened
from measures.catalog import find_measures
from measures.orders.drafts import Site
from measures.risk.panel import wanted_by_features
from measures.time import Period
from smart_app.studio.yaml_form import values_of

Charts = Callable[[str], Iterable[RecordedChart]]
"""Those recorded at a service, by its id."""

_FOR_HIGH_RISK = "SAFE"  # reads what a high C-SSRS is told by


@dataclass(frozen=True)
class Checked:
    """A text as it was read: the rule, or what is wrong with it, as `file:line: where: what`."""

    rule: CardRule | None
    values: Any
    problems: tuple[str, ...] = ()


def _holding(rules: Iterable[CardRule], day: date) -> list[CardRule]:
    """The rules in effect on a day, as if they always were: the days of recorded charts have been moved."""
    return [replace(rule, since=None, until=None) for rule in rules if rule.holds_on(day)]


@dataclass(frozen=True)
class Rulebook:
    """The rules of the folders by id, what rules may name, and what they are tried with."""

    base: Mapping[str, CardRule]
    known: Known
    trial: Trial

    @classmethod
    def of_settings(cls, settings: Settings) -> Rulebook:
        """For the command line; FileProblems when a rule of the folders is wrong."""
        known = known_here(find_measures(), load_drafts())
        base = rules_by_id(folders(settings.rules_dir), known)
        return cls(base, known, Trial(known.catalog, vocabulary_in_use(settings), known.checks, known.drafts))

    @classmethod
    def of_wiring(cls, wiring: Wiring) -> Rulebook:
        """For pages."""
        known = wiring.rules_in_use.known
        trial = Trial(known.catalog, wiring.vocabulary, known.checks, known.drafts)
        return cls(wiring.rules_in_use.base, known, trial)

    def scoring(self, risk: Risk) -> Rulebook:
        """The same, for which rules about risk are tried too: scored by what is in use now."""
        reads = reads_anew(risk)
        return replace(
            self, trial=replace(self.trial, reads_risk=reads, why_no_risk="since risk is switched off")
        )

    def checked(self, text: str, name: str = "rule.yaml", *, tests: bool = True) -> Checked:
        """The rule of a text, or everything that is wrong with it; its test patients are tried."""
        try:
            file = parse_yaml(text.encode("utf-8", "replace"), Path(name))
        except FileProblems as unreadable:
            return Checked(None, None, unreadable.problems)
        return self.checked_file(file, tests=tests)

    def checked_file(self, file: YamlFile, *, tests: bool = True) -> Checked:
        """The same of a text that was read as YAML already."""
        try:
            rule = rule_in(file, self.known)
        except FileProblems as wrong:
            return Checked(None, file.values, wrong.problems)
        failed = tuple(self.trial.failures(rule)) if tests else ()
        return Checked(None if failed else rule, file.values, failed)

    def written_under(self, rule: CardRule) -> str:
        """The id under which a rule in use is written: one text may speak for many order checks."""
        return next((one.id for one in self.base.values() if one.path == rule.path), rule.path.stem)

    def falls_back(self, kept: RuleText | None) -> bool:
        """Whether the folders speak of the same once nothing of a rule is released: by a rule of its id or,
        of an order check, by the one that speaks for all.
        """
        if kept is None or kept.rule_id in self.base:
            return kept is not None
        rule = self.checked(kept.text, tests=False).rule
        if rule is None or not isinstance(rule.when, CheckCondition):
            return False
        without = in_order(self.base, self.known.checks)
        return any(one.when == rule.when for one in without)

    def released(self, store: RuleStore, host_ehr: str, day: date) -> dict[str, RuleText]:
        """The texts that are live at a host EHR, by id; those of the folders are not among them."""
        found: dict[str, RuleText] = {}
        for rule_id, standing in store.standings(host_ehr).items():
            live = standing.live_on(day)
            text = store.text(rule_id, live.revision) if live and live.revision else None
            if text is not None:
                found[rule_id] = text
        return found

    def document_of(self, rule: CardRule, released: Mapping[str, RuleText]) -> dict[str, Any]:
        """What a rule in use says, as a file of its own would: that of one order check, out of the text that
        speaks for all.
        """
        page = self.written_under(rule)
        text = released[page].text if page in released else self.base[page].text
        told: dict[str, Any] = values_of(text)
        if page == rule.id:
            return told
        own = {key: value for key, value in told.items() if key != "tests"}
        own |= {"id": rule.id, "version": rule.version, "priority": rule.priority}
        return own | {"when": {"check": rule.id}, "card": told["card"] | {"indicator": rule.indicator}}

    def live(self, store: RuleStore, host_ehr: str, day: date) -> dict[str, CardRule]:
        """What is shown at a host EHR, by id as it is written: the folders' rules, and the released in their
        place. FileProblems for one that cannot be used any more.
        """
        rules = dict(self.base)
        for rule_id, standing in store.standings(host_ehr).items():
            placed = standing.live_on(day)
            if placed is None:
                continue
            text = store.text(rule_id, placed.revision) if placed.revision else None
            if text is None:
                rules.pop(rule_id, None)
            else:
                rules[rule_id] = compiled(text.text, self.known, rule_id)
        return rules

    def check_it_can_be_sent(
        self, store: RuleStore, rule_id: str, revision: int, host_ehrs: Iterable[str]
    ) -> None:
        """NotAllowed for a revision that is not there or has problems, and as `check_version` says."""
        text = store.text(rule_id, revision)
        if text is None or self.checked(text.text).problems:
            raise NotAllowed("this revision has problems or failing test patients; open it to see them")
        self.check_version(store, text, host_ehrs)

    def check_version(self, store: RuleStore, sent: RuleText, host_ehrs: Iterable[str]) -> None:
        """NotAllowed where another text of this version was shown: feedback tells the two apart by it."""
        ended = {n for name in host_ehrs for n in store.standing(name, sent.rule_id).ended}
        same = (one for one in store.texts(sent.rule_id) if one.version == sent.version)
        shown = {one.text for one in same if one.revision in ended}
        base = self.base.get(sent.rule_id)
        if base is not None and base.version == sent.version:
            shown.add(base.text)
        if any(values_of(text) != values_of(sent.text) for text in shown):
            raise NotAllowed(
                f"version {sent.version} was shown before with another text; give this one another version, "
                "so that feedback tells them apart"
            )

    def tried_on_recorded(
        self, charts: Charts, before: Mapping[str, CardRule], after: Mapping[str, CardRule], day: date
    ) -> Tried:
        """Both sets of rules, as they hold on a day, on charts that calls brought, of each service that has
        any. Raises UnknownValueSet.
        """
        checks = self.known.checks
        old, new = (_holding(in_order(rules, checks), day) for rules in (before, after))

        def opening(chart: RecordedChart, closes_gaps: bool) -> Opening:
            chosen = None if chart.chosen is None else frozenset(chart.chosen)
            orders = Orders(chart.drafts, chosen, closes_gaps, Site(frozenset(chart.network)))
            return Opening(chart.record(self.trial.vocabulary), chart.as_of, chart.agrees, orders)

        runs = []
        for service in find_services().values():
            openings = (opening(chart, service.closes_gaps) for chart in charts(service.id))
            said = f"as calls of {service.hook} brought them, each on the day of its call"
            run = dry_run(openings, old, new, self.trial, service, said)
            if run.patients or run.left_out:
                runs.append(run)
        return tried(runs, (*old, *new), self.trial, "since no call at such a hook is recorded")

    def tried(
        self, panel: Path, before: Mapping[str, CardRule], after: Mapping[str, CardRule], as_of: date
    ) -> Tried:
        """Both sets of rules on a folder of Bulk FHIR. Raises FileNotFoundError, UnknownValueSet."""
        old, new = (in_order(rules, self.known.checks) for rules in (before, after))
        measures = {rule.measure for rule in (*old, *new) if rule.measure}
        only = tuple(sorted(measures | {_FOR_HIGH_RISK} & self.known.catalog.measures.keys()))
        job = Job(Period.year(as_of.year), self.trial.vocabulary, as_of, only=only)
        scores = any(isinstance(r.when, RiskCondition) and self.trial.can_try(r) for r in (*old, *new))
        with opened(panel, job, wanted_by_features() if scores else None) as read:
            openings = (Opening(record, as_of) for record in read.records())
            run = dry_run(openings, old, new, self.trial, service_of("patient-view"), f"as of {as_of}")
        why_not = "since nothing is being ordered, nor anybody discharged"
        return tried([run], (*old, *new), self.trial, why_not)
