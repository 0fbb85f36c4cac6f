"""The record of one call: from its prefetch, and what that lacks from the host EHR with the call's own token.

CDS Hooks 2.0, Prefetch Template: an absent key was not satisfied. A `null` and an OperationOutcome prove
nothing either, nor does a page of a longer answer: all of these count as not gathered and are read back
where they may be.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cds_service.outside.ehr import EhrReader, states_of
from cds_service.outside.registry import HostEhr
from cds_service.protocol import CdsRequest, Json, Problem, Refused, refuse
from cds_service.searchset import (
    NotASearchset,
    Page,
    Resource,
    newest_of_each,
    read_resource,
    read_searchset,
    shortfall,
)
from measures.consent import disclosable
from measures.gather import WELCOME, Gathered, Query, State


@dataclass(frozen=True)
class Chart:
    """What was gathered for one patient; `read` names the types that were asked of the host EHR."""

    patient: Resource
    resources: tuple[Resource, ...]
    gathered: Gathered
    foreign: int  # resources of another patient: dropped
    notes: tuple[str, ...]
    read: tuple[str, ...]


@dataclass(frozen=True)
class _Prefetched:
    """What the prefetch gave, and the queries it left open with the state each has so far."""

    pages: tuple[Page, ...]
    open: Mapping[Query, State]
    welcome: Mapping[str, State]  # of the types that are asked of no host EHR, those that were prefetched


def prefetch_templates(queries: Iterable[Query]) -> Json:
    """The questions as CDS Hooks writes them, by key."""
    return {query.key: query.search.replace("{patient}", "{{context.patientId}}") for query in queries}


class Gatherer:
    """Gathers what the measures ask for. One per process; safe for threads."""

    def __init__(
        self, reader: EhrReader, queries: tuple[Query, ...], required: frozenset[str], deadline_ms: int
    ) -> None:
        self._reader = reader
        self._queries = queries
        self._required = required
        self._deadline_ms = deadline_ms

    def templates(self, ehr: HostEhr | None) -> Json:
        """The prefetch templates of discovery by key: those this host EHR can fill; None for any client."""
        return prefetch_templates(self._queries if ehr is None else ehr.queries(self._queries))

    def gather(self, ehr: HostEhr, request: CdsRequest, patient_id: str) -> Chart:
        """The chart of this patient. Refuses with 400 what is malformed or another patient's, 403 a foreign
        fhirServer (before anything is read), 412 what a card cannot do without.
        """
        server = _registered_server(ehr, request.fhirServer)
        prefetched = self._from_prefetch(ehr, request.prefetch or {}, patient_id)
        pages, states, notes = list(prefetched.pages), dict(prefetched.open), []
        read: tuple[str, ...] = ()
        foreign = 0
        resources = [resource for page in pages for resource in page.resources]
        if prefetched.open and server:
            token = request.fhirAuthorization.access_token if request.fhirAuthorization else None
            asked = ehr.queries(prefetched.open)
            found = self._reader.gather(ehr, token, patient_id, asked, deadline_ms=self._deadline_ms)
            states = {query: found.states.get(query.kind, State.NOT_FETCHED) for query in prefetched.open}
            read = tuple(sorted({query.kind for query in prefetched.open}))
            notes = list(found.notes)
            foreign = found.foreign
            resources += found.resources
        by_kind = states_of((query.kind, states.get(query, State.GATHERED)) for query in self._queries)
        self._demand(by_kind, server)
        resources = newest_of_each(resources)
        patient = next(r for r in resources if r["resourceType"] == "Patient")
        return Chart(
            patient=patient,
            resources=tuple(disclosable(resources)),
            gathered=Gathered({**by_kind, **prefetched.welcome}),
            foreign=foreign + sum(page.foreign for page in pages),
            notes=(*(note for page in pages for note in page.notes), *notes),
            read=read,
        )

    def _from_prefetch(self, ehr: HostEhr, prefetch: Json, patient_id: str) -> _Prefetched:
        pages: list[Page] = []
        unanswered: dict[Query, State] = {}
        for query in self._queries:
            asked = (query,) if query.key in prefetch else ehr.queries((query,)) or (query,)
            states = [self._answered(ehr, one, prefetch, patient_id, pages) for one in asked]
            worst = next((state for state in states if state is not State.GATHERED), None)
            if worst is not None:
                unanswered[query] = worst
        prefetched = (query for query in WELCOME if query.key in prefetch)
        answers = {q.kind: self._answered(ehr, q, prefetch, patient_id, pages) for q in prefetched}
        welcome = {kind: state for kind, state in answers.items() if state is State.GATHERED}
        return _Prefetched(tuple(pages), unanswered, welcome)

    def _answered(
        self, ehr: HostEhr, query: Query, prefetch: Json, patient_id: str, pages: list[Page]
    ) -> State:
        """What one key of the prefetch says, its page added to the others."""
        value = prefetch.get(query.key)
        if value is None:
            return State.NOT_FETCHED
        if isinstance(value, dict) and value.get("resourceType") == "OperationOutcome":
            return State.FAILED
        page = _read(query, value, patient_id, ehr.fhir_base)
        pages.append(page)
        short = page.next_url is not None or not page.complete or shortfall([page], query.kind)
        return State.FAILED if short else State.GATHERED

    def _demand(self, states: Mapping[str, State], server: str | None) -> None:
        missing = [query for query in self._queries if query.kind in self._required]
        missing = [query for query in missing if states[query.kind] is not State.GATHERED]
        if missing:
            raise Refused(412, *(_missing(query, states[query.kind], server) for query in missing))


def _registered_server(ehr: HostEhr, server: str | None) -> str | None:
    """The call's FHIR base when it is, letter for letter, that of the client's own host EHR; else a 403.

    Compared as text: any other spelling of a host is another host.
    """
    if server is None or server.removesuffix("/") == ehr.fhir_base:
        return server
    refuse(
        403,
        "is not the FHIR base this client is registered with, so it was not contacted; "
        "send the registered one, or leave it out and prefetch everything",
        "fhirServer",
        "forbidden",
    )


def _read(query: Query, value: Any, patient_id: str, fhir_base: str) -> Page:
    where = f"prefetch.{query.key}"
    read = read_searchset if "?" in query.search else read_resource
    try:
        page = read(value, query.kind, patient_id, fhir_base)
    except NotASearchset as bad:
        refuse(
            400,
            f"{bad.says}; send what the FHIR server answered to the template, or null",
            f"{where}.{bad.where}".removesuffix("."),
            "structure",
        )
    if read is read_resource and not page.resources:
        refuse(
            400,
            "is another patient than context.patientId; send the patient of this context",
            f"{where}.id",
            "conflict",
        )
    return page


def _missing(query: Query, state: State, server: str | None) -> Problem:
    template = query.search.replace("{patient}", "{{context.patientId}}")
    tried = (
        f"reading it from fhirServer: {state}"
        if server
        else "and without fhirServer it could not be read back"
    )
    says = (
        f"{query.kind} is required and was not gathered (no usable prefetch; {tried}); "
        f"prefetch {template}, or send fhirServer and a token that may read it"
    )
    return Problem(says, f"prefetch.{query.key}", "incomplete")
