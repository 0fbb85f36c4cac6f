"""The whole launch against a real SMART authorization server: the demo EHR's, on Authlib, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service.outside.sessions import ChartSession
from smart_app.commands.demo import Demo, running_demo
from smart_app.demo_ehr.clients import RegisteredApp
from tests.smart_app.launching import opened, production_logging


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with production_logging("error"), running_demo(log_level="error") as running:
        yield running


@pytest.fixture
def browser(demo: Demo) -> FlaskClient:
    """Our side of the browser; `at_the_ehr` is the other."""
    return demo.app.test_client()


@pytest.fixture
def at_the_ehr(demo: Demo) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.ehr_url, timeout=30) as client:
        yield client


def patients(demo: Demo, count: int) -> list[str]:
    return list(demo.people.patients)[:count]


def back_from(answer: httpx.Response) -> str:
    """Path and query of the address the EHR sends the browser to, on our side."""
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def session_of(demo: Demo, chart: str) -> ChartSession:
    found = demo.app.extensions["throughline.launch"].charts.get(chart.rpartition("/")[2])
    assert isinstance(found, ChartSession)
    return found


def launched(demo: Demo, browser: FlaskClient, at_the_ehr: httpx.Client, patient: str) -> TestResponse:
    our_launch = back_from(at_the_ehr.get(f"/patients/{patient}/launch"))
    to_authorize = browser.get(our_launch)
    return browser.get(back_from(at_the_ehr.get(to_authorize.location)))


def test_each_launch_opens_its_own_patient_for_the_signed_in_clinician(
    demo: Demo, browser: FlaskClient, at_the_ehr: httpx.Client
) -> None:
    people = patients(demo, 2)
    charts = [opened(launched(demo, browser, at_the_ehr, patient)) for patient in people]
    for chart, patient in zip(charts, people, strict=True):
        found = session_of(demo, chart)
        assert found.patient_id == patient
        assert found.data["user"].startswith("Practitioner")
        assert "patient/*.rs" in found.data["scope"]
        assert browser.get(f"{chart}/").status_code == 200


def test_the_token_reads_the_patient_it_was_given_for(
    demo: Demo, browser: FlaskClient, at_the_ehr: httpx.Client
) -> None:
    mine, other = patients(demo, 2)
    found = session_of(demo, opened(launched(demo, browser, at_the_ehr, mine)))
    bearer = {"Authorization": f"Bearer {found.data['access_token']}"}
    assert at_the_ehr.get(f"/fhir/Patient/{mine}", headers=bearer).status_code == 200
    assert at_the_ehr.get(f"/fhir/Patient/{other}", headers=bearer).status_code in (403, 404)


def test_a_standalone_launch_opens_the_patient_that_is_picked(
    demo: Demo, browser: FlaskClient, at_the_ehr: httpx.Client
) -> None:
    url = browser.get("/launch", query_string={"iss": f"{demo.ehr_url}/fhir"}).location
    assert at_the_ehr.get(url).status_code == 200  # the list to pick from
    patient = patients(demo, 3)[2]
    answer = at_the_ehr.post(url, data={"patient": patient}, headers={"Origin": demo.ehr_url})
    chart = opened(browser.get(back_from(answer)))
    assert session_of(demo, chart).patient_id == patient


def test_a_launch_handle_works_once_and_the_refusal_is_a_page(
    demo: Demo, browser: FlaskClient, at_the_ehr: httpx.Client
) -> None:
    our_launch = back_from(at_the_ehr.get(f"/patients/{patients(demo, 1)[0]}/launch"))
    codes = []
    for _ in range(2):
        to_authorize = browser.get(our_launch)
        response = browser.get(back_from(at_the_ehr.get(to_authorize.location)))
        codes.append(response.status_code)
    assert codes == [303, 400]
    assert "Open the app from the chart again" in response.text


def test_the_tokens_are_renewed_by_the_real_server_and_the_old_ones_replaced(
    demo: Demo, browser: FlaskClient, at_the_ehr: httpx.Client
) -> None:
    chart = opened(launched(demo, browser, at_the_ehr, patients(demo, 1)[0]))
    parts = demo.app.extensions["throughline.launch"]
    host = demo.app.extensions["throughline"].host_ehrs.get("demo")
    before = session_of(demo, chart)
    after = parts.renewal.usable(host, before, refused=before.data["access_token"])
    assert after.data["access_token"] != before.data["access_token"]
    assert after.patient_id == before.patient_id
    assert session_of(demo, chart).data["access_token"] == after.data["access_token"]
    assert browser.get(f"{chart}/").status_code == 200


def test_the_demo_registers_the_app_under_our_own_addresses(demo: Demo) -> None:
    registered: RegisteredApp = demo.ehr.extensions["demo_ehr"].app
    assert registered.launch_url == f"{demo.app_url}/launch"
    assert registered.redirect_uris == (f"{demo.app_url}/callback",)
