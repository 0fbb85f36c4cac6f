"""CORS: browser-based clients, and nobody else's browser."""

from __future__ import annotations

from cds_service.conformance.rule import expect, rule
from cds_service.conformance.subject import Skipped, Subject

_CLAUSE = "CDS Hooks 2.0, Cross-Origin Resource Sharing"
_STRANGER = "https://stranger.example"
_ALLOW = "access-control-allow-origin"


@rule(_CLAUSE, "answer OPTIONS for a registered origin, and send the headers with real answers too")
def a_registered_origin_may_call(subject: Subject) -> str:
    """A preflight allows authorization and content-type; the answer itself allows the origin."""
    origin = subject.sends.origin
    if origin is None:
        raise Skipped("give --origin, a browser origin that is registered")
    path = f"/cds-services/{subject.service['id']}"
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    preflight = subject.sends.send("OPTIONS", path, None, asked)
    allowed = preflight.headers.get("access-control-allow-headers", "").lower()
    expect(preflight.headers.get(_ALLOW) in (origin, "*"), f"the preflight does not allow {origin}")
    expect("authorization" in allowed and "content-type" in allowed, f"the preflight allows {allowed!r}")
    answer = subject.call(headers={"Origin": origin})
    expect(answer.headers.get(_ALLOW) in (origin, "*"), "the answer itself does not allow the origin")
    return "allowed"


@rule(_CLAUSE, "allow registered origins only")
def a_strange_origin_may_not_call(subject: Subject) -> str:
    """An origin nobody registered is allowed nothing."""
    answer = subject.sends.send(
        "OPTIONS", f"/cds-services/{subject.service['id']}", None, {"Origin": _STRANGER}
    )
    expect(answer.headers.get(_ALLOW) is None, f"allows {answer.headers.get(_ALLOW)}")
    return "not allowed"
