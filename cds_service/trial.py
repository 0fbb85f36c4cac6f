"""A rule tried on a chart, away from any call: its test patients, and the patients of a panel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cds_service.card import Card, Origin
from cds_service.cards import Case, shown_cards, would_fire
from cds_service.conditions import CheckCondition, GapCondition
from cds_service.drafts import Draft
from cds_service.inline_test import Resource, TestPatient
from cds_service.order_card import Signing
from cds_service.rules import CardRule
from cds_service.visit import FIRST_CALL
from measures.catalog import Catalog
from measures.gather import EVERYTHING
from measures.orders.check import OrderCheck
from measures.orders.drafts import SigningRecord, read_drafts
from measures.record import PatientRecord, Period
from measures.terminology import UnknownValueSet, Vocabulary

_TRIED = Origin("https://throughline.example.org", "tried", for_reporting=False)


@dataclass(frozen=True)
class Trial:
    """What a rule is tried with."""

    catalog: Catalog
    vocabulary: Vocabulary
    checks: Mapping[str, OrderCheck]
    drafts: Mapping[str, Draft]

    def case(
        self, rules: Iterable[CardRule], record: PatientRecord, as_of: date, drafts: Sequence[Resource] = ()
    ) -> Case:
        """All that these rules need to know of one patient. Raises UnknownValueSet."""
        rules = tuple(rules)
        period = Period.year(as_of.year)
        wanted = {rule.measure for rule in rules if rule.measure}
        results = {
            name: self.catalog.measures[name].evaluate(record, period, as_of) for name in sorted(wanted)
        }
        return Case(record, results, as_of, self._signing(rules, record, as_of, drafts))

    def cards(self, rules: Iterable[CardRule], case: Case) -> list[Card]:
        """The cards of a first call, at most three."""
        return shown_cards(rules, case, _TRIED, lambda: FIRST_CALL)

    def fires(self, rule: CardRule, case: Case) -> bool:
        """Whether the rule would show a card, by itself."""
        return would_fire(rule, case, _TRIED)

    def failures(self, rule: CardRule) -> Iterator[str]:
        """Every test patient of a rule for whom it does not do what is expected, as `file:line: what`."""
        for test in rule.tests:
            try:
                case = self._of(rule, test)
            except UnknownValueSet as unknown:
                yield f"{test.where}: {test.says}: cannot be tried: {unknown}"
                continue
            if self.fires(rule, case) is not test.expects_card:
                expected = "a card" if test.expects_card else "no card"
                found = "none was due" if test.expects_card else "one was due"
                yield f"{test.where}: {test.says}: {expected} is expected, and {found}{_because(rule, case)}"

    def _of(self, rule: CardRule, test: TestPatient) -> Case:
        record = PatientRecord(test.patient, test.resources, self.vocabulary, gathered=EVERYTHING)
        return self.case((rule,), record, test.as_of, test.drafts)

    def _signing(
        self, rules: Iterable[CardRule], record: PatientRecord, as_of: date, resources: Sequence[Resource]
    ) -> Signing | None:
        if not resources:
            return None
        bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}
        drafts = read_drafts(bundle, record, as_of)
        patient = SigningRecord(record, drafts)
        named = {rule.when.check for rule in rules if isinstance(rule.when, CheckCondition)}
        checks = [check for check in self.checks.values() if check.id in named]
        findings = {check.id: check.judge_signing(patient, as_of) for check in checks}
        return Signing(drafts, findings, self.drafts)


def _because(rule: CardRule, case: Case) -> str:
    """Why, as far as the measure tells."""
    if not rule.holds_on(case.as_of):
        return f": the rule is not in effect on {case.as_of}"
    if isinstance(rule.when, GapCondition):
        result = case.results[rule.when.measure]
        return f": {rule.when.measure} is {result.status} ({result.reason})"
    return ""
