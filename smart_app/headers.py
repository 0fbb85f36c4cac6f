"""The security headers of every response, decided in this one place.

Who may frame a page is the one thing that differs: a page of a launch may be framed by exactly the origins
its host EHR file lists, everything else by nobody. There is no X-Frame-Options: it cannot name an origin,
and browsers that understand `frame-ancestors` ignore it (CSP Level 3, 6.4.2).
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, g, request

from cds_service.outside.registry import HostEhr

_POLICY = (
    "default-src 'none'",
    *(f"{kind}-src 'self'" for kind in ("style", "script", "img", "font", "connect")),
    "base-uri 'none'",
)
_A_YEAR = "public, max-age=31536000, immutable"


def content_security_policy(frame_ancestors: Iterable[str] = (), form_actions: Iterable[str] = ()) -> str:
    """The policy, for a page that these origins may frame; nobody when there are none. Its forms are sent to
    us, and to `form_actions`.
    """
    who = " ".join(frame_ancestors) or "'none'"
    forms = " ".join(("'self'", *form_actions))
    return "; ".join((*_POLICY, f"form-action {forms}", f"frame-ancestors {who}"))


def posting_to(ehr: HostEhr) -> None:
    """Let a form of the current response be sent to this host EHR's registered origins, and on from there."""
    g.form_actions = sorted({ehr.origin, *(ehr.smart.origins if ehr.smart else ())})


def framed_by(ehr: HostEhr) -> None:
    """Let this host EHR's registered origins frame the response to the current request."""
    g.frame_ancestors = ehr.frame_ancestors


def set_headers_on_every_response(app: Flask, *, https: bool) -> None:
    """Install the headers; `https` adds Strict-Transport-Security."""

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = content_security_policy(
            g.get("frame_ancestors", ()), g.get("form_actions", ())
        )
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Content-Type-Options"] = "nosniff"
        if https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.endpoint == "static":
            found = response.status_code < 400 and "v" in request.args  # the URL names its content (app.py)
            headers["Cache-Control"] = _A_YEAR if found else "no-cache"
        else:
            headers.setdefault("Cache-Control", "no-store")
        return response
