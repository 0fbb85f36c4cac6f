"""Preflight of what the EHR's CapabilityStatement promises: each search we make, each type we would write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from cds_service.outside.host_ehr import HostEhr
from cds_service.outside.probing import Step, failed, ok, skipped
from cds_service.scopes import resource_scope
from measures.gather import Query

Statement = Mapping[str, Any]


def search_steps(ehr: HostEhr, statement: Statement | None, plain: Iterable[Query]) -> Iterator[Step]:
    """One step a type, in the form in which the EHR's profile asks for it."""
    questions = tuple(plain)
    if statement is None:
        yield skipped("Searches", "need the CapabilityStatement")
        return
    offered = _resources(statement)
    if not offered:
        yield skipped("Searches", "the CapabilityStatement lists no resources")
        return
    for kind in dict.fromkeys(query.kind for query in questions):
        if why := ehr.behaves_as.without.get(kind):
            yield skipped(f"Search {kind}", f"not asked: {why}")
        else:
            yield _search(ehr, kind, ehr.queries(query for query in questions if query.kind == kind), offered)


def write_steps(ehr: HostEhr, statement: Statement | None) -> Iterator[Step]:
    """One step for each type the profile would write, if the file asks for the scope."""
    writes = ehr.behaves_as.writes
    if not writes:
        yield skipped("Writes", f"profile {ehr.profile} writes nothing; the app offers text to copy")
    elif statement is None or not (offered := _resources(statement)):
        yield skipped("Writes", "need a CapabilityStatement that lists resources")
    else:
        for kind in writes:
            yield _write(ehr, kind, offered.get(kind))


def _search(ehr: HostEhr, kind: str, queries: tuple[Query, ...], offered: Mapping[str, Statement]) -> Step:
    title = f"Search {kind}"
    mend = f"ask the EHR to let the app search {kind} so; until then it shows as 'failed' in the chart"
    resource = offered.get(kind)
    if resource is None:
        return failed(title, f"the EHR does not offer {kind}", mend)
    needed = "search-type" if any("?" in query.search for query in queries) else "read"
    interactions = _names(resource, "interaction", "code")
    if interactions and needed not in interactions:
        return failed(title, f"the EHR does not offer {needed} of {kind}", mend)
    known = _names(resource, "searchParam", "name")
    used = {name for query in queries for name, _ in parse_qsl(query.search.partition("?")[2])}
    if needed == "search-type" and known and (unknown := sorted(used - known - _special(ehr))):
        return failed(title, f"the EHR does not list the search parameter {', '.join(unknown)}", mend)
    return ok(title, f"by {', '.join(sorted(used))}" if used else "by id")


def _special(ehr: HostEhr) -> set[str]:
    """Parameters of the vendor's own, which the profile vouches for."""
    return {name for name, _ in parse_qsl(ehr.behaves_as.every_search or "")}


def _write(ehr: HostEhr, kind: str, resource: Statement | None) -> Step:
    title = f"Write {kind}"
    scopes = [scope for each in (ehr.smart.scopes if ehr.smart else ()) if (scope := resource_scope(each))]
    if not any(scope.covers(kind, "c") for scope in scopes):
        return skipped(title, "no scope of the host EHR file asks for it")
    if resource is None or "create" not in _names(resource, "interaction", "code"):
        return failed(
            title,
            f"the EHR does not offer create of {kind}",
            "ask the EHR for it, or take the scope out; the app then offers a document, or text to copy",
        )
    return ok(title, "create is offered")


def _resources(statement: Statement) -> dict[str, Statement]:
    """The resource types of the server, by name."""
    return {
        str(resource.get("type")): resource
        for rest in _objects(statement, "rest")
        for resource in _objects(rest, "resource")
    }


def _names(values: Statement, element: str, name: str) -> set[str]:
    return {str(item.get(name)) for item in _objects(values, element)}


def _objects(values: Statement, name: str) -> list[Statement]:
    found = values.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
