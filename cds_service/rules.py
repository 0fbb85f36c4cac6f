"""Card rules: YAML by the quality team, one rule a file, checked in full before the service starts.

A rule says when a card is due (a measure's gap and the step that would close it, what an order check found,
how the risk moved) and what the card says. Every problem of every file is reported at once, as
`file:line: where: what; the mend`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from cds_service.conditions import (
    CONCERNS,
    CheckCondition,
    Concern,
    Condition,
    GapCondition,
    RiskCondition,
    UnreadCondition,
)
from cds_service.drafts import Draft
from cds_service.inline_test import TestPatient, test_patient
from cds_service.outside.yaml_file import FileProblems, YamlFile, read_yaml
from cds_service.reasons import OVERRIDE_REASONS
from cds_service.rule_file import (
    ANY_CHECK,
    Known,
    understood,
)
from cds_service.rule_parts import When, WhenCheck, WhenGap, WhenRisk, WhenUnread
from cds_service.rule_texts import LONGEST_SUMMARY
from cds_service.wording import placeholders
from measures.catalog import Catalog
from measures.measure import GapStatus
from measures.orders.catalog import find_order_checks
from measures.orders.check import OrderCheck

__all__ = [
    "BUILT_IN",
    "LONGEST_SUMMARY",
    "OVERRIDE_REASONS",
    "CardRule",
    "Suggestion",
    "folders",
    "load_rules",
    "read_rule",
]

BUILT_IN = Path(__file__).parent / "rules"
_BY_SEVERITY: Mapping[str, int] = {"critical": 10, "warning": 30, "info": 60}
_A_KIND = 5  # the priority of a check's own card: by its severity, and so much later for each kind
_OF_AN_EVENT = ("name", "date", "end", "value")


@dataclass(frozen=True)
class Suggestion:
    label: str
    drafts: tuple[Draft, ...]  # all of them are created when it is accepted


@dataclass(frozen=True)
class AppItem:
    """A place in the app that a card links to, such as an assessment."""

    label: str
    item: str


@dataclass(frozen=True)
class CardRule:
    """One rule, checked. Of several summaries the first whose placeholders the record can fill is used.

    `fact` names what the card is about where several rules, at several hooks, are about one thing.
    """

    id: str
    version: str
    owner: str
    hooks: tuple[str, ...]
    concern: Concern
    priority: int  # 1 is shown first, of those with one concern
    when: Condition
    indicator: Literal[
        "info", "warning", "critical"
    ]  # critical: an order check's own severity, never a file's
    summaries: tuple[str, ...]
    details: tuple[str, ...]
    suggestion: Suggestion | None
    override_reasons: tuple[str, ...]
    path: Path
    citation: str = ""
    since: date | None = None
    until: date | None = None
    fact: str = ""
    open: AppItem | None = field(default=None)
    tests: tuple[TestPatient, ...] = field(default=(), repr=False, compare=False)
    text: str = field(default="", repr=False)  # of the file, as it was when it was read

    @property
    def hook(self) -> str:
        """The hooks it is shown at, as text."""
        return ", ".join(self.hooks)

    @property
    def measure(self) -> str | None:
        """The measure it is about, if it is about one."""
        return self.when.measure if isinstance(self.when, GapCondition) else None

    @property
    def order(self) -> tuple[int, int, str]:
        """Less is shown first."""
        return self.concern, self.priority, self.id

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in effect."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @cached_property
    def speaks_of(self) -> tuple[str, ...]:
        """The criteria whose date or value the texts show."""
        names = (name for text in (*self.summaries, *self.details) for name in placeholders(text))
        parts = (name.partition(".") for name in names)
        return tuple(dict.fromkeys(name for name, _, part in parts if part in _OF_AN_EVENT))


def folders(rules_dir: Path | None) -> tuple[Path, ...]:
    """The built-in rules and, after them, the installation's own."""
    return (BUILT_IN, rules_dir) if rules_dir else (BUILT_IN,)


def load_rules(
    folders: Iterable[Path],
    catalog: Catalog,
    drafts: Mapping[str, Draft],
    checks: Mapping[str, OrderCheck] | None = None,
) -> tuple[CardRule, ...]:
    """The rules of all folders, first shown first; one of a later folder replaces an earlier one of its id.

    A rule on `check: any` stands for one rule each, of the check's own id, version, severity and rank, for
    all checks without a rule of their own. `checks` are the order checks there are; by default all found.
    Raises FileProblems with every problem of every file.
    """
    known = known_here(catalog, drafts, checks)
    return in_order(rules_by_id(folders, known), known.checks)


def files_of(folder: Path) -> list[Path]:
    """The rule files of a folder, by name."""
    return sorted((*folder.glob("*.yaml"), *folder.glob("*.yml")))


def rules_by_id(
    folders: Iterable[Path], known: Known, read: Callable[[Path], CardRule] | None = None
) -> dict[str, CardRule]:
    """The rules of all folders as they are written, by id; FileProblems with every problem of every file.
    `read` makes the rule of a file, where somebody has read it before.
    """
    problems: list[str] = []
    rules: dict[str, CardRule] = {}
    for folder in folders:
        here: dict[str, CardRule] = {}
        if not folder.is_dir():
            problems.append(f"{folder}: there is no such folder")
        for path in files_of(folder):
            try:
                rule = read(path) if read else rule_in(read_yaml(path), known)
            except FileProblems as found:
                problems += found.problems
                continue
            if rule.id in here:
                problems.append(
                    f"{path}:1: id: {here[rule.id].path.name} has the id {rule.id!r} too; give it another"
                )
            here[rule.id] = rule
        rules |= here
    if problems:
        raise FileProblems(problems)
    return rules


def in_order(rules: Mapping[str, CardRule], checks: Mapping[str, OrderCheck]) -> tuple[CardRule, ...]:
    """The rules as they are used: those on any check written out for each, first shown first."""
    return tuple(sorted(_each_check(rules, checks), key=lambda rule: rule.order))


def read_rule(
    path: Path,
    catalog: Catalog,
    drafts: Mapping[str, Draft],
    checks: Mapping[str, OrderCheck] | None = None,
) -> CardRule:
    """One rule file; FileProblems lists everything that is wrong with it."""
    return rule_in(read_yaml(path), known_here(catalog, drafts, checks))


def known_here(
    catalog: Catalog, drafts: Mapping[str, Draft], checks: Mapping[str, OrderCheck] | None = None
) -> Known:
    """What rules may name; without `checks` every order check there is."""
    return Known(catalog, drafts, find_order_checks() if checks is None else checks)


def _each_check(rules: Mapping[str, CardRule], checks: Mapping[str, OrderCheck]) -> Iterator[CardRule]:
    """The rules, those on any check written out for each that has none of its own."""
    own = {rule.when.check for rule in rules.values() if isinstance(rule.when, CheckCondition)}
    for rule in rules.values():
        if not isinstance(rule.when, CheckCondition) or rule.when.check != ANY_CHECK:
            yield rule
            continue
        for check in checks.values():
            if check.on and check.id not in own and check.id not in rules:
                yield replace(
                    rule,
                    id=check.id,
                    version=check.version,
                    priority=_BY_SEVERITY[check.severity] + _A_KIND * check.kind,
                    when=CheckCondition(check.id),
                    indicator=check.severity.value,
                )


def rule_in(file: YamlFile, known: Known) -> CardRule:
    """The rule of a text that was read already; FileProblems lists everything that is wrong with it."""
    read, told = understood(file, known)
    when = _condition(told)
    card = read.card
    offered, link = card.suggestion, card.open
    return CardRule(
        id=read.id,
        version=read.version,
        owner=read.owner,
        hooks=tuple(read.hook),
        concern=CONCERNS[read.concern] if read.concern else when.concern,
        priority=read.priority,
        when=when,
        indicator=card.indicator,
        summaries=tuple(card.summary),
        details=tuple(card.detail or ()),
        suggestion=Suggestion(offered.label, tuple(known.drafts[name] for name in offered.draft))
        if offered
        else None,
        override_reasons=tuple(card.override_reasons),
        path=file.path,
        citation=read.citation or "",
        since=read.effective.since,
        until=read.effective.until,
        fact=read.fact or "",
        open=AppItem(link.label, link.item) if link else None,
        tests=tuple(test_patient(one, file.at(("tests", n))) for n, one in enumerate(read.tests)),
        text=file.text,
    )


def _condition(told: When) -> Condition:
    match told:
        case WhenCheck():
            return CheckCondition(told.check)
        case WhenRisk():
            return RiskCondition(told.risk)
        case WhenUnread():
            return UnreadCondition(told.unread)
        case WhenGap():
            statuses = frozenset(GapStatus(status) for status in told.status)
            return GapCondition(told.measure, frozenset(told.next_step), statuses, told.while_closable)
