"""Two invented patients and an EHR that holds them, small enough to count by hand."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from smart_app.demo_ehr.app import create_demo_ehr
from smart_app.demo_ehr.clients import RegisteredApp
from smart_app.demo_ehr.ehr import DemoEhr
from smart_app.demo_ehr.grants import Context, mint
from smart_app.demo_ehr.keys import EhrKeys
from smart_app.demo_ehr.loading import People, Person

EHR = "http://localhost:8001"
APP = "http://127.0.0.1:8000"
CALLBACK = f"{APP}/callback"
TODAY = date(2026, 11, 20)
LOINC, CATEGORY = "http://loinc.org", "http://terminology.hl7.org/CodeSystem/observation-category"
VERIFIER = "a-verifier-that-is-longer-than-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Clock:
    """A clock the tests turn by hand."""

    time: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 15, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.time

    def turn(self, **forward: float) -> None:
        self.time += timedelta(**forward)


def subject(patient: str) -> dict[str, str]:
    return {"reference": f"Patient/{patient}"}


def observation(id: str, patient: str, code: str, on: str, value: float, category: str = "laboratory") -> Any:
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": subject(patient),
        "effectiveDateTime": on,
        "valueQuantity": {"value": value},
    }


def condition(id: str, patient: str, name: str, clinical: str = "active") -> Any:
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    return {
        "resourceType": "Condition",
        "id": id,
        "clinicalStatus": {"coding": [{"system": system, "code": clinical}]},
        "code": {"text": name},
        "subject": subject(patient),
        "onsetDateTime": "2025-02",
    }


def visit(id: str, patient: str, status: str, start: str) -> Any:
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": status,
        "class": {"code": "AMB"},
        "type": [{"text": "Office visit"}],
        "subject": subject(patient),
        "period": {"start": start},
    }


def person(id: str, given: str, family: str, born: date, story: str, *resources: Any) -> Person:
    patient = {
        "resourceType": "Patient",
        "id": id,
        "name": [{"family": family, "given": [given]}],
        "birthDate": born.isoformat(),
        "gender": "female",
    }
    lines = tuple(orjson.dumps(one) for one in (patient, *resources))
    return Person(id, f"{given} {family}", born, "female", story, lines)


def small_people() -> People:
    ada = person(
        "ada",
        "Ada",
        "Ostrowska",
        date(1972, 11, 20),
        "PHQ-9 rising over six weeks",
        observation("a1c-old", "ada", "4548-4", "2026-01-10", 7.1),
        observation("a1c-new", "ada", "4548-4", "2026-08-02T09:30:00-04:00", 8.4),
        observation("phq", "ada", "44261-6", "2026-11-12", 17, category="survey"),
        condition("mdd", "ada", "Major depression"),
        condition("flu", "ada", "Influenza", clinical="resolved"),
        visit("then", "ada", "finished", "2026-08-02T13:00:00Z"),
        visit("now", "ada", "in-progress", "2026-11-20T14:00:00Z"),
    )
    ben = person(
        "ben",
        "Ben",
        "García",
        date(1990, 5, 5),
        "Well controlled",
        observation("ben-a1c", "ben", "4548-4", "2026-10-01", 5.6),
        condition("ben-htn", "ben", "Hypertension"),
    )
    practitioner = {
        "resourceType": "Practitioner",
        "id": "noor",
        "name": [{"family": "Vale", "given": ["Noor"]}],
    }
    return People({"ada": ada, "ben": ben}, [practitioner])


SCOPES = (
    "launch", "launch/patient", "openid", "fhirUser", "online_access", "offline_access",
    "patient/*.cruds", "user/*.rs",
)  # fmt: skip
KEYS = EhrKeys()  # an RSA key takes a while to make
PUBLIC = RegisteredApp("throughline", "Throughline", f"{APP}/launch", (CALLBACK,), SCOPES)


@dataclass
class SmallEhr:
    """The EHR as its client sees it, and its parts where a test must look inside."""

    flask: Flask
    clock: Clock

    @property
    def parts(self) -> DemoEhr:
        parts: DemoEhr = self.flask.extensions["demo_ehr"]
        return parts

    @property
    def browser(self) -> FlaskClient:
        return self.flask.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.browser.get(path, base_url=EHR, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        """As the EHR's own page sends it."""
        headers = {"Origin": EHR, **options.pop("headers", {})}
        return self.browser.post(path, base_url=EHR, headers=headers, **options)

    def token(self, scope: str = "patient/*.cruds", patient: str | None = "ada") -> dict[str, str]:
        """Headers with a token for one patient, as the CDS client gives to a service."""
        context = Context("Practitioner/demo-clinician", patient)
        token = mint(context, "throughline", scope, self.clock() + timedelta(hours=1))
        self.parts.grants.keep_token(token)
        return {"Authorization": f"Bearer {token.access_token}"}

    def fhir(self, path: str, scope: str = "patient/*.cruds", patient: str | None = "ada") -> TestResponse:
        return self.get(f"/fhir/{path}", headers=self.token(scope, patient))

    def launch(self, patient: str = "ada") -> str:
        """The launch parameter of an app opened from a chart."""
        answer = self.get(f"/patients/{patient}/launch")
        return parse_qs(urlsplit(answer.headers["Location"]).query)["launch"][0]


def small_ehr(app: RegisteredApp = PUBLIC, services: str = APP) -> SmallEhr:
    clock = Clock()
    return SmallEhr(create_demo_ehr(small_people(), EHR, app, services, clock, KEYS), clock)


def ids(answer: TestResponse) -> list[str]:
    """What a search found, in its order."""
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["id"] for entry in answer.get_json().get("entry", [])]
