"""The service under examination: its answers, and requests that any service of its kind should take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import uuid4

import orjson

PATIENT = "conformance-1"
USER = "Practitioner/conformance"
HOOKS = ("patient-view", "order-sign", "order-select", "encounter-discharge")

Json = dict[str, Any]


class NoAnswer(Exception):
    """The service did not answer, or not in HTTP."""


class Skipped(Exception):
    """A rule that cannot be asked here; the message says why."""


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; `tree` is its JSON, None where it is none. Header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def tree(self) -> Any:
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    @property
    def is_outcome(self) -> bool:
        """Whether it carries an OperationOutcome with at least one issue."""
        tree = self.tree
        return (
            isinstance(tree, dict)
            and tree.get("resourceType") == "OperationOutcome"
            and bool(tree.get("issue"))
        )

    def __str__(self) -> str:
        return f"HTTP {self.status}" + (" with an OperationOutcome" if self.is_outcome else "")


class Sends(Protocol):
    """How requests reach the service, and how they are signed."""

    origin: str | None  # of a browser that is registered there

    @property
    def signs(self) -> bool:
        """Whether there is a key to sign with."""

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """One request; raises NoAnswer."""

    def token(self, path: str, *, header: Json, forged: str, **claims: Any) -> str:
        """A JWT for this path. A claim given as None is left out; `forged` is "", "none", "hmac" or
        "another key".
        """


@dataclass
class Subject:
    """One base URL, asked through `sends`; `today` dates the invented patient's screen."""

    sends: Sends
    today: date
    _discovery: Answer | None = None
    _answers: dict[str, Answer] = field(default_factory=dict)

    # -- discovery ---------------------------------------------------------------------------------------

    @property
    def discovery(self) -> Answer:
        """What discovery answered, asked once."""
        if self._discovery is None:
            headers = self._signed("/cds-services") if self.sends.signs else {}
            self._discovery = self.sends.send("GET", "/cds-services", None, headers)
        return self._discovery

    @property
    def services(self) -> list[Json]:
        """The services listed that can be called at all."""
        tree = self.discovery.tree
        listed = tree.get("services") if isinstance(tree, dict) else None
        found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        return [one for one in found if isinstance(one.get("id"), str) and one.get("hook") in HOOKS]

    @property
    def service(self) -> Json:
        """The one that most rules are asked of: patient-view where there is one."""
        for hook in HOOKS:
            for service in self.services:
                if service["hook"] == hook:
                    return service
        raise Skipped(f"discovery lists no service for {', '.join(HOOKS)}")

    # -- calls -------------------------------------------------------------------------------------------

    def call(self, service: Json | None = None, body: Json | bytes | None = None, **more: Any) -> Answer:
        """A signed call; a good request unless a body is given. `token` and `headers` replace ours."""
        service = service or self.service
        if not self.sends.signs:
            raise Skipped("needs a signed call: give --key and --iss of a registered client")
        path = f"/cds-services/{service['id']}{more.get('below', '')}"
        sent = self.request(service) if body is None else body
        raw = sent if isinstance(sent, bytes) else orjson.dumps(sent)
        headers = {"Content-Type": "application/json"} | more.get("headers", {})
        token = more.get("token", ...)
        if token is ...:
            headers |= self._signed(path)
        elif token is not None:
            headers |= {"Authorization": f"Bearer {token}"}
        return self.sends.send("POST", path, raw, headers)

    def token(
        self, service: Json | None = None, *, header: Json | None = None, forged: str = "", **claims: Any
    ) -> str:
        """A token for a call of the service, good but for what is changed."""
        if not self.sends.signs:
            raise Skipped("needs a key to sign with: give --key and --iss of a registered client")
        path = f"/cds-services/{(service or self.service)['id']}"
        return self.sends.token(path, header=header or {}, forged=forged, **claims)

    def answer(self, service: Json) -> Answer:
        """What a service answers to a good request, asked once."""
        if service["id"] not in self._answers:
            self._answers[service["id"]] = self.call(service)
        return self._answers[service["id"]]

    def cards(self) -> Iterator[Json]:
        """Every card of every service's answer to a good request; Skipped without any."""
        found = False
        for service in self.services:
            for card in cards_of(self.answer(service)):
                found = True
                yield card
        if not found:
            raise Skipped("no service answered a card to look at")

    # -- requests ----------------------------------------------------------------------------------------

    def request(self, service: Json, **change: Any) -> Json:
        """A good request: an invented patient with a high C-SSRS and a draft order for lithium."""
        context: Json = {"userId": USER, "patientId": PATIENT}
        if service["hook"] == "encounter-discharge":
            context["encounterId"] = "conformance-visit"
        if service["hook"].startswith("order-"):
            context["draftOrders"] = {"resourceType": "Bundle", "entry": [{"resource": _ORDER}]}
        if service["hook"] == "order-select":
            context["selections"] = ["MedicationRequest/conformance-draft"]
        prefetch = service.get("prefetch")
        templates = prefetch if isinstance(prefetch, dict) else {}
        filled = {key: _filled(str(template), self.today) for key, template in templates.items()}
        body: Json = {"hook": service["hook"], "hookInstance": str(uuid4()), "context": context}
        return body | ({"prefetch": filled} if filled else {}) | change

    def _signed(self, path: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.sends.token(path, header={}, forged='')}"}


def cards_of(answer: Answer) -> list[Json]:
    """The cards of one answer."""
    tree = answer.tree
    cards = tree.get("cards") if isinstance(tree, dict) else None
    return [card for card in cards if isinstance(card, dict)] if isinstance(cards, list) else []


_SUBJECT = {"reference": f"Patient/{PATIENT}"}
_ORDER: Json = {
    "resourceType": "MedicationRequest",
    "id": "conformance-draft",
    "status": "draft",
    "intent": "order",
    "subject": _SUBJECT,
    "medicationCodeableConcept": {
        "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "197889"}],
        "text": "Lithium carbonate 300 MG",
    },
}
_SCREEN: Json = {
    "resourceType": "Observation",
    "id": "conformance-screen",
    "status": "final",
    "subject": _SUBJECT,
    "code": {"coding": [{"system": "http://loinc.org", "code": "93374-7"}]},
    "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA9193-9"}], "text": "High"},
}


def _filled(template: str, today: date) -> Json:
    """What an EHR would answer to a template for this patient."""
    kind = template.partition("?")[0].partition("/")[0]
    if kind == "Patient" and "?" not in template:
        return {"resourceType": "Patient", "id": PATIENT, "birthDate": "1980-05-01"}
    found = [_SCREEN | {"effectiveDateTime": today.isoformat()}] if kind == "Observation" else []
    entries = [{"resource": resource} for resource in found]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}
