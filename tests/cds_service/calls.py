"""The other side of a CDS call: a client that signs, and prefetch as an EHR would send it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import uuid4

import orjson
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from werkzeug.test import TestResponse

BASE_URL = "http://127.0.0.1:8000"
SERVICE = "/cds-services/throughline-patient-view"
ORDER_SIGN = "/cds-services/throughline-order-sign"
ORDER_SELECT = "/cds-services/throughline-order-select"
DISCHARGE = "/cds-services/throughline-encounter-discharge"
TODAY = date(2026, 11, 22)
KINDS = (
    "Condition",
    "Encounter",
    "Observation",
    "Procedure",
    "MedicationRequest",
    "ServiceRequest",
    "DeviceRequest",
    "MedicationDispense",
    "CarePlan",
    "DocumentReference",
)

Json = dict[str, Any]


def bundle(*resources: Json, **more: Any) -> Json:
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(resources), "entry": entries} | more


def patient(born: str = "1966-04-02", **more: Any) -> Json:
    return {"resourceType": "Patient", "id": "pat-1", "birthDate": born, **more}


def prefetch(*resources: Json, who: Json | None = None) -> Json:
    """Every template satisfied: each resource in the Bundle of its type."""
    sorted_out = {kind: bundle(*(r for r in resources if r["resourceType"] == kind)) for kind in KINDS}
    return {"Patient": who or patient(), **sorted_out}


def view(given: Json | None, **more: Any) -> Json:
    """The body of a patient-view call, in a visit of its own."""
    context = {"userId": "Practitioner/dr-1", "patientId": "pat-1", "encounterId": str(uuid4())}
    body: Json = {"hook": "patient-view", "hookInstance": str(uuid4()), "context": context}
    return body | ({} if given is None else {"prefetch": given}) | more


def hook(name: str, given: Json | None, **context: Any) -> Json:
    """The body of a call of another hook, in a visit of its own unless one is named."""
    body = view(given)
    return body | {"hook": name, "context": body["context"] | context}


def signing(given: Json | None, *drafts: Json, **context: Any) -> Json:
    """The body of an order-sign call with these drafts."""
    return hook("order-sign", given, draftOrders=bundle(*drafts) | {"type": "collection"}, **context)


class CdsClient:
    """Signs calls as one issuer and sends them to the service."""

    def __init__(self, http: FlaskClient, key: ECKey | RSAKey, iss: str) -> None:
        self.http = http
        self.key = key
        self.iss = iss

    def token(
        self,
        path: str = SERVICE,
        *,
        header: Json | None = None,
        key: ECKey | RSAKey | None = None,
        **claims: Any,
    ) -> str:
        """A good token for this endpoint, but for what is changed; a claim given as None is left out."""
        now = int(time.time())
        said: Json = {"iss": self.iss, "aud": BASE_URL + path, "iat": now, "exp": now + 300}
        said |= {"jti": str(uuid4())} | claims
        signing = key or self.key
        algorithm = "RS384" if isinstance(signing, RSAKey) else "ES384"
        head: Json = {"alg": algorithm, "kid": signing.kid, "typ": "JWT"} | (header or {})
        given = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(head, given, signing, algorithms=[head["alg"]], default_type=None)

    def post(
        self, body: Json | bytes, path: str = SERVICE, *, token: str | None = None, **headers: str
    ) -> TestResponse:
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        sent = {"Authorization": f"Bearer {token or self.token(path)}", "Content-Type": "application/json"}
        return self.http.post(path, data=raw, headers=sent | headers)

    def cards(self, *resources: Json, who: Json | None = None) -> list[Json]:
        """The cards for a patient of whom everything was prefetched."""
        return cards_of(self.post(view(prefetch(*resources, who=who))))

    def cards_at_signing(
        self, record: Iterable[Json], *drafts: Json, who: Json | None = None, **context: Any
    ) -> list[Json]:
        """The cards for these drafts, of a patient of whom everything was prefetched."""
        return cards_of(self.post(signing(prefetch(*record, who=who), *drafts, **context), ORDER_SIGN))


def cards_of(answer: TestResponse) -> list[Json]:
    """The cards of a call that was answered."""
    assert answer.status_code == 200, answer.text
    cards: list[Json] = answer.get_json()["cards"]
    return cards


def problems(answer: TestResponse) -> str:
    """What the OperationOutcome of an answer says, one problem a line."""
    outcome = answer.get_json()
    assert outcome["resourceType"] == "OperationOutcome"
    return "\n".join(issue["diagnostics"] for issue in outcome["issue"])


def of_measure(cards: list[Json], measure: str) -> list[Json]:
    """The cards that speak of one measure."""
    return [card for card in cards if card["source"]["label"].startswith(f"{measure} ")]
