"""This EHR as a CDS Hooks client: discovers services, calls them when a chart opens, sends feedback.

Every call is signed, and kept for a while: a tester can see what went out, what came back and how long
it took.
"""

from __future__ import annotations

import secrets
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import httpx
import orjson
from joserfc import jwt

from smart_app.demo_ehr.grants import Context as LaunchContext
from smart_app.demo_ehr.grants import Grants, mint
from smart_app.demo_ehr.keys import EhrKeys
from smart_app.demo_ehr.prefetch import fill
from smart_app.demo_ehr.store import CLINICIAN_REFERENCE, Store

TIMEOUT = 10.0  # seconds; long enough to debug a service, and the chart does not wait for it
TOKEN_LIVES = timedelta(minutes=5)
CALLS_KEPT = 100
SCOPE_FOR_SERVICES = "patient/*.rs"


@dataclass(frozen=True)
class Call:
    """One call to a CDS service, as a tester wants to see it. Access tokens and signatures are not kept."""

    number: int
    at: datetime
    method: str
    url: str
    claims: dict[str, Any]  # of the JWT it was signed with
    patient: str | None = None
    request: Any = None
    status: int | None = None
    response: Any = None
    problem: str = ""  # why there is no usable answer
    milliseconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300 and not self.problem

    @property
    def outcome(self) -> str:
        """One line about how it went."""
        if self.status is None:
            return self.problem
        return f"HTTP {self.status}" + (f": {self.problem}" if self.problem else "")


@dataclass(frozen=True)
class Answer:
    """What one service said about one patient."""

    service: dict[str, Any]
    call: Call
    cards: tuple[Any, ...]


class CdsClient:
    """`services` is where discovery is, less /cds-services; `issuer` is the iss this EHR signs with."""

    def __init__(
        self,
        services: str,
        issuer: str,
        keys: EhrKeys,
        store: Store,
        grants: Grants,
        now: Callable[[], datetime],
    ) -> None:
        self.services, self.issuer, self.keys = services, issuer, keys
        self.store, self.grants, self._now = store, grants, now
        self.fhir_base = f"{issuer}/fhir"
        self._http = httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)
        self._lock = Lock()
        self._calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self._number = 0

    def open_chart(self, patient_id: str, client_id: str) -> list[Answer]:
        """Call every patient-view service. What fails is an answer without cards whose call says why."""
        discovery = self._send("GET", f"{self.services}/cds-services")
        if not discovery.good:
            return [Answer({}, discovery, ())]
        listed = discovery.response.get("services") if isinstance(discovery.response, dict) else None
        services = listed if isinstance(listed, list) else []
        return [self._view(one, patient_id, client_id) for one in services if _is_for_charts(one)]

    def feedback(self, service_id: str, patient_id: str, feedback: dict[str, Any]) -> Call:
        """Tell a service what became of one card. (CDS Hooks 2.0, feedback)"""
        written = {**feedback, "outcomeTimestamp": self._now().isoformat(timespec="milliseconds")}
        url = f"{self.services}/cds-services/{service_id}/feedback"
        return self._send("POST", url, {"feedback": [written]}, patient_id)

    def calls(self) -> list[Call]:
        """The latest calls, newest first."""
        with self._lock:
            return list(reversed(self._calls))

    def call(self, number: int) -> Call | None:
        return next((one for one in self.calls() if one.number == number), None)

    def close(self) -> None:
        self._http.close()

    def _view(self, service: dict[str, Any], patient_id: str, client_id: str) -> Answer:
        context = {"userId": CLINICIAN_REFERENCE, "patientId": patient_id}
        encounter = current_encounter(self.store.chart(patient_id))
        if encounter:
            context["encounterId"] = encounter
        prefetch, problems = fill(_templates(service), context, self.store, self.fhir_base)
        request = {
            "hook": "patient-view",
            "hookInstance": str(uuid.uuid4()),
            "fhirServer": self.fhir_base,
            "fhirAuthorization": self._authorization(patient_id, encounter, client_id),
            "context": context,
        } | ({"prefetch": prefetch} if prefetch else {})
        url = f"{self.services}/cds-services/{service['id']}"
        call = self._send("POST", url, request, patient_id, notes=problems)
        cards = call.response.get("cards") if call.good and isinstance(call.response, dict) else None
        return Answer(service, call, tuple(cards) if isinstance(cards, list) else ())

    def _authorization(self, patient_id: str, encounter: str | None, client_id: str) -> dict[str, Any]:
        context = LaunchContext(CLINICIAN_REFERENCE, patient_id, encounter)
        token = mint(context, client_id, SCOPE_FOR_SERVICES, self._now() + TOKEN_LIVES)
        self.grants.keep_token(token)
        return {
            "access_token": token.access_token,
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LIVES.total_seconds()),
            "scope": token.scope,
            "subject": client_id,
            "patient": patient_id,
        }

    def _send(
        self, method: str, url: str, body: Any = None, patient: str | None = None, notes: Iterable[str] = ()
    ) -> Call:
        claims = self._claims(url)
        header = {
            "alg": "ES384",
            "typ": "JWT",
            "kid": self.keys.cds.kid,
            "jku": f"{self.issuer}/.well-known/jwks.json",
        }
        signed = jwt.encode(header, claims, self.keys.cds, algorithms=["ES384"])
        headers = {"Authorization": f"Bearer {signed}", "Accept": "application/json"}
        content = None if body is None else orjson.dumps(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        with self._lock:
            self._number += 1
            call = Call(
                self._number,
                self._now(),
                method,
                url,
                claims,
                patient,
                without_token(body),
                notes=tuple(notes),
            )
        started = time.perf_counter()
        try:
            answer = self._http.request(method, url, content=content, headers=headers)
            call = replace(call, **_read(answer))
        except httpx.HTTPError as error:
            call = replace(call, problem=f"No answer from {url}: {error or type(error).__name__}")
        call = replace(call, milliseconds=(time.perf_counter() - started) * 1000)
        with self._lock:
            self._calls.append(call)
        return call

    def _claims(self, url: str) -> dict[str, Any]:
        now = int(self._now().timestamp())
        jti = secrets.token_urlsafe(16)
        return {"iss": self.issuer, "aud": url, "iat": now, "exp": now + 300, "jti": jti}


def current_encounter(chart: Iterable[dict[str, Any]]) -> str | None:
    """The visit going on now, if there is one."""
    going_on = (
        one for one in chart if one["resourceType"] == "Encounter" and one.get("status") == "in-progress"
    )
    return next((str(one["id"]) for one in going_on), None)


def _is_for_charts(service: Any) -> bool:
    """Whether what discovery listed is a service to call when a chart opens."""
    named = isinstance(service, dict) and isinstance(service.get("id"), str)
    return named and service.get("hook") == "patient-view"


def _templates(service: dict[str, Any]) -> dict[str, str]:
    prefetch = service.get("prefetch")
    named = prefetch.items() if isinstance(prefetch, dict) else ()
    return {key: template for key, template in named if isinstance(template, str)}


def without_token(body: Any) -> Any:
    """The same request with the access token's value taken out: what is shown and kept never holds it."""
    if isinstance(body, dict) and "fhirAuthorization" in body:
        return body | {"fhirAuthorization": body["fhirAuthorization"] | {"access_token": "(not shown)"}}
    return body


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = orjson.loads(answer.content) if answer.content else None
    except orjson.JSONDecodeError:
        return {
            "status": answer.status_code,
            "problem": "the answer is not JSON",
            "response": answer.text[:2000],
        }
    problem = "" if answer.is_success else _diagnostics(body)
    return {"status": answer.status_code, "problem": problem, "response": body}


def _diagnostics(body: Any) -> str:
    issues = body.get("issue") if isinstance(body, dict) else None
    texts = [
        str(one["diagnostics"]) for one in issues or [] if isinstance(one, dict) and "diagnostics" in one
    ]
    return " ".join(texts) or "no reason given"
