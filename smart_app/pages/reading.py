"""Reading the host EHR for a page: what the launch permits, in parallel, to a deadline; the rest says why it
is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from cds_service.outside.ehr import Gathering
from cds_service.outside.other_sources import LoadedSource
from measures.consent import disclosable
from measures.gather import Gathered, Query, State
from measures.record import PatientRecord
from measures.sources import Provenance, Sourced, together
from smart_app import session
from smart_app.care.queries import CHART_QUERIES
from smart_app.care.wellformed import is_wellformed, wellformed
from smart_app.scopes import may_read, narrowed_to
from smart_app.session import OpenChart
from smart_app.written import with_written

DEADLINE_MS = (
    4000  # a page may wait longer than a card; what is late shows as failed, with a link to ask again
)

# A scope may be narrowed by category. These categories are all a page needs of a type; with fewer, part of it
# is unread.
_ENOUGH: Mapping[str, frozenset[str]] = {
    "Observation": frozenset({"laboratory", "vital-signs", "survey"}),
    "Condition": frozenset({"problem-list-item", "encounter-diagnosis"}),
}


@dataclass(frozen=True)
class Reading:
    """What was read for a page: the resources that may be shown, and the record made of them.

    `record` is None where the patient could not be had; `left_out` counts what is broken or another's;
    `provenance` says which facts other sources than the EHR gave, `other_sources` which are loaded.
    """

    found: Gathering
    resources: list[dict[str, Any]]
    record: PatientRecord | None
    left_out: int
    provenance: Provenance
    other_sources: tuple[LoadedSource, ...]

    def awaits(self, *kinds: str) -> bool:
        """Whether the answer for one of these types, or for any type, is still on its way."""
        states = self.found.states
        return any(states.get(kind) is State.AWAITED for kind in kinds or states)


class ChartReading:
    """The reading of one chart while its answers arrive."""

    def __init__(self, opened: OpenChart) -> None:
        self._opened = opened
        scopes = opened.granted_scopes
        permitted = [query for query in CHART_QUERIES if may_read(query.kind, scopes)]
        self._permitted = frozenset(query.kind for query in permitted)
        queries = opened.host_ehr.queries(permitted)
        wiring = session.wiring()
        self._asked = wiring.reader.ask(
            opened.host_ehr, opened.token, opened.patient_id, queries, deadline_ms=DEADLINE_MS
        )
        others = wiring.other_sources.for_patient(opened.host_ehr.name, opened.patient_id)
        self._others = disclosable_others(others)
        self._loaded = wiring.other_sources.loaded(opened.host_ehr.name)

    def within(self, seconds: float) -> Reading:
        """The chart's record, from what is known after so many seconds and consent allows."""
        found = self._asked.within(seconds)
        if State.AWAITED not in found.states.values():  # what is late is not missing
            found = with_written(self._opened, found)
        found = self._reported(found)
        ours, broken = wellformed(disclosable(found.resources))
        resources, provenance = together(ours, self._others)
        patient = next((r for r in ours if r["resourceType"] == "Patient"), None)
        record, left_out = None, found.foreign + broken
        if patient is not None:
            gathered = Gathered(found.states)
            ehr, vocabulary = self._opened.host_ehr, session.wiring().vocabulary
            record = PatientRecord(
                patient, resources, vocabulary, gathered=gathered, zone=ehr.zone, read_on=ehr.today()
            )
            left_out += len(record.problems)
        return Reading(found, resources, record, left_out, provenance, self._loaded)

    def renewed(self) -> ChartReading:
        """The same chart asked again with a renewed token; that may end in the 401 page."""
        return ChartReading(session.chart(self._opened.launch_id, refused=self._opened.token))

    def is_refused(self, reading: Reading) -> bool:
        """Whether the EHR took the token for nothing at all: it may have run out."""
        asked = [query.kind for query in self._asked.queries]
        return bool(asked) and all(reading.found.states[kind] is State.NOT_PERMITTED for kind in asked)

    def _reported(self, found: Gathering) -> Gathering:
        """With the state of the types this launch may not read, or not read whole, or this EHR has not."""
        states = dict.fromkeys((query.kind for query in CHART_QUERIES), State.NOT_PERMITTED)
        states |= dict.fromkeys(self._permitted, State.NOT_FETCHED) | dict(found.states)
        for kind in found.states:
            narrowed = narrowed_to(kind, self._opened.granted_scopes)
            if states[kind] is State.GATHERED and not _whole(kind, narrowed):
                states[kind] = State.NOT_PERMITTED  # part of it is read and shown; its absence proves nothing
        return replace(found, states=states)


def disclosable_others(others: Iterable[Sourced]) -> list[Sourced]:
    """What other sources say and the same consent allows, as far as it has the shape of FHIR."""
    return [o for o in others if disclosable([o.resource]) and is_wellformed(o.resource)]


def read_record(opened: OpenChart) -> Reading:
    """The chart's record, once everything is answered. A token the EHR no longer takes is renewed once."""
    under_way = ChartReading(opened)
    read = under_way.within(DEADLINE_MS / 1000)
    if under_way.is_refused(read):
        read = under_way.renewed().within(DEADLINE_MS / 1000)
    return read


def audit(opened: OpenChart, action: str, detail: dict[str, Any]) -> None:
    """Before it is shown: what cannot be audited is not disclosed."""
    session.wiring().audit.record(
        host_ehr=opened.host_ehr.name,
        actor=opened.user or "unknown",
        action=action,
        patient_id=opened.patient_id,
        detail=detail,
    )


def read_one(opened: OpenChart, kind: str, identity: str) -> Gathering:
    """One resource, by its id."""
    query = Query(kind, kind, f"{kind}/{identity}")
    reader = session.wiring().reader
    return reader.gather(opened.host_ehr, opened.token, opened.patient_id, [query], deadline_ms=DEADLINE_MS)


def _whole(kind: str, queries: tuple[str, ...]) -> bool:
    """Whether scopes narrowed by these queries still reach everything a page needs of the type."""
    if not queries:
        return True
    categories = [category for query in queries for category in parse_qs(query).get("category", ())]
    reached = {category.rpartition("|")[2] for category in categories}
    return kind in _ENOUGH and _ENOUGH[kind] <= reached
