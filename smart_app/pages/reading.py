"""Reading the host EHR for a page: what the launch permits, in parallel, to a deadline; the rest says why it
is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from cds_service.outside.ehr import Gathering
from measures.consent import disclosable
from measures.gather import Gathered, Query, State
from measures.record import PatientRecord
from smart_app import session
from smart_app.care.queries import CHART_QUERIES
from smart_app.care.wellformed import wellformed
from smart_app.scopes import may_read, narrowed_to
from smart_app.session import OpenChart

DEADLINE_MS = (
    4000  # a page may wait longer than a card; what is late shows as failed, with a link to ask again
)

# A scope may be narrowed by category. These categories are all a page needs of a type; with fewer, part of it
# is unread.
_ENOUGH: Mapping[str, frozenset[str]] = {
    "Observation": frozenset({"laboratory", "vital-signs", "survey"}),
    "Condition": frozenset({"problem-list-item", "encounter-diagnosis"}),
}


def read_chart(opened: OpenChart) -> Gathering:
    """All the page needs. A token the EHR no longer takes is renewed once; that may end in the 401 page."""
    found = _gather(opened)
    permitted = [query for query in CHART_QUERIES if may_read(query.kind, opened.granted_scopes)]
    asked = {query.kind for query in opened.host_ehr.queries(permitted)}
    if asked and all(found.states[kind] is State.NOT_PERMITTED for kind in asked):
        opened = session.chart(opened.launch_id, refused=opened.token)
        found = _gather(opened)
    return found


@dataclass(frozen=True)
class Reading:
    """What was read for a page: the resources that may be shown, and the record made of them.

    `record` is None where the patient could not be had; `left_out` counts what is broken or another's.
    """

    found: Gathering
    resources: list[dict[str, Any]]
    record: PatientRecord | None
    left_out: int


def read_record(opened: OpenChart) -> Reading:
    """The chart's record, from what the EHR gives and consent allows."""
    found = read_chart(opened)
    resources, broken = wellformed(disclosable(found.resources))
    patient = next((r for r in resources if r["resourceType"] == "Patient"), None)
    if patient is None:
        return Reading(found, resources, None, found.foreign + broken)
    vocabulary = session.wiring().vocabulary
    record = PatientRecord(patient, resources, vocabulary, gathered=Gathered(found.states))
    return Reading(found, resources, record, len(record.problems) + found.foreign + broken)


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


def _gather(opened: OpenChart) -> Gathering:
    scopes = opened.granted_scopes
    permitted = [query for query in CHART_QUERIES if may_read(query.kind, scopes)]
    asked = opened.host_ehr.queries(permitted)
    reader = session.wiring().reader
    found = reader.gather(opened.host_ehr, opened.token, opened.patient_id, asked, deadline_ms=DEADLINE_MS)
    states = dict.fromkeys((query.kind for query in CHART_QUERIES), State.NOT_PERMITTED)
    states |= dict.fromkeys((query.kind for query in permitted), State.NOT_FETCHED) | dict(found.states)
    for kind in found.states:
        if states[kind] is State.GATHERED and not _whole(kind, narrowed_to(kind, scopes)):
            states[kind] = State.NOT_PERMITTED  # part of it was read and is shown; its absence proves nothing
    return replace(found, states=states)


def _whole(kind: str, queries: tuple[str, ...]) -> bool:
    """Whether scopes narrowed by these queries still reach everything a page needs of the type."""
    if not queries:
        return True
    categories = [category for query in queries for category in parse_qs(query).get("category", ())]
    reached = {category.rpartition("|")[2] for category in categories}
    return kind in _ENOUGH and _ENOUGH[kind] <= reached
