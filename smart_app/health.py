"""For those who run the server: is it alive, can it work, what has it done."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, jsonify

from cds_service.outside.telemetry import metrics_page
from smart_app.session import wiring

blueprint = Blueprint("health", __name__)
_log = structlog.get_logger()


@blueprint.get("/livez")
def livez() -> Response:
    """200 while the process answers at all; a failure means: restart it."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 when requests can be served, else 503 and what is missing; a failure means: send nobody here."""
    parts = wiring()
    trouble = parts.database.why_unusable()
    checks = {
        "database": trouble is None,
        "vocabulary": bool(parts.vocabulary.titles),
        "rules": bool(parts.rules),
    }
    ready = all(checks.values())
    told: dict[str, object] = {"status": "ok" if ready else "not ready", "checks": checks}
    # served with the rules before these: ready, but somebody should look
    refused = (*parts.rules_in_use.wrong_files, *parts.rules_in_use.refused)
    if trouble is not None:
        _log.error("database unavailable", error=trouble)
        told |= {"database": trouble}
    return jsonify(told | ({"rules_refused": refused} if refused else {})), 200 if ready else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts and timings for Prometheus; no ids of people."""
    body, content_type = metrics_page()
    return Response(body, content_type=content_type)
