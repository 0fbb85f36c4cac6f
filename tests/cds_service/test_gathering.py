"""Where the record of a call comes from, and what happens when it cannot be had."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import ECKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from cds_service.wiring import Wiring
from measures.gather import QUERIES, REQUIRED
from measures.library.cms122_glycemic_status import A1C, DIABETES
from measures.shared.visits import OFFICE
from tests.cds_service.calls import KINDS, CdsClient, bundle, patient, prefetch, problems, view
from tests.cds_service.fhir_server import FhirServer, fhir
from tests.clinic import diagnosed, observed, visit

SEEN = visit(OFFICE, "2026-03-10")
DIABETIC = diagnosed(DIABETES, "2019-04-01", category="encounter-diagnosis")
NOTHING: list[Any] = [None, {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}]


@pytest.fixture
def server(httpserver: HTTPServer) -> FhirServer:
    """A FHIR server with one diabetic patient, seen this year."""
    made = FhirServer(httpserver)
    made.answers("Patient/pat-1", fhir(patient()))
    for kind in KINDS:
        made.answers(kind, fhir(bundle(*(r for r in (SEEN, DIABETIC) if r["resourceType"] == kind))))
    return made


@pytest.fixture
def reading(wiring: Wiring, server: FhirServer, ehr: CdsClient, key: ECKey) -> Iterator[CdsClient]:
    """The CDS client of a host EHR whose FHIR server answers."""
    keys = {"keys": [key.as_dict(private=False)]}
    wiring.host_ehrs.add(server.host_ehr(iss="https://reading.example", jwks=keys))
    yield CdsClient(ehr.http, ehr.key, "https://reading.example")
    wiring.host_ehrs.remove("reading")


def token(**more: Any) -> dict[str, Any]:
    return {"access_token": "secret-token", "token_type": "Bearer", "expires_in": 300, "subject": "us"} | more


def due(answer: Any) -> list[str]:
    return [card["summary"] for card in answer.get_json()["cards"] if "A1c" in card["summary"]]


def test_a_full_prefetch_asks_the_ehr_nothing(reading: CdsClient, server: FhirServer):
    answer = reading.post(view(prefetch(SEEN, DIABETIC), fhirServer=server.base, fhirAuthorization=token()))

    assert due(answer) == ["No A1c in 2026; none in this record"]
    assert server.asked == []


def test_without_any_prefetch_everything_is_read_with_the_token_of_the_call(
    reading: CdsClient, server: FhirServer
):
    answer = reading.post(view(None, fhirServer=f"{server.base}/", fhirAuthorization=token()))

    assert due(answer) == ["No A1c in 2026; none in this record"]
    assert server.paths() == sorted(query.search.replace("{patient}", "pat-1") for query in QUERIES)
    assert {request.headers["Authorization"] for request in server.asked} == {"Bearer secret-token"}


@pytest.mark.parametrize("nothing", NOTHING, ids=["null", "OperationOutcome"])
def test_what_the_prefetch_lacks_and_only_that_is_read(reading: CdsClient, server: FhirServer, nothing: Any):
    server.answers("Observation", fhir(bundle(observed(A1C, "2026-05-01", value=8.0))))
    given = prefetch(SEEN, DIABETIC) | {"Observation": nothing}

    answer = reading.post(view(given, fhirServer=server.base, fhirAuthorization=token()))

    assert server.paths() == ["Observation?patient=pat-1"]
    assert answer.status_code == 200


def test_a_prefetched_page_of_a_longer_answer_is_read_in_full(reading: CdsClient, server: FhirServer):
    a1c = observed(A1C, "2026-05-01", value=9.5)
    server.server.clear()
    server.answers("Observation", fhir(bundle(a1c)))
    links = [{"relation": "self", "url": "x"}, {"relation": "next", "url": f"{server.base}/Observation?p=2"}]
    for incomplete in (bundle(link=links), bundle(total=1)):
        server.asked.clear()
        given = prefetch(SEEN, DIABETIC) | {"Observation": incomplete}

        answer = reading.post(view(given, fhirServer=server.base, fhirAuthorization=token()))

        assert due(answer) == ["A1c 9.5 % on 1 May 2026; above 9 %"]
        assert server.paths() == ["Observation?patient=pat-1"]


@pytest.mark.parametrize("kind", sorted(REQUIRED))
@pytest.mark.parametrize("nothing", [*NOTHING, "absent"], ids=["null", "OperationOutcome", "absent"])
def test_required_data_that_cannot_be_had_is_a_412_that_names_it(ehr: CdsClient, kind: str, nothing: Any):
    given = prefetch(SEEN, DIABETIC) | {kind: nothing}
    if nothing == "absent":
        del given[kind]

    answer = ehr.post(view(given))

    assert answer.status_code == 412
    [says] = problems(answer).splitlines()
    assert says.startswith(f"prefetch.{kind}: {kind} is required and was not gathered")
    assert f"prefetch {kind}" in says


def test_no_prefetch_at_all_names_every_required_type(ehr: CdsClient):
    nothing: list[dict[str, Any] | None] = [None, {}]
    for given in nothing:
        answer = ehr.post(view(given))
        assert answer.status_code == 412
        assert [line.partition(":")[0] for line in problems(answer).splitlines()] == [
            "prefetch.Patient",
            "prefetch.Condition",
            "prefetch.Encounter",
            "prefetch.Observation",
        ]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (fhir({}, 403), "reading it from fhirServer: not permitted"),
        (fhir({}, 500), "reading it from fhirServer: failed"),
        (Response("<html>"), "reading it from fhirServer: failed"),
    ],
)
def test_required_data_the_ehr_does_not_give_is_a_412_that_says_what_was_tried(
    reading: CdsClient, server: FhirServer, bad: Response, says: str
):
    server.server.clear()
    server.answers("Condition", bad)

    answer = reading.post(view(prefetch(SEEN) | {"Condition": None}, fhirServer=server.base))

    assert answer.status_code == 412
    assert says in problems(answer)


def test_optional_data_the_ehr_does_not_give_costs_what_depends_on_it(reading: CdsClient, server: FhirServer):
    server.server.clear()
    server.answers("Procedure", fhir({}, 500))

    answer = reading.post(view(prefetch(SEEN, DIABETIC) | {"Procedure": None}, fhirServer=server.base))

    # Hospice care, which would exclude, may stand in a procedure: the gap is unknown, and no card is due.
    assert answer.status_code == 200
    assert due(answer) == []


def test_an_incomplete_answer_still_gives_the_cards_that_do_not_depend_on_it(
    reading: CdsClient, server: FhirServer
):
    server.server.clear()
    server.answers("MedicationDispense", fhir({}, 500))
    given = prefetch(SEEN, DIABETIC) | {"MedicationDispense": None}

    answer = reading.post(view(given, fhirServer=server.base))

    [card] = [card for card in answer.get_json()["cards"] if "A1c" in card["summary"]]
    assert "Incomplete: MedicationDispense (failed)." in card["detail"]


def test_a_read_patient_must_be_the_patient_of_the_context(reading: CdsClient, server: FhirServer):
    server.server.clear()
    server.answers("Patient/pat-1", fhir(patient(id="pat-2")))

    answer = reading.post(view(prefetch() | {"Patient": None}, fhirServer=server.base))

    assert answer.status_code == 412


DISGUISES = (
    "http://127.1:PORT/fhir",
    "http://2130706433:PORT/fhir",
    "http://0x7f.0.0.1:PORT/fhir",
    "http://0177.0.0.1:PORT/fhir",
    "http://[::1]:PORT/fhir",
    "http://[::ffff:127.0.0.1]:PORT/fhir",
    "http://[64:ff9b::7f00:1]:PORT/fhir",
    "http://127.0.0.1:PORT/fhir",
    "http://localhost.:PORT/fhir",
    "http://LOCALHOST:PORT/fhir",
    "http://localhost:PORT/fhir/../fhir",
    "http://localhost:PORT/fhir//",
    "http://localhost:PORT/fhir?x=1",
    "http://localhost:PORT/fhir#x",
    "http://localhost:PORT/FHIR",
    "http://localhost:PORT",
    "http://user@localhost:PORT/fhir",
    "http://localhost:PORT@trap.example/fhir",
    "http://localhost%2f:PORT/fhir",
    "http://localhost:PORT\\fhir",
    "http:/localhost:PORT/fhir",
    " http://localhost:PORT/fhir",
    "https://localhost:PORT/fhir",
    "file:///etc/passwd",
    "https://ehr.riverside.example/fhir",
)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_fhir_server_in_any_other_spelling_is_refused_and_nothing_is_sent(
    reading: CdsClient, server: FhirServer, disguise: str
):
    port = str(server.server.port)

    answer = reading.post(view(None, fhirServer=disguise.replace("PORT", port), fhirAuthorization=token()))

    assert answer.status_code == 403
    assert problems(answer).startswith("fhirServer: is not the FHIR base this client is registered with")
    assert server.asked == []


def test_the_fhir_server_of_another_client_is_refused_and_hears_nothing(ehr: CdsClient):
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        base = f"http://127.0.0.1:{trap.getsockname()[1]}/fhir"

        answer = ehr.post(view(None, fhirServer=base, fhirAuthorization=token()))

        with pytest.raises(TimeoutError):
            trap.accept()
    assert answer.status_code == 403


def test_an_unregistered_fhir_server_is_refused_even_when_nothing_need_be_read(ehr: CdsClient):
    assert ehr.post(view(prefetch(), fhirServer="https://evil.example/fhir")).status_code == 403


def test_the_token_stays_out_of_logs_answers_and_the_audit(
    reading: CdsClient, server: FhirServer, wiring: Wiring, log: list[Any]
):
    def tell(request: Request) -> Response:
        return fhir({"resourceType": "OperationOutcome", "text": request.headers["Authorization"]}, 500)

    server.server.clear()
    server.answers("Condition", tell)

    answer = reading.post(
        view(prefetch() | {"Condition": None}, fhirServer=server.base, fhirAuthorization=token())
    )

    assert answer.status_code == 412
    with wiring.database.reading() as connection:
        audited = connection.exec_driver_sql("SELECT * FROM audit_event ORDER BY seq DESC LIMIT 1").all()
    assert "secret-token" not in answer.text + repr(log) + repr(audited)


def test_a_call_that_was_refused_for_missing_data_is_audited_as_refused(ehr: CdsClient, wiring: Wiring):
    ehr.post(view(None))

    with wiring.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT * FROM audit_event ORDER BY seq DESC LIMIT 1").one()
    assert (row.host_ehr, row.outcome, row.patient_id, row.actor) == (
        "riverside",
        "refused",
        "pat-1",
        "Practitioner/dr-1",
    )
    assert '"status":412' in row.detail
