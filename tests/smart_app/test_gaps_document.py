"""The gaps of an open chart as a FHIR document."""

from datetime import datetime

import pytest
import time_machine
from fhirclient.models.bundle import Bundle

from tests.smart_app.chart_ehr import ChartEhr, status, story
from tests.smart_app.launching import launch, opened, register
from tests.smart_app.small_ehr import SmallEhr


@pytest.fixture
def fhir(ehr: SmallEhr) -> ChartEhr:
    ehr.patient = "ines"
    return ChartEhr(ehr, *story("ines"), *story("dana"))


def test_it_says_what_the_page_says_of_the_patient_of_the_launch(browser, ehr, fhir):
    answer = browser.get(opened(launch(browser, ehr)) + "/gaps.json")

    assert answer.mimetype == "application/fhir+json"
    document = answer.get_json()
    Bundle(document)  # raises when it is no valid Bundle
    kinds = [entry["resource"]["resourceType"] for entry in document["entry"]]
    assert kinds[0] == "Composition"
    assert {"MeasureReport", "DetectedIssue", "Patient"} <= set(kinds)
    assert {e["resource"]["id"] for e in document["entry"] if e["resource"]["resourceType"] == "Patient"} == {
        "ines"
    }
    assert "dana" not in answer.text


def test_without_the_patient_there_is_nothing_to_report(browser, ehr, fhir):
    address = opened(launch(browser, ehr))
    fhir.faults["Patient"] = status(500)

    assert browser.get(address + "/gaps.json").status_code == 502


def test_it_is_for_the_browser_of_the_launch_alone(app, browser, ehr, fhir):
    address = opened(launch(browser, ehr))

    assert app.test_client().get(address + "/gaps.json").status_code == 404


@pytest.mark.parametrize(("time_zone", "year"), [("America/Denver", "2026"), ("UTC", "2027")])
def test_the_year_is_that_of_the_place_of_its_patients(app, browser, ehr, fhir, time_zone, year):
    register(app, ehr.registered().model_copy(update={"time_zone": time_zone}))
    with time_machine.travel(datetime.fromisoformat("2026-12-31T22:00:00-07:00"), tick=True):
        document = browser.get(opened(launch(browser, ehr)) + "/gaps.json").get_json()

    reports = [e["resource"] for e in document["entry"] if e["resource"]["resourceType"] == "MeasureReport"]
    assert {report["period"]["start"][:4] for report in reports} == {year}
