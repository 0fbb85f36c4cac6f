"""What happens on one CDS call: parse, gather, evaluate, choose and write the cards of one service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial

import structlog

from cds_service.arrived import Arrived, arrived
from cds_service.asked import Asked
from cds_service.card import Origin
from cds_service.cards import Case, shown_cards, would_fire
from cds_service.chosen import Chosen, RuleSet, chosen
from cds_service.dialects import Dialect, Dialects
from cds_service.drafts import Draft
from cds_service.gathering import Chart, Gatherer
from cds_service.hooks import Context
from cds_service.order_card import Signing
from cds_service.outside.registry import CdsClient, HostEhr
from cds_service.outside.telemetry import cards as cards_shown
from cds_service.outside.telemetry import failures, shadow_cards, stage
from cds_service.outside.visits import Visits
from cds_service.prefetch_text import text_of
from cds_service.prefetched import PrefetchedChart, PrefetchedCharts
from cds_service.protocol import CdsRequest, Json
from cds_service.risk import Keeping
from cds_service.risk_card import RiskReading
from cds_service.risk_reading import ReadsRisk
from cds_service.rules import CardRule
from cds_service.service import Call, Service
from cds_service.visit import Visit, visit_key
from measures.catalog import Catalog
from measures.criteria import Findings
from measures.measure import MeasureResult
from measures.orders.check import OrderCheck
from measures.orders.closing import to_add
from measures.orders.drafts import DraftOrders, SigningRecord, Site, read_drafts
from measures.orders.finding import OrderFinding
from measures.record import PatientRecord, Period
from measures.terminology import UnknownValueSet, Vocabulary

_log = structlog.get_logger()


@dataclass(frozen=True)
class Parts:
    """What every service answers with."""

    gatherer: Gatherer
    catalog: Catalog
    vocabulary: Vocabulary
    rules: tuple[CardRule, ...]
    checks: Mapping[str, OrderCheck]
    drafts: Mapping[str, Draft]
    dialects: Dialects
    visits: Visits
    origin: Origin
    today: Callable[[HostEhr], date]
    prefetched_charts: PrefetchedCharts
    reads_risk: ReadsRisk | None = None
    rules_at: Callable[[str, date], RuleSet] | None = None  # those of a host EHR; else `rules` for all
    records: Callable[[str, str, Chart, Case], None] | None = None  # keeps calls for dry runs


class CdsService:
    """One service, ready to answer. One per process; safe for threads."""

    def __init__(self, what: Service, parts: Parts) -> None:
        self.what = what
        self._parts = parts
        self._everywhere = chosen(what, RuleSet(parts.rules), parts.catalog, parts.checks)
        self._at: dict[str, tuple[RuleSet, Chosen]] = {}
        self._templates = {name: dict(draft.template) for name, draft in parts.drafts.items()}

    def discovery(self, ehr: HostEhr | None, client: CdsClient | None) -> Json | None:
        """Its entry in discovery, for a client that told who it is or for anyone; None where that kind of
        client does not know the hook.
        """
        dialect = self._parts.dialects.of_client(ehr, client)
        if not dialect.knows(self.what.hook):
            return None
        templates = self._parts.gatherer.templates(ehr)
        return self.what.discovery(templates, versioned=dialect.versioned_discovery)

    def answer(self, body: bytes, ehr: HostEhr, client: CdsClient, call: Call) -> Json:
        """The cards for one request. Raises Refused; `call` then holds how far it came."""
        today = self._parts.today(ehr)
        with stage("parse"):
            came = arrived(body, self.what.hook, ehr, today, self._parts.prefetched_charts)
            request, context = came.request, came.context
        call.user, call.patient_id, call.hook_instance = (
            context.userId,
            context.patientId,
            request.hookInstance,
        )
        call.visit = visit_key(context.encounterId, today)
        with stage("gather"):
            opened = came.lent or self._opened(ehr, request, context.patientId, today)
        call.gathered(opened.chart)
        call.site = _site(opened.record, context.encounterId)
        with stage("evaluate"):
            rules = self._rules(ehr.name, today)
            case = self._case(opened, context, today, call, ehr, rules)
        call.afterwards = partial(self._close, body, came, opened, case)
        with stage("cards"):
            dialect = self._parts.dialects.of_call(ehr, client, request)
            call.dialect, call.silent = dialect.id, not ehr.cds.shows_to(context.userId)
            call.cards = shown_cards(rules.rules, case, self._parts.origin, lambda: self._visit(ehr, call))
            for card in call.cards:
                cards_shown.labels(card.rule.id).inc()
            call.shadows = self._shadows(rules, case)
            return self._rendered(call, dialect)

    def _opened(self, ehr: HostEhr, request: CdsRequest, patient_id: str, today: date) -> PrefetchedChart:
        """The chart of a call that brought a new one."""
        chart = self._parts.gatherer.gather(ehr, request, patient_id)
        record = PatientRecord(
            chart.patient,
            chart.resources,
            self._parts.vocabulary,
            gathered=chart.gathered,
            zone=ehr.zone,
            read_on=today,
        )
        return PrefetchedChart(chart, record, Findings(record, Period.year(today.year)))

    def _close(self, body: bytes, came: Arrived, opened: PrefetchedChart, case: Case) -> None:
        """What is left to do with a chart once the client has its answer."""
        if self._parts.records is not None:
            self._parts.records(came.brought.ehr.name, self.what.id, opened.chart, case)
        brought = came.brought if came.lent else replace(came.brought, prefetch=text_of(body, came.tree))
        self._parts.prefetched_charts.give_back(brought, opened)

    def _rendered(self, call: Call, dialect: Dialect) -> Json:
        return {"cards": [] if call.silent else [dialect.rendered(card) for card in call.cards]}

    def _rules(self, host_ehr: str, day: date) -> Chosen:
        """What of a host EHR's rules this service has to do with: worked out anew only when they changed."""
        if self._parts.rules_at is None:
            return self._everywhere
        rules = self._parts.rules_at(host_ehr, day)
        kept = self._at.get(host_ehr)
        if kept is None or kept[0] is not rules:
            kept = rules, chosen(self.what, rules, self._parts.catalog, self._parts.checks)
            self._at[host_ehr] = kept
        return kept[1]

    def _shadows(self, rules: Chosen, case: Case) -> tuple[tuple[str, int], ...]:
        """The shadows that would have shown a card: counted and logged, seen by nobody."""
        fired = [one for one in rules.shadows if would_fire(one.rule, case, self._parts.origin)]
        for one in fired:
            shadow_cards.labels(one.rule.id).inc()
            _log.info("shadow card", rule=one.rule.id, rule_version=one.rule.version)
        return tuple((one.rule.id, one.revision) for one in fired)

    def _visit(self, ehr: HostEhr, call: Call) -> Visit:
        so_far = self._parts.visits.so_far(ehr.name, call.patient_id or "", call.user, call.visit)
        budget = ehr.cds.facts_per_visit
        return replace(so_far, service=call.service_id, repeats=self.what.repeats, budget=budget)

    def _case(
        self, opened: PrefetchedChart, context: Context, today: date, call: Call, ehr: HostEhr, rules: Chosen
    ) -> Case:
        record = opened.record
        results = Asked(rules.measures, _results(opened, today, rules))
        site = Site(frozenset(ehr.cds.network))
        try:
            signing = self._signing(record, results, context, today, call, site, rules, ehr.fhir_base)
        except Exception as error:  # noqa: BLE001  orders that break their reading cost what is said of them
            _log.error("orders not read", exc_info=error)
            failures.labels("orders").inc()
            signing = None
        keeping = call.notes.append  # and not the call, which holds the case: they would outlive it
        return Case(record, results, today, signing, lambda: self._risk(ehr.name, record, today, keeping))

    def _signing(
        self,
        record: PatientRecord,
        results: Mapping[str, MeasureResult],
        context: Context,
        today: date,
        call: Call,
        site: Site,
        rules: Chosen,
        fhir_base: str,
    ) -> Signing | None:
        """The orders of the call, and what there is to say of them; None at a hook that is about none."""
        if context.drafts is None:
            return None
        drafts = read_drafts(context.drafts, record, today, fhir_base)
        call.drafts, call.drafts_left_out = len(drafts), len(drafts.problems)
        patient = SigningRecord(record, drafts, site)
        return Signing(
            drafts,
            Asked(rules.checks, lambda check: _judged(rules.checks[check], patient, today)),
            self._parts.drafts,
            context.chosen,
            self._offers(rules, results, record, drafts, today),
            site,
        )

    def _offers(
        self,
        rules: Chosen,
        results: Mapping[str, MeasureResult],
        record: PatientRecord,
        drafts: DraftOrders,
        today: date,
    ) -> Mapping[str, Mapping[str, str]]:
        """The draft that would close a gap, by measure and step, where none being signed does."""
        if not self.what.closes_gaps:
            return {}

        def offered(measure: str) -> Mapping[str, str]:
            return to_add(results[measure], record, drafts, self._templates, today)

        return Asked(rules.measures, offered)

    def _risk(
        self, host_ehr: str, record: PatientRecord, today: date, keeping: Keeping
    ) -> RiskReading | None:
        if self._parts.reads_risk is None:
            return None
        try:
            return self._parts.reads_risk(host_ehr, record, today, keeping)
        except Exception as error:  # noqa: BLE001  without a risk the gaps are still true
            _log.error("risk not read", exc_info=error)
            failures.labels("risk").inc()
            return None


def _results(opened: PrefetchedChart, today: date, rules: Chosen) -> Callable[[str], MeasureResult | None]:
    """What a measure says; one that fails, or lacks its value sets, costs its own cards and a count."""
    record, found, results = opened.record, opened.found, opened.results

    def result(measure: str) -> MeasureResult | None:
        try:
            if measure not in results:
                results[measure] = rules.measures[measure].evaluate(record, found.period, today, found)
            return results[measure]
        except UnknownValueSet as unknown:
            _tell_lacking(measure, tuple(value_set.oid for value_set in unknown.missing))
        except Exception as error:  # noqa: BLE001  one measure's trouble must not cost the others' cards
            _log.error("measure failed", measure=measure, exc_info=error)
        failures.labels(f"measure:{measure}").inc()
        return None

    return result


@cache
def _tell_lacking(measure: str, oids: tuple[str, ...]) -> None:
    """Once a process: every call would say the same until the vocabulary changes, and with it the process."""
    _log.error("measure lacks value sets; load them", measure=measure, vocabulary=list(oids))


def _judged(check: OrderCheck, patient: SigningRecord, today: date) -> tuple[OrderFinding, ...]:
    try:
        return check.judge_signing(patient, today)
    except Exception as error:  # noqa: BLE001  one check's trouble must not cost the others' cards
        _log.error("order check failed", rule=check.id, exc_info=error)
        failures.labels(f"check:{check.id}").inc()
        return ()


def _site(record: PatientRecord, encounter: str | None) -> str:
    """Where the visit takes place, as far as its encounter tells; a reference, or nothing."""
    found = record.by_reference(f"Encounter/{encounter}") if encounter else None
    place = found.source.get("serviceProvider") if found else None
    reference = place.get("reference") if isinstance(place, dict) else None
    return reference if isinstance(reference, str) else ""
