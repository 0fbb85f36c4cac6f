"""What a host EHR's answers hold: pages to the last, one patient's resources, each once."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug import Request, Response

from cds_service.outside.ehr import MOST_PAGES, EhrReader
from measures.gather import State
from tests.cds_service.calls import bundle, patient
from tests.cds_service.fhir_server import LONG, PATIENT, FhirServer, condition, fhir, ids, read


def test_pages_are_followed_to_the_last(reader: EhrReader, server: FhirServer):
    def page(request: Request) -> Response:
        number = int(request.args.get("page", "1"))
        link = (
            [{"relation": "next", "url": f"{server.base}/Condition?page={number + 1}"}] if number < 3 else []
        )
        return fhir(bundle(condition(number), link=link, total=3))

    found = read(reader, server, page)

    assert ids(found) == ["c1", "c2", "c3"]
    assert found.states == {"Condition": State.GATHERED}


@pytest.mark.parametrize(
    "link",
    [
        "http://evil.example/fhir/Condition?page=2",
        "https://localhost/fhir/Condition?page=2",
        "//evil.example/Condition",
        "http://user@HOST/fhir/Condition?page=2",
        "http://HOST@evil.example/fhir/Condition",
        "http://127.0.0.1:9/fhir/Condition",
        "http://HOST.evil.example/fhir",
        "ftp://HOST/fhir/Condition",
        "http://[::1",
        "file:///etc/passwd",
    ],
)
def test_a_next_page_elsewhere_is_not_read_and_the_type_is_incomplete(
    reader: EhrReader, server: FhirServer, link: str
):
    host = server.base.removeprefix("http://").removesuffix("/fhir")
    answer = fhir(bundle(condition(1), link=[{"relation": "next", "url": link.replace("HOST", host)}]))

    found = read(reader, server, answer)

    assert found.states == {"Condition": State.FAILED}
    assert len(server.asked) == 1
    assert "it was not read" in found.notes[0]
    assert ids(found) == ["c1"]


def test_a_relative_next_page_is_of_the_same_server(reader: EhrReader, server: FhirServer):
    def page(request: Request) -> Response:
        more = "page" not in request.args
        return fhir(bundle(link=[{"relation": "next", "url": "?page=2"}] if more else []))

    assert read(reader, server, page).states == {"Condition": State.GATHERED}


def test_pages_in_a_circle_end(reader: EhrReader, server: FhirServer):
    def page(request: Request) -> Response:
        other = "2" if request.args.get("page") == "1" else "1"
        return fhir(bundle(link=[{"relation": "next", "url": f"{server.base}/Condition?page={other}"}]))

    found = read(reader, server, page)

    assert found.notes == ("Condition: the pages go in a circle; the rest was not read",)
    assert len(server.asked) == 3


def test_pages_without_end_are_read_to_the_twentieth(reader: EhrReader, server: FhirServer):
    def page(request: Request) -> Response:
        number = int(request.args.get("page", "1"))
        return fhir(bundle(link=[{"relation": "next", "url": f"?page={number + 1}"}]))

    found = read(reader, server, page)

    assert found.notes == ("Condition: more than 20 pages; the rest was not read",)
    assert len(server.asked) == MOST_PAGES


def test_resources_of_another_patient_are_dropped_and_counted(reader: EhrReader, server: FhirServer):
    mine = [
        condition(1),
        condition(2, None),
        condition(3) | {"subject": {"reference": f"{server.base}/Patient/pat-1"}},
        condition(4) | {"subject": {"reference": "Patient/pat-1/_history/2"}},
        condition(5) | {"subject": {"identifier": {"value": "mrn"}}},
    ]
    others = [
        condition(6, "pat-2"),
        condition(7) | {"subject": {"reference": "http://other.example/fhir/Patient/pat-1"}},
        condition(8) | {"subject": {"reference": "Group/pat-1"}},
        condition(9) | {"subject": {"reference": "#pat-1"}},
        condition(10) | {"subject": {"reference": ["Patient/pat-1"]}},
        condition(11) | {"patient": {"reference": "Patient/pat-2"}},
        condition(12) | {"subject": "Patient/pat-1"},
    ]

    found = read(reader, server, fhir(bundle(*mine, *others)))

    assert ids(found) == ["c1", "c2", "c3", "c4", "c5"]
    assert found.foreign == len(others)


def test_an_answer_of_other_patients_alone_proves_nothing(reader: EhrReader, server: FhirServer):
    found = read(reader, server, fhir(bundle(condition(6, "pat-2"))))

    assert found.states == {"Condition": State.FAILED}
    assert found.notes == ("Condition: the answer holds other patients' resources only",)


def test_the_answer_to_a_read_must_be_the_patient(reader: EhrReader, server: FhirServer):
    server.answers("Patient/pat-1", fhir(patient(id="pat-2")))

    found = reader.gather(server.host_ehr(), None, "pat-1", [PATIENT], deadline_ms=LONG)

    assert (found.resources, found.notes) == ((), ("Patient: the answer is another patient's",))


def test_of_two_with_one_id_the_last_updated_is_kept(reader: EhrReader, server: FhirServer):
    def version(updated: str | None, code: str) -> dict[str, Any]:
        return condition(1, code=code) | ({"meta": {"lastUpdated": updated}} if updated else {})

    newest = version("2026-03-01T00:30:00+02:00", "new")  # half past ten the evening before, in UTC
    older = [version("2026-02-28T22:00:00Z", "old"), version(None, "undated"), version("nonsense", "broken")]

    for order in ([*older, newest], [newest, *older]):
        server.server.clear()
        found = read(reader, server, fhir(bundle(*order)))
        assert [resource["code"] for resource in found.resources] == ["new"]


def test_the_servers_own_remarks_are_noted_without_its_words(reader: EhrReader, server: FhirServer):
    def remark(severity: str) -> dict[str, Any]:
        issue = {"severity": severity, "code": "processing", "diagnostics": "Jane Doe has no chart"}
        return {"resourceType": "OperationOutcome", "issue": [issue]}

    for severity, state in (("warning", State.GATHERED), ("error", State.FAILED), ("fatal", State.FAILED)):
        server.server.clear()
        found = read(reader, server, fhir(bundle(condition(1), remark(severity), total=1)))
        assert found.states == {"Condition": state}
        assert found.notes == (f"Condition: the server reports {severity} (processing)",)
