"""A host EHR's FHIR server for the tests: what it answers to each search, good or bad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from cds_service.outside.ehr import EhrReader, Gathering
from cds_service.outside.registry import HostEhr
from measures.gather import Query

Answer = Response | Callable[[Request], Response]


def fhir(resource: object, status: int = 200, **headers: Any) -> Response:
    return Response(orjson.dumps(resource), status, headers, content_type="application/fhir+json")


class FhirServer:
    """Answers under /fhir; `asked` keeps every request."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.base = server.url_for("/fhir").rstrip("/")
        self.asked: list[Request] = []

    def answers(self, path: str, answer: Answer) -> None:
        """From now on, this path (and whatever query) is answered so."""

        def handle(request: Request) -> Response:
            self.asked.append(request)
            return answer if isinstance(answer, Response) else answer(request)

        self.server.expect_request(f"/fhir/{path}").respond_with_handler(handle)

    def paths(self) -> list[str]:
        return sorted(request.full_path.rstrip("?").removeprefix("/fhir/") for request in self.asked)

    def host_ehr(self, name: str = "reading", **client: Any) -> HostEhr:
        clients = [client] if client else []
        return HostEhr.model_validate({"name": name, "fhir_base": self.base, "cds_clients": clients})


CONDITIONS = Query("Condition", "Condition", "Condition?patient={patient}")
PATIENT = Query("Patient", "Patient", "Patient/{patient}")
LONG = 5000  # ms: no deadline in the way


def condition(number: int | str, of: str | None = "pat-1", **more: Any) -> dict[str, Any]:
    subject = {} if of is None else {"subject": {"reference": f"Patient/{of}"}}
    return {"resourceType": "Condition", "id": f"c{number}"} | subject | more


def read(reader: EhrReader, server: FhirServer, answer: Answer, *, deadline_ms: int = LONG) -> Gathering:
    server.answers("Condition", answer)
    return reader.gather(server.host_ehr(), "t-1", "pat-1", [CONDITIONS], deadline_ms=deadline_ms)


def ids(found: Gathering) -> list[str]:
    return [resource["id"] for resource in found.resources]
