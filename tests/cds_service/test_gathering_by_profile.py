"""What a CDS call reads back is asked in the form in which its host EHR answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import ECKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from cds_service.outside.registry import HostEhr
from cds_service.wiring import Wiring
from measures.library.cms122_glycemic_status import A1C, DIABETES
from measures.shared.visits import OFFICE
from tests.cds_service.calls import KINDS, CdsClient, bundle, patient, view
from tests.cds_service.fhir_server import FhirServer, fhir
from tests.clinic import diagnosed, observed, visit

SEEN = visit(OFFICE, "2026-03-10")
DIABETIC = diagnosed(DIABETES, "2019-04-01", category="encounter-diagnosis")
TOKEN = {"access_token": "t", "token_type": "Bearer", "expires_in": 300, "subject": "us"}


class EpicServer(FhirServer):
    """Answers a search for observations only when it names a category; `failing` ones not at all."""

    failing = ""

    def observations(self, request: Request) -> Response:
        category = request.args.get("category")
        if category is None or category == self.failing:
            return fhir({"resourceType": "OperationOutcome"}, 400)
        found = [observed(A1C, "2026-05-01", value=8.0)] if category == "laboratory" else []
        return fhir(bundle(*found))


@pytest.fixture
def server(httpserver: HTTPServer) -> EpicServer:
    made = EpicServer(httpserver)
    made.answers("Patient/pat-1", fhir(patient()))
    for kind in set(KINDS) - {"Observation"}:
        made.answers(kind, fhir(bundle(*(r for r in (SEEN, DIABETIC) if r["resourceType"] == kind))))
    made.answers("Observation", made.observations)
    return made


@pytest.fixture
def reading(wiring: Wiring, server: EpicServer, ehr: CdsClient, key: ECKey) -> Iterator[CdsClient]:
    """The CDS client of a host EHR that behaves as Epic."""
    client = {"iss": "https://reading.example", "jwks": {"keys": [key.as_dict(private=False)]}}
    values = {"name": "reading", "fhir_base": server.base, "profile": "epic", "cds_clients": [client]}
    wiring.host_ehrs.add(HostEhr.model_validate(values))
    yield CdsClient(ehr.http, ehr.key, "https://reading.example")
    wiring.host_ehrs.remove("reading")


def call(reading: CdsClient, server: EpicServer) -> Any:
    return reading.post(view(None, fhirServer=server.base, fhirAuthorization=TOKEN))


def test_observations_are_read_a_category_at_a_time_and_put_together(reading, server):
    answer = call(reading, server)

    assert answer.status_code == 200, answer.text
    assert not [card for card in answer.json["cards"] if "No A1c" in card["summary"]]
    asked = [each.args.get("category") for each in server.asked if each.path.endswith("/Observation")]
    assert sorted(asked) == ["laboratory", "social-history", "survey", "vital-signs"]


def test_one_category_that_fails_makes_the_type_one_that_was_not_gathered(reading, server):
    server.failing = "survey"

    answer = call(reading, server)

    assert answer.status_code == 412
    assert "Observation is required and was not gathered" in answer.text
