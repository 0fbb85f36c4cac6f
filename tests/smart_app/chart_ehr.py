"""A small EHR that also serves FHIR: one of the demo's hand-made people, or any resources, and any fault."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from werkzeug import Request, Response

from cds_service.outside import clock
from measures.terminology import LOINC
from smart_app.demo_ehr.people import tell_all
from tests.smart_app.small_ehr import SmallEhr

Fault = Callable[[], Response]
PATIENTS = re.compile(r"Patient/([\w.-]+)")


def story(name: str) -> list[dict[str, Any]]:
    """Everything about one of the hand-made people, told today."""
    charts = (told.chart for told in tell_all(clock.today()))
    return next(chart.resources for chart in charts if chart.id == name)


def status(code: int) -> Fault:
    return lambda: Response("{}", code)


def html() -> Response:
    return Response("<html>Please sign in</html>", content_type="text/html")


class ChartEhr:
    """Serves `resources` (everybody's) to whoever asks by patient; `faults` replaces the answer for a type.

    `revoked` is a token it no longer takes; `tokens` are those it was shown.
    """

    def __init__(self, ehr: SmallEhr, *resources: dict[str, Any]) -> None:
        self.resources = list(resources)
        self.faults: dict[str, Fault] = {}
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.revoked = ""
        ehr.server.expect_request(re.compile(r"/fhir/[A-Z].*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        kind, _, identity = request.path.removeprefix("/fhir/").partition("/")
        self.asked.append(kind)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.tokens.add(token)
        if token == self.revoked:
            return Response("{}", 401)
        if kind in self.faults:
            return self.faults[kind]()
        if identity:
            return self._read(kind, identity)
        patient = request.args.get("patient", "")
        found = [{"resource": r} for r in self.resources if r["resourceType"] == kind and patient in named(r)]
        return _json({"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": found})

    def _read(self, kind: str, identity: str) -> Response:
        for resource in self.resources:
            if (resource["resourceType"], resource.get("id")) == (kind, identity):
                return _json(resource)
        return _json({"resourceType": "OperationOutcome"}, 404)


def named(resource: dict[str, Any]) -> set[str]:
    """The ids of the patients a resource names."""
    return set(PATIENTS.findall(json.dumps(resource)))


def _json(tree: dict[str, Any], code: int = 200) -> Response:
    return Response(json.dumps(tree), code, content_type="application/fhir+json")


def rich() -> list[dict[str, Any]]:
    """Ines with years of everything: more than any page of paper holds."""
    about: dict[str, Any] = {"subject": {"reference": "Patient/ines"}}
    today = clock.today()
    found = story("ines")
    for number in range(60):
        day = (today - timedelta(days=11 * number + 1)).isoformat()
        for code, value, unit in (("44261-6", 4 + number % 20, "{score}"), ("4548-4", 6 + number % 4, "%")):
            quantity = {"value": value, "unit": unit, "code": unit}
            found.append(
                about
                | {"resourceType": "Observation", "id": f"{code}-{number}", "status": "final"}
                | {"code": {"coding": [{"system": LOINC, "code": code}]}, "effectiveDateTime": day}
                | {"valueQuantity": quantity}
            )
        name = f"{DRUGS[number % len(DRUGS)]} {number + 1} MG Oral Tablet"
        found.append(
            about
            | {
                "resourceType": "MedicationRequest",
                "id": f"m-{number}",
                "status": "active",
                "intent": "order",
            }
            | {"medicationCodeableConcept": {"text": name}, "authoredOn": day}
        )
        found.append(
            about
            | {"resourceType": "Condition", "id": f"c-{number}", "onsetDateTime": day}
            | {"code": {"text": f"Disorder number {number} of the long list"}}
            | {"clinicalStatus": {"coding": [{"code": "active"}]}}
        )
        found.append(
            about
            | {
                "resourceType": "Encounter",
                "id": f"e-{number}",
                "status": "finished",
                "class": {"code": "AMB"},
            }
            | {"type": [{"text": "Follow-up encounter"}], "period": {"start": day, "end": day}}
        )
    return found


DRUGS = ("sertraline", "olanzapine", "lithium", "metformin", "clonazepam", "lisinopril")
