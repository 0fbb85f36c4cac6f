"""Discovery, CORS, and what is at no address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cds_service.outside.database import DatabaseUnavailable
from cds_service.wiring import Wiring
from smart_app.app import create_app
from tests.cds_service.calls import SERVICE, CdsClient, prefetch, problems, view

OURS, THEIRS = "https://ehr.riverside.example", "https://evil.example"


@pytest.fixture
def http(ehr: CdsClient) -> FlaskClient:
    return ehr.http


@pytest.mark.parametrize("path", ["/cds-services", "/cds-services/"])
def test_discovery_is_open_and_lists_the_services_with_their_prefetch(http: FlaskClient, path: str):
    service, *others = http.get(path).get_json()["services"]

    assert [(other["id"], other["hook"]) for other in others] == [
        (f"throughline-{hook}", hook) for hook in ("order-sign", "order-select", "encounter-discharge")
    ]
    assert (service["id"], service["hook"]) == ("throughline-patient-view", "patient-view")
    assert service["prefetch"]["Patient"] == "Patient/{{context.patientId}}"
    assert service["prefetch"]["Condition"] == "Condition?patient={{context.patientId}}"
    assert all(service.values())
    assert "required" in service["usageRequirements"]


def test_a_registered_browser_origin_may_call_and_read_the_answer(ehr: CdsClient):
    asked = ehr.http.options(SERVICE, headers={"Origin": OURS, "Access-Control-Request-Method": "POST"})
    answered = ehr.post(view(prefetch()), Origin=OURS)
    refused = ehr.post(view(prefetch()), Origin=OURS, Authorization="Bearer x")
    listed = ehr.http.get("/cds-services", headers={"Origin": OURS})

    assert asked.headers["Access-Control-Allow-Headers"] == "authorization, content-type"
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert (answered.status_code, refused.status_code) == (200, 401)
    for answer in (asked, answered, refused, listed):
        assert answer.headers["Access-Control-Allow-Origin"] == OURS
        assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("origin", [THEIRS, "null", "https://ehr.riverside.example.evil.example", "*", ""])
def test_no_other_origin_may(ehr: CdsClient, origin: str):
    for answer in (
        ehr.http.options(SERVICE, headers={"Origin": origin}),
        ehr.post(view(prefetch()), Origin=origin),
        ehr.http.get("/cds-services", headers={"Origin": origin}),
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_an_answer_is_not_kept_by_anyone_on_the_way(ehr: CdsClient):
    assert ehr.post(view(prefetch())).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", SERVICE, 405),
        ("PUT", SERVICE, 405),
        ("DELETE", f"{SERVICE}/feedback", 405),
        ("PUT", "/cds-services", 405),
        ("POST", "/cds-services/", 405),
        ("POST", "/cds-services/nobody", 404),
        ("POST", "/cds-services/nobody/feedback", 404),
        ("POST", f"{SERVICE}/else", 404),
        ("GET", "/cds-services/a/b/c", 404),
        ("POST", "/cds-services/%00", 404),
        ("POST", "/cds-services/..%2f..%2fetc", 404),
    ],
)
def test_an_address_where_nothing_is_says_so_as_an_operation_outcome(
    http: FlaskClient, method: str, path: str, status: int
):
    answer = http.open(path, method=method)

    assert answer.status_code == status
    assert problems(answer)
    assert status != 405 or answer.headers["Allow"] == ("POST" if path.startswith(SERVICE) else "GET")


def test_what_cannot_be_audited_is_not_disclosed(
    ehr: CdsClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
):
    def gone(*_: Any, **__: Any) -> None:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(wiring.audit, "record", gone)
    token = ehr.token()

    answer = ehr.post(view(prefetch()), token=token)
    monkeypatch.undo()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "cards" not in answer.get_json()
    assert ehr.post(view(prefetch()), token=token).status_code == 200  # nothing was kept, the token neither


@pytest.mark.faults_are_expected
def test_a_fault_of_ours_is_an_operation_outcome_too(
    ehr: CdsClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch, log: list[Any]
):
    monkeypatch.setattr(wiring.trust, "verify", lambda *_: 1 / 0)

    answer = ehr.post(view(prefetch()))

    assert answer.status_code == 500
    assert problems(answer) == "the service failed on this call; the fault was logged"
    assert "CDS call failed" in [line["event"] for line in log]


def test_the_log_of_a_call_holds_service_host_ehr_status_and_time_and_no_more(ehr: CdsClient, log: list[Any]):
    ehr.post(view(prefetch()))

    [line] = [line for line in log if line["event"] == "CDS call"]
    assert set(line) == {"event", "log_level", "service", "status", "ms", "host_ehr"}
    assert line["host_ehr"] == "riverside"


@pytest.fixture
def whole_app(wiring: Wiring) -> Iterator[Flask]:
    """With all that looks at a request before an endpoint does."""
    app = create_app(wiring.settings)
    yield app
    app.extensions["throughline"].close()


@pytest.mark.parametrize(
    ("method", "host", "status", "code"),
    [
        ("GET", "evil.example", 400, "invalid"),
        ("POST", "evil.example", 400, "invalid"),
        ("TRACE", "", 405, "not-supported"),
        ("PROPFIND", "", 405, "not-supported"),
    ],
)
def test_what_is_refused_before_it_is_a_call_is_told_as_an_outcome_too(
    whole_app: Flask, method: str, host: str, status: int, code: str
):
    headers = {"Host": host} if host else {}
    for path in ("/cds-services", SERVICE, f"{SERVICE}/feedback"):
        answer = whole_app.test_client().open(path, method=method, headers=headers)

        assert (answer.status_code, answer.get_json()["issue"][0]["code"]) == (status, code)
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("headers", [{}, {"Host": "evil.example"}], ids=["ours", "another host"])
def test_beside_the_endpoints_a_refusal_is_a_page(whole_app: Flask, headers: dict[str, str]):
    page = whole_app.test_client().get("/cds-services-and-more", headers=headers)

    assert page.status_code == (400 if headers else 404)
    assert page.mimetype == "text/html"
