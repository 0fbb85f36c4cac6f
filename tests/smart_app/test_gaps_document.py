"""The gaps of an open chart as a FHIR document."""

import pytest
from fhirclient.models.bundle import Bundle

from tests.smart_app.chart_ehr import ChartEhr, status, story
from tests.smart_app.launching import launch, opened
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
