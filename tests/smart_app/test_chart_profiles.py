"""The chart page of EHRs with habits of their own: asked as their profile says, shown as the others."""

from __future__ import annotations

import pytest

from tests.smart_app.chart_ehr import ChartEhr, story
from tests.smart_app.launching import launch, opened, register


@pytest.fixture
def fhir(ehr):
    ehr.patient = "ines"
    return ChartEhr(ehr, *story("ines"), *story("dana"))


def behaving_as(app, ehr, profile: str, **more) -> None:
    values = ehr.registered().model_dump(mode="json", exclude_none=True) | {"profile": profile} | more
    register(app, type(ehr.registered()).model_validate(values))


def test_an_epic_chart_is_read_by_category_and_asked_for_without_a_wildcard(app, browser, ehr, fhir):
    behaving_as(app, ehr, "epic")

    chart = opened(launch(browser, ehr))
    text = browser.get(f"{chart}/").text

    assert "Ines Tarnwell" in text
    assert fhir.asked.count("Observation") == 4
    assert fhir.asked.count("CarePlan") == 2


def test_a_type_the_ehr_does_not_have_is_called_not_fetched_and_offers_no_retry(app, browser, ehr, fhir):
    behaving_as(app, ehr, "oracle")

    text = browser.get(opened(launch(browser, ehr)) + "/").text

    assert "DeviceRequest" not in fhir.asked
    assert "device orders: not fetched" in text


def test_athena_is_told_the_practice(app, browser, ehr, fhir):
    behaving_as(app, ehr, "athena", site={"practice": "195900"})

    browser.get(opened(launch(browser, ehr)) + "/")

    asked = [request for request, _ in ehr.server.log if request.path == "/fhir/Condition"]
    assert [request.args["ah-practice"] for request in asked] == ["Organization/a-1.Practice-195900"]
