"""The two envelopes a FHIR server answers in: a searchset Bundle, and an OperationOutcome."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from smart_app.demo_ehr.search import Resource, Search

DEFAULT_PAGE = 200


def outcome(code: str, text: str) -> Resource:
    """An error as FHIR says it; `code` is one of http://hl7.org/fhir/issue-type."""
    issue = {"severity": "error", "code": code, "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def page(search: Search, found: list[Resource], base: str, pairs: list[tuple[str, str]]) -> Resource:
    """One page of what was found, with links to itself and to the next one."""
    size = DEFAULT_PAGE if search.count is None else search.count
    shown = found[search.offset : search.offset + size]
    links = [{"relation": "self", "url": _link(base, search.kind, pairs)}]
    following = search.offset + size
    if size and following < len(found):
        onward = [pair for pair in pairs if pair[0] != "_offset"] + [("_offset", str(following))]
        links.append({"relation": "next", "url": _link(base, search.kind, onward)})
    return _bundle(shown, base, total=len(found), links=links)


def whole(found: list[Resource], base: str) -> Resource:
    """Everything found in one Bundle, as prefetch is sent."""
    return _bundle(found, base, total=len(found), links=[])


def _bundle(resources: list[Resource], base: str, *, total: int, links: list[dict[str, str]]) -> Resource:
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": total}
    if links:
        bundle["link"] = links
    if resources:  # FHIR JSON has no empty arrays
        bundle["entry"] = [
            {
                "fullUrl": f"{base}/{one['resourceType']}/{one['id']}",
                "resource": one,
                "search": {"mode": "match"},
            }
            for one in resources
        ]
    return bundle


def _link(base: str, kind: str, pairs: list[tuple[str, str]]) -> str:
    return f"{base}/{kind}" + (f"?{urlencode(pairs)}" if pairs else "")
