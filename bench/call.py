"""One CDS call as a registered host EHR makes it, and its bytes sent to a view that only parses."""

from __future__ import annotations

import io
import re
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response, request
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from bench.batch import unpacked
from cds_service.outside import clock
from cds_service.outside.registry import read_host_ehr
from cds_service.outside.settings import load_settings
from cds_service.wiring import Wiring
from measures.record import PatientRecord
from smart_app.app import create_app

PATIENT_VIEW, ORDER_SIGN = "throughline-patient-view", "throughline-order-sign"
EHR = "bench"
ISSUER = "http://127.0.0.1:9999"
BASE_URL = "http://127.0.0.1:8000"
SECRET = "only for this benchmark, never stored"  # noqa: S105

_USER = b'"Practitioner/1"'
_PREFETCH = re.compile(rb'"prefetch": ?{')
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"

_KEYS: dict[str, ECKey | RSAKey] = {
    "ES384": ECKey.generate_key("P-384", {"kid": "bench-ES384", "use": "sig", "alg": "ES384"}),
    "RS384": RSAKey.generate_key(2048, {"kid": "bench-RS384", "use": "sig", "alg": "RS384"}),
}
ALGORITHMS = tuple(_KEYS)
"""Both that CDS Hooks recommends; EHRs differ in which they sign with, and what that costs to verify."""

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Answer = tuple[str, bytes]


class Desk:
    """A registered caller, the real application, and the bare views. `whole`, `bare` and `echo` make one
    request ready each, of the service and with the body that `about` chose.
    """

    def __init__(
        self, folder: Path, body: bytes, vocabulary: Path, fhir_base: str = f"{ISSUER}/fhir"
    ) -> None:
        self.service, self.body = PATIENT_VIEW, body
        self._flask = self._application(folder, vocabulary, fhir_base)
        self.application: Application = self._flask
        self.floor: Application = _bare_views()

    def _application(self, folder: Path, vocabulary: Path, fhir_base: str) -> Flask:
        keys = [key.as_dict(private=False) for key in _KEYS.values()]
        (folder / "keys.json").write_bytes(orjson.dumps({"keys": keys}))
        (folder / "bench.yaml").write_text(
            f"name: {EHR}\nfhir_base: {fhir_base}\nprofile: generic\n"
            f"cds_clients:\n  - {{iss: '{ISSUER}', jwks_file: keys.json}}\n"
        )
        app = create_app(
            load_settings(
                database_url=f"sqlite:///{folder / 'bench.sqlite3'}",
                secret_key=SECRET,
                base_url=BASE_URL,
                vocabulary=vocabulary,
            )
        )
        app.extensions["throughline"].host_ehrs.add(read_host_ehr(folder / "bench.yaml"))
        return app

    def about(self, service: str, body: bytes) -> None:
        """From now on this service is called, with this body."""
        self.service, self.body = service, body

    def whole(self, algorithm: str = ALGORITHMS[0], *, again: bool = False) -> Callable[[], Answer]:
        """A call in a visit of its own, with a signed token of its own, as each real call has; with a chart
        that this process has not seen yet, or `again` with the one it saw before.
        """
        visit = uuid.uuid4().hex.encode()
        body = self.body.replace(_USER, b'%s, "encounterId": "%s"' % (_USER, visit), 1)
        if not again:
            body = _PREFETCH.sub(rb'\g<0>"unlike": "%s",' % visit, body, count=1)
        environ = _environ(f"/cds-services/{self.service}", body, f"Bearer {self._token(algorithm)}")
        return lambda: _answer(self.application, environ)

    def bare(self) -> Callable[[], Answer]:
        environ = _environ("/parse", self.body, "")
        return lambda: _answer(self.floor, environ)

    def echo(self) -> Callable[[], Answer]:
        environ = _environ("/echo", self.body, "")
        return lambda: _answer(self.floor, environ)

    def refreshed(self) -> None:
        """The nightly refresh was here: from now on the patient's risk is read, not scored."""
        parts: Wiring = self._flask.extensions["throughline"]
        patient, resources = unpacked(orjson.loads(self.body))
        parts.risk.refresh(EHR, [PatientRecord(patient, resources, parts.vocabulary)], clock.today())

    def describe(self) -> str:
        """What one call answers; ends the program unless it is cards, so that no refusal is ever measured."""
        status, answer = self.whole()()
        if not status.startswith("200"):
            raise SystemExit(
                f"bench: the CDS call was answered {status}: {answer[:500].decode(errors='replace')}"
            )
        cards = orjson.loads(answer)["cards"]
        return f"{status} with {len(cards)} cards, {len(answer):,} bytes"

    def _token(self, algorithm: str) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": f"{BASE_URL}/cds-services/{self.service}",
            "iat": now,
            "exp": now + 300,
            "jti": str(uuid.uuid4()),
        }
        key = _KEYS[algorithm]
        header = {"alg": algorithm, "kid": key.kid, "typ": "JWT"}
        return jwt.encode(header, claims, key, algorithms=[algorithm])


def signing(body: bytes) -> bytes:
    """The same patient with three orders about to be signed: lithium, ibuprofen, and a lipid panel."""
    request_body = orjson.loads(body)
    drafts = [
        {
            "resourceType": "MedicationRequest",
            "medicationCodeableConcept": _coded(RXNORM, "197889", "Lithium"),
        },
        {
            "resourceType": "MedicationRequest",
            "medicationCodeableConcept": _coded(RXNORM, "5640", "Ibuprofen"),
        },
        {"resourceType": "ServiceRequest", "code": _coded("http://loinc.org", "24331-1", "Lipid panel")},
    ]
    entries = [
        {"resource": {"id": f"draft-{number}", "status": "draft", "intent": "order"} | draft}
        for number, draft in enumerate(drafts)
    ]
    orders = {"resourceType": "Bundle", "entry": entries}
    context = request_body["context"] | {"draftOrders": orders}
    return orjson.dumps(request_body | {"hook": "order-sign", "context": context})


def _coded(system: str, code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], "text": text}


def _bare_views() -> Flask:
    app = Flask("bare_views")

    @app.post("/parse")
    def parse() -> str:
        orjson.loads(request.get_data())
        return "parsed"

    @app.post("/echo")
    def echo() -> Response:
        return Response(orjson.dumps(orjson.loads(request.get_data())), mimetype="application/json")

    return app


def _environ(path: str, body: bytes, authorization: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_AUTHORIZATION": authorization,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _answer(application: Application, environ: dict[str, Any]) -> Answer:
    statuses: list[str] = []

    def start_response(status: str, _headers: object, _error: object = None) -> None:
        statuses.append(status)

    chunks = application(environ, start_response)
    try:
        return statuses[0], b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
