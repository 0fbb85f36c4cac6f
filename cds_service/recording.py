"""The charts that calls brought, kept without the person, so that a changed rule can be tried on them.

For each patient the newest call of each service is kept: what was gathered for it, as its rules saw it (what
carries the Part 2 label was left out before), and the orders being written, as they were read, made over by
measures/deidentified.py, with the day of the call, moved alike, and what each measure answered. Whoever tries
rules on it compares the answers first.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import orjson
import structlog

from cds_service.cards import Case
from cds_service.gathering import Chart
from cds_service.order_card import Signing
from cds_service.outside.recorded_charts import RecordedCharts
from cds_service.outside.telemetry import failures, stage
from measures.consent import disclosable
from measures.deidentified import Deidentifier
from measures.gather import Gathered, State
from measures.measure import MeasureResult
from measures.orders.named_facts import facts_told
from measures.orders.named_medicines import tell, those_told
from measures.record import PatientRecord
from measures.terminology import Vocabulary

FARTHEST = 5
"""Leap cycles, back or on: who is up to 105 years old is still born after 1900, which had no leap day."""

_log = structlog.get_logger()


@dataclass(frozen=True)
class RecordedChart:
    """One patient as a call saw him, without the person. `answers` are those of the call, by measure;
    `drafts` the orders being written, `chosen` those an order-select call is about, None for all of them;
    `in_words` is what only words told (medicines, results, problems), with what these told; `network` the
    organisations that were preferred, where a service was being ordered.
    """

    patient: Mapping[str, Any]
    resources: tuple[Mapping[str, Any], ...]
    gathered: Mapping[str, str]
    as_of: date
    answers: Mapping[str, str]
    drafts: tuple[dict[str, Any], ...] = ()
    chosen: tuple[str, ...] | None = None
    in_words: tuple[dict[str, Any], ...] = ()
    network: tuple[str, ...] = ()

    def record(self, vocabulary: Vocabulary) -> PatientRecord:
        """The record that the rules are tried on."""
        states = Gathered({kind: State(state) for kind, state in self.gathered.items()})
        record = PatientRecord(self.patient, self.resources, vocabulary, gathered=states)
        if self.in_words:
            tell(record, self.in_words)
        return record

    def agrees(self, results: Mapping[str, MeasureResult]) -> bool:
        """Whether the measures still say of it what they said in the call, as far as both were asked."""
        both = self.answers.keys() & results.keys()
        return all(self.answers[name] == answer(results[name]) for name in both)

    def document(self) -> bytes:
        """As it is stored."""
        return orjson.dumps(vars(self))


def recorded(documents: Iterable[bytes]) -> Iterator[RecordedChart]:
    """What was stored, read again."""
    for document in documents:
        values = orjson.loads(document)
        as_of, chosen = date.fromisoformat(values["as_of"]), values.get("chosen")
        lists = {name: tuple(values.get(name, ())) for name in ("resources", "drafts", "in_words", "network")}
        told = {"as_of": as_of, "chosen": None if chosen is None else tuple(chosen)}
        yield RecordedChart(**values | lists | told)


def answer(result: MeasureResult) -> str:
    """What a measure says of a patient, short: its status, and the steps it asks for."""
    return f"{result.status}: {', '.join(sorted(step.name for step in result.next_steps))}"


class Recorder:
    """Makes charts over, and keeps them. One per process; safe for threads."""

    def __init__(self, store: RecordedCharts, key: bytes) -> None:
        self._store = store
        self._key = key

    def keep(self, host_ehr: str, service_id: str, chart: Chart, case: Case) -> None:
        """Keep the chart of a call; what goes wrong costs the recording, and is counted."""
        try:
            with stage("de-identify"):
                made = self.made_over(host_ehr, chart, case)
                self._store.keep(host_ehr, service_id, made.patient["id"], made.document())
        except Exception as error:  # noqa: BLE001  the cards do not depend on it
            _log.error("chart not recorded", host_ehr=host_ehr, exc_info=error)
            failures.labels("recording").inc()

    def made_over(self, host_ehr: str, chart: Chart, case: Case) -> RecordedChart:
        """The chart without the person. The secret key decides pseudonyms and years: without it nobody can
        work out either from an id.
        """

        @cache  # an id stands in many references
        def pseudonym(text: str) -> str:
            return self._digest(host_ehr, "id", text).hex()[:20]

        made = Deidentifier(pseudonym, self._cycles(host_ehr, case.record.id), case.record.vocabulary)
        return RecordedChart(
            patient=made.patient(chart.patient),
            resources=tuple(made.resources(chart.resources)),
            gathered={kind: state.value for kind, state in chart.gathered.states.items()},
            as_of=made.day(case.as_of),
            answers={name: answer(result) for name, result in case.results.items()},
            drafts=tuple(_orders_made_over(disclosable(_drafts(case.signing)), made)),
            chosen=_chosen(case.signing, made),
            in_words=() if case.signing is None else tuple(made.resources(_told_in_words(case.record))),
            network=_network(case.signing, made),
        )

    def _cycles(self, host_ehr: str, patient_id: str) -> int:
        """From FARTHEST back to FARTHEST on, and never none."""
        drawn = self._digest(host_ehr, "years", patient_id)
        return (1 + drawn[0] % FARTHEST) * (1 if drawn[1] % 2 else -1)

    def _digest(self, *what: str) -> bytes:
        return hmac.digest(self._key, "\0".join(what).encode("utf-8", "replace"), hashlib.sha256)


def _told_in_words(record: PatientRecord) -> list[Mapping[str, Any]]:
    return [*those_told(record), *facts_told(record)]


def _drafts(signing: Signing | None) -> list[dict[str, Any]]:
    """The orders being written, each with the status it came with: what ends a treatment is read by that."""
    if signing is None:
        return []
    came = signing.drafts.received
    return [dict(order.source) | {"status": came[order].get("status", "draft")} for order in came]


def _orders_made_over(drafts: Iterable[dict[str, Any]], made: Deidentifier) -> Iterator[dict[str, Any]]:
    """With who is to perform each, which is asked of no other resource."""
    held = list(drafts)
    for draft, left in zip(held, made.resources(held), strict=True):
        listed = draft.get("performer")
        named = (
            [one.get("reference") for one in listed if isinstance(one, dict)]
            if isinstance(listed, list)
            else []
        )
        to_perform = [{"reference": made.reference(name)} for name in named if isinstance(name, str)]
        yield left | ({"performer": to_perform} if to_perform else {})


def _chosen(signing: Signing | None, made: Deidentifier) -> tuple[str, ...] | None:
    if signing is None or signing.chosen is None:
        return None
    return tuple(sorted(map(made.reference, signing.chosen)))


def _network(signing: Signing | None, made: Deidentifier) -> tuple[str, ...]:
    """By pseudonyms, as the performers of the orders are."""
    if signing is None or not any(draft.kind == "ServiceRequest" for draft in signing.drafts):
        return ()
    return tuple(sorted(map(made.reference, signing.site.preferred)))
