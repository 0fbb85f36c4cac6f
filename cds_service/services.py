"""The CDS services on offer, by id, and what happens on one call (docs: what happens on one CDS call).

Services are keyed by id, never by hook: two services may answer the same hook.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import structlog

from cds_service.cards import Card, Origin, due_cards
from cds_service.gathering import Chart, Gatherer
from cds_service.outside.registry import HostEhr
from cds_service.outside.telemetry import failures, stage
from cds_service.protocol import Json, parse_request
from cds_service.rules import CardRule
from measures.catalog import Catalog
from measures.criteria import Findings
from measures.gather import State
from measures.measure import MeasureResult
from measures.record import PatientRecord, Period
from measures.terminology import UnknownValueSet, Vocabulary

_log = structlog.get_logger()


@dataclass
class Call:
    """One call as far as it came: what the audit holds of it, whether it was answered or refused."""

    service_id: str
    user: str = ""
    patient_id: str | None = None
    hook_instance: str = ""
    cards: list[Card] = field(default_factory=list)
    chart: Chart | None = None

    @property
    def detail(self) -> Mapping[str, Any]:
        """For the audit: ids, counts and states only."""
        chart = self.chart
        return {
            "hook_instance": self.hook_instance,
            "cards": [
                {"uuid": card.uuid, "rule": f"{card.rule.id}:{card.rule.version}", "resources": card.evidence}
                for card in self.cards
            ],
            "not_gathered": [] if chart is None else _not_gathered(chart),
            "read_back": [] if chart is None else chart.read,
            "resources": 0 if chart is None else len(chart.resources),
            "other_patients_resources_dropped": 0 if chart is None else chart.foreign,
        }


class PatientView:
    """Cards for the chart that is being opened."""

    id = "throughline-patient-view"
    hook = "patient-view"
    title = "Throughline"
    description = (
        "Quality gaps that can be closed in this visit: at most three, each with its date and the resources "
        "behind it"
    )
    usage = (
        "Every call needs a JWT of a registered CDS client. Patient, Condition, Encounter and Observation "
        "are required: prefetch them, or send fhirServer and fhirAuthorization with a token that may read "
        "them."
    )

    def __init__(
        self,
        gatherer: Gatherer,
        catalog: Catalog,
        vocabulary: Vocabulary,
        rules: tuple[CardRule, ...],
        origin: Origin,
        today: Callable[[], date],
    ) -> None:
        self._gatherer = gatherer
        self._vocabulary = vocabulary
        self._rules = tuple(rule for rule in rules if rule.hook == self.hook)
        wanted = {rule.measure for rule in self._rules}
        self._measures = tuple(m for name, m in catalog.measures.items() if name in wanted)
        self._origin = origin
        self._today = today

    @property
    def discovery(self) -> Json:
        return {
            "hook": self.hook,
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "prefetch": self._gatherer.templates,
            "usageRequirements": self.usage,
        }

    def answer(self, body: bytes, ehr: HostEhr, call: Call) -> Json:
        """The cards for one request. Raises Refused; `call` then holds how far it came."""
        with stage("parse"):
            request, context = parse_request(body, self.hook)
        call.user, call.patient_id, call.hook_instance = (
            context.userId,
            context.patientId,
            request.hookInstance,
        )
        with stage("gather"):
            call.chart = self._gatherer.gather(ehr, request, context.patientId)
        with stage("evaluate"):
            record = self._record(call.chart)
            results = self._results(record)
        with stage("cards"):
            call.cards = due_cards(self._rules, results, record, self._today(), self._origin)
        return {"cards": [card.json for card in call.cards]}

    def _record(self, chart: Chart) -> PatientRecord:
        return PatientRecord(chart.patient, chart.resources, self._vocabulary, gathered=chart.gathered)

    def _results(self, record: PatientRecord) -> dict[str, MeasureResult]:
        """What each measure with a rule says; one that fails, or lacks its value sets, costs its own cards
        and a count.
        """
        today = self._today()
        period = Period.year(today.year)
        found = Findings(record, period)
        results: dict[str, MeasureResult] = {}
        for measure in self._measures:
            try:
                results[measure.id] = measure.evaluate(record, period, today, found)
            except UnknownValueSet as unknown:
                oids = [value_set.oid for value_set in unknown.missing]
                _log.error("measure lacks value sets; load them", measure=measure.id, vocabulary=oids)
                failures.labels(f"measure:{measure.id}").inc()
            except Exception as error:  # noqa: BLE001  one measure's trouble must not cost the others' cards
                _log.error("measure failed", measure=measure.id, exc_info=error)
                failures.labels(f"measure:{measure.id}").inc()
        return results


def _not_gathered(chart: Chart) -> list[str]:
    states = chart.gathered.states
    return [f"{kind}:{state.name.lower()}" for kind, state in states.items() if state is not State.GATHERED]
