"""A small EHR that also serves FHIR: one of the demo's hand-made people, or any resources, and any fault."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from werkzeug import Request, Response

from cds_service.outside import clock
from measures.terminology import LOINC
from smart_app.demo_ehr.people import tell_all
from tests.smart_app.small_ehr import SmallEhr

Fault = Callable[[], Response]
PATIENTS = re.compile(r"Patient/([\w.-]+)")
WRITES = " ".join(
    f"patient/{kind}.cu"
    for kind in ("Observation", "QuestionnaireResponse", "DocumentReference", "ServiceRequest")
)


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

    What is POSTed or PUT is kept. `write_faults` replaces the answer to a write of a type, for as many times
    as it yields: before it is kept, or with `keeps_first` after. `hides_new` is a search index that never
    finds what was written; `knows_identifiers` is False for an EHR that cannot search by them and drops them.
    `revoked` is a token it no longer takes; `tokens` are those it was shown.
    """

    def __init__(self, ehr: SmallEhr, *resources: dict[str, Any]) -> None:
        self.resources = list(resources)
        self.faults: dict[str, Fault] = {}
        self.write_faults: dict[str, Iterator[Fault]] = {}
        self.keeps_first = False
        self.hides_new = False
        self.knows_identifiers = True
        self.asked: list[str] = []
        self.writes: list[tuple[str, str]] = []  # method and type, in the order they came
        self.searches: list[str] = []
        self.tokens: set[str] = set()
        self.revoked = ""
        self._made: set[str] = set()
        self._lock = threading.Lock()
        ehr.server.expect_request(re.compile(r"/fhir/[A-Z].*")).respond_with_handler(self._answer)

    def written(self, kind: str) -> list[dict[str, Any]]:
        """What was written of a type, as it is now."""
        return [r for r in self.resources if r["resourceType"] == kind and r["id"] in self._made]

    def _answer(self, request: Request) -> Response:
        kind, _, identity = request.path.removeprefix("/fhir/").partition("/")
        self.asked.append(kind)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.tokens.add(token)
        if token == self.revoked:
            return Response("{}", 401)
        if request.method in ("POST", "PUT"):
            return self._write(request, kind, identity)
        if kind in self.faults:
            return self.faults[kind]()
        if identity:
            return self._read(kind, identity)
        return self._search(request, kind)

    def _search(self, request: Request, kind: str) -> Response:
        patient = request.args.get("patient", "")
        found = [r for r in self.resources if r["resourceType"] == kind and patient in named(r)]
        if "identifier" in request.args:
            self.searches.append(kind)
            if not self.knows_identifiers:
                return _json({"resourceType": "OperationOutcome"}, 400)
            wanted = request.args["identifier"].rpartition("|")[2]
            found = [r for r in found if wanted in json.dumps(r.get("identifier", ""))]
        if self.hides_new:
            found = [r for r in found if r["id"] not in self._made]
        entries = [{"resource": r} for r in found]
        return _json({"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries})

    def _write(self, request: Request, kind: str, identity: str) -> Response:
        self.writes.append((request.method, kind))
        fault = next(self.write_faults.get(kind, iter(())), None)
        if fault and not self.keeps_first:
            return fault()
        resource = json.loads(request.get_data())
        with self._lock:
            answer = self._replace(request, resource) if identity else self._create(resource)
        return fault() if fault else answer

    def _create(self, resource: dict[str, Any]) -> Response:
        resource |= {"id": f"made-{len(self._made)}", "meta": {"versionId": "1"}}
        if not self.knows_identifiers:
            resource.pop("identifier", None)
        self._made.add(resource["id"])
        self.resources.append(resource)
        return _json(resource, 201)

    def _replace(self, request: Request, resource: dict[str, Any]) -> Response:
        key = resource["resourceType"], resource["id"]
        place, held = next(
            (place, r) for place, r in enumerate(self.resources) if (r["resourceType"], r.get("id")) == key
        )
        version = held["meta"]["versionId"]
        if request.headers.get("If-Match") != f'W/"{version}"':
            return _json({"resourceType": "OperationOutcome"}, 412)
        self.resources[place] = resource | {"meta": {"versionId": str(int(version) + 1)}}
        return _json(self.resources[place])

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
