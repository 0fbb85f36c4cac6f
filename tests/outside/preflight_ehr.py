"""Another company's server for the preflight: right in everything until a test says otherwise."""

from __future__ import annotations

from typing import Any

from joserfc.jwk import ECKey
from pytest_httpserver import HTTPServer

from cds_service.outside.host_ehr import CdsClient, HostEhr, SmartClient
from cds_service.outside.preflight import Outcome, Step, preflight
from measures.gather import Query

SCOPES = ("launch", "openid", "patient/*.rs")
ASKED = (
    Query("Patient", "Patient", "Patient/{patient}"),
    Query("Condition", "Condition", "Condition?patient={patient}"),
)
PATIENT = {"type": "Patient", "interaction": [{"code": "read"}]}
CONDITION = {
    "type": "Condition",
    "interaction": [{"code": "read"}, {"code": "search-type"}],
    "searchParam": [{"name": "patient"}, {"name": "category"}],
}
PUBLIC = ECKey.generate_key("P-384", {"kid": "k1"}).as_dict(private=False)


def statement(*resources: dict[str, Any]) -> dict[str, Any]:
    rest = [{"mode": "server", "resource": list(resources)}]
    return {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": rest}


class Ehr:
    """Another company's server, right in everything until a test says otherwise."""

    def __init__(self, server: HTTPServer) -> None:
        self.base = server.url_for("/fhir")
        self.answers: dict[str, Any] = {
            "/fhir/metadata": statement(PATIENT, CONDITION),
            "/fhir/.well-known/smart-configuration": {
                "authorization_endpoint": f"{self.base}/authorize",
                "token_endpoint": f"{self.base}/token",
                "code_challenge_methods_supported": ["S256"],
                "issuer": self.base,
                "jwks_uri": server.url_for("/issuer.json"),
                "capabilities": ["launch-ehr", "client-public", "permission-v2"],
                "scopes_supported": ["launch", "openid", "fhirUser", "patient/Condition.rs", "patient/*.rs"],
            },
            "/issuer.json": {"keys": [PUBLIC]},
            "/jwks.json": {"keys": [PUBLIC]},
        }
        self.server = server
        self.registered = HostEhr(
            name="riverside",
            fhir_base=self.base,
            smart=SmartClient(client_id="throughline", auth="public", scopes=SCOPES),
            cds_clients=(CdsClient(iss=self.base, jku=server.url_for("/jwks.json")),),
        )

    def steps(self) -> dict[str, Step]:
        for path, answer in self.answers.items():
            if isinstance(answer, dict):
                self.server.expect_request(path).respond_with_json(answer)
            else:
                status, headers, body = answer
                self.server.expect_request(path).respond_with_data(body, status=status, headers=headers)
        return {step.title: step for step in preflight(self.registered, plain=ASKED)}


def failed(steps: dict[str, Step]) -> list[Step]:
    return [step for step in steps.values() if step.outcome is Outcome.FAILED]
