"""A rule tried on a chart, away from any call: its test patients, and the patients of a panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cds_service.asked import Asked
from cds_service.card import Card, Origin
from cds_service.cards import Case, shown_cards, would_fire
from cds_service.conditions import CheckCondition, GapCondition, RiskCondition, UnreadCondition
from cds_service.drafts import Draft
from cds_service.inline_test import Resource, TestPatient
from cds_service.order_card import Signing
from cds_service.risk_card import RiskReading
from cds_service.rules import CardRule, in_order
from cds_service.visit import FIRST_CALL
from measures.catalog import Catalog
from measures.gather import Gathered, State
from measures.measure import MeasureResult
from measures.orders.check import OrderCheck
from measures.orders.closing import to_add
from measures.orders.drafts import NO_SITE, SigningRecord, Site, read_drafts
from measures.record import PatientRecord, Period
from measures.terminology import UnknownValueSet, Vocabulary

_TRIED = Origin("https://throughline.example.org", "tried", for_reporting=False)


@dataclass(frozen=True)
class Orders:
    """What is being ordered; `chosen` are the orders an order-select call is about, None for all of them.
    With `closes_gaps` the gaps that one order more would close are told too. `site` is where it is ordered.
    """

    drafts: Sequence[Resource] = ()
    chosen: frozenset[str] | None = None
    closes_gaps: bool = False
    site: Site = NO_SITE


NOTHING_ORDERED = Orders()


@dataclass(frozen=True)
class Trial:
    """What a rule is tried with. Without `reads_risk` no rule about risk fires; `why_no_risk` says why."""

    catalog: Catalog
    vocabulary: Vocabulary
    checks: Mapping[str, OrderCheck]
    drafts: Mapping[str, Draft]
    reads_risk: Callable[[PatientRecord, date], RiskReading | None] | None = None
    why_no_risk: str = "since risk is scored at a host EHR; name one with --ehr"

    def can_try(self, rule: CardRule) -> bool:
        """Whether the rule could fire at all."""
        return self.reads_risk is not None or not isinstance(rule.when, RiskCondition)

    def case(
        self,
        rules: Iterable[CardRule],
        record: PatientRecord,
        as_of: date,
        orders: Orders = NOTHING_ORDERED,
    ) -> Case:
        """All that these rules need to know of one patient. Raises UnknownValueSet."""
        rules = tuple(rules)
        period = Period.year(as_of.year)
        wanted = {rule.measure for rule in rules if rule.measure}
        results = {
            name: self.catalog.measures[name].evaluate(record, period, as_of) for name in sorted(wanted)
        }
        signing = self._signing(rules, record, as_of, orders, results)
        return Case(record, results, as_of, signing, lambda: self._risk(record, as_of))

    def cards(self, rules: Iterable[CardRule], case: Case) -> list[Card]:
        """The cards of a first call, at most three."""
        return shown_cards(rules, case, _TRIED, lambda: FIRST_CALL)

    def fires(self, rule: CardRule, case: Case) -> bool:
        """Whether the rule would show a card, by itself."""
        return would_fire(rule, case, _TRIED)

    def failures(self, rule: CardRule) -> Iterator[str]:
        """Every test patient of a rule for whom it does not do what is expected, as `file:line: what`."""
        for test in rule.tests:
            rules = in_order(
                {rule.id: rule}, self.checks
            )  # one that speaks for many order checks: each of them
            try:
                case = self._of(rules, test)
            except UnknownValueSet as unknown:
                yield f"{test.where}: {test.says}: cannot be tried: {unknown}"
                continue
            if any(self.fires(one, case) for one in rules) is not test.expects_card:
                expected = "a card" if test.expects_card else "no card"
                found = "none was due" if test.expects_card else "one was due"
                yield f"{test.where}: {test.says}: {expected} is expected, and {found}{_because(rule, case)}"

    def _of(self, rules: Iterable[CardRule], test: TestPatient) -> Case:
        gathered = Gathered(dict.fromkeys(test.not_read, State.NOT_FETCHED), otherwise=State.GATHERED)
        record = PatientRecord(test.patient, test.resources, self.vocabulary, gathered=gathered)
        return self.case(rules, record, test.as_of, Orders(test.drafts))

    def _risk(self, record: PatientRecord, as_of: date) -> RiskReading | None:
        return None if self.reads_risk is None else self.reads_risk(record, as_of)

    def _signing(
        self,
        rules: Iterable[CardRule],
        record: PatientRecord,
        as_of: date,
        orders: Orders,
        results: Mapping[str, MeasureResult],
    ) -> Signing | None:
        if not orders.drafts:
            return None
        bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in orders.drafts]}
        drafts = read_drafts(bundle, record, as_of)
        patient = SigningRecord(record, drafts, orders.site)
        named = {rule.when.check for rule in rules if isinstance(rule.when, CheckCondition)}
        if not named and any(isinstance(rule.when, UnreadCondition) for rule in rules):
            named = {check.id for check in self.checks.values() if check.on}
        # Asked when a rule comes to it: a check that breaks costs that rule, and not the dry run.
        findings = Asked(
            named & self.checks.keys(), lambda check: self.checks[check].judge_signing(patient, as_of)
        )
        templates = {name: dict(draft.template) for name, draft in self.drafts.items()}

        def offered(measure: str) -> Mapping[str, str]:
            return to_add(results[measure], record, drafts, templates, as_of)

        closes = Asked(results if orders.closes_gaps else (), offered)
        return Signing(drafts, findings, self.drafts, orders.chosen, closes, orders.site)


def _because(rule: CardRule, case: Case) -> str:
    """Why, as far as the measure tells."""
    if not rule.holds_on(case.as_of):
        return f": the rule is not in effect on {case.as_of}"
    if isinstance(rule.when, GapCondition):
        result = case.results[rule.when.measure]
        return f": {rule.when.measure} is {result.status} ({result.reason})"
    return ""
