"""A CDS service of somebody else's, over real HTTP: it answers one card and remembers what it was sent."""

from __future__ import annotations

import re
from typing import Any

import orjson
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.demo_ehr.small_ehr import APP

REFERRAL = {
    "resourceType": "ServiceRequest",
    "status": "draft",
    "intent": "order",
    "subject": {"reference": "Patient/ada"},
    "code": {"text": "Referral to behavioral health"},
}
REASONS = [{"code": "later", "system": "https://throughline.example/reasons", "display": "Not at this visit"}]
CARD: dict[str, Any] = {
    "uuid": "7f1d4d0e-0000-4000-8000-000000000001",
    "summary": "PHQ-9 17 on 12 Nov; no follow-up recorded",
    "indicator": "warning",
    "detail": "Two days allowed, **8** passed.",
    "source": {"label": "Throughline"},
    "overrideReasons": REASONS,
    "suggestions": [
        {"uuid": "s-1", "label": "Refer to behavioral health", "actions": [
            {"type": "create", "description": "Referral", "resource": REFERRAL}]}
    ],
    "links": [
        {"label": "Open the chart view", "url": f"{APP}/launch", "type": "smart", "appContext": "gap-17"},
        {"label": "Elsewhere", "url": "https://elsewhere.example/launch", "type": "smart"},
        {"label": "The measure", "url": "https://measures.example/cms2", "type": "absolute"},
    ],
}  # fmt: skip
SERVICE: dict[str, Any] = {
    "id": "a-service",
    "hook": "patient-view",
    "title": "Gaps",
    "description": "Gaps",
    "prefetch": {
        "patient": "Patient/{{context.patientId}}",
        "a1c": "Observation?patient={{context.patientId}}&code=http://loinc.org|4548-4&_sort=-date&_count=1",
        "visits": "Encounter?patient={{context.patientId}}",
        "user": "Practitioner/{{userPractitionerId}}",
        "nothing": "Procedure?patient={{context.patientId}}",
        "nobody": "Practitioner/none",
        "clever": "Observation?date=ge{{today() - 90 days}}",
        "foreign": "Observation?patient=ben",
        "unknown": "Observation?patient={{context.patientId}}&mood=good",
    },
}


class StandIn:
    """Somebody's CDS service: says what it was given, remembers what it was sent."""

    def __init__(self, httpserver: HTTPServer, card: dict[str, Any] = CARD, status: int = 200) -> None:
        self.calls: list[tuple[str, dict[str, str], Any]] = []
        self.card, self.status = card, status
        httpserver.expect_request(re.compile("/cds-services.*")).respond_with_handler(self.answer)
        self.address = httpserver.url_for("").rstrip("/")

    def answer(self, request: Request) -> Response:
        body = request.get_json() if request.method == "POST" else {}
        self.calls.append((request.path, dict(request.headers), body))
        if request.path == "/cds-services":
            return as_json({"services": [SERVICE, {"id": "other", "hook": "order-sign", "description": "x"}]})
        if request.path.endswith("/feedback"):
            return as_json({})
        return as_json({"cards": [self.card]} if self.status == 200 else outcome(), self.status)

    def sent(self, path: str) -> list[Any]:
        return [body for its_path, _, body in self.calls if its_path == path]


def outcome() -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "Condition is required"}]}


def as_json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, content_type="application/json")
