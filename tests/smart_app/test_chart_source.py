"""Every fact opens the resource it was read from: this patient's only, readable, and as received."""

from __future__ import annotations

import re

import pytest

from tests.smart_app.chart_ehr import ChartEhr, status, story
from tests.smart_app.launching import launch, opened
from tests.smart_app.small_ehr import SmallEhr


@pytest.fixture
def fhir(ehr: SmallEhr) -> ChartEhr:
    ehr.patient = "dana"
    return ChartEhr(ehr, *story("dana"), *story("ines"), *story("corin"))


@pytest.fixture
def chart(app, browser, ehr, fhir) -> str:
    return opened(launch(browser, ehr))


def of(fhir: ChartEhr, kind: str, patient: str) -> str:
    return next(
        str(r["id"]) for r in fhir.resources if r["resourceType"] == kind and str(r["id"]).startswith(patient)
    )


def test_every_link_of_the_chart_opens_its_resource(browser, chart):
    page = browser.get(chart + "/?span=all").text
    links = set(re.findall(r'href="(source/[^"]+)"', page))

    assert len(links) > 20
    assert {browser.get(f"{chart}/{link}").status_code for link in links} == {200}


def test_a_resource_is_shown_readable_and_as_received(browser, chart, fhir):
    page = browser.get(f"{chart}/source/Observation/{of(fhir, 'Observation', 'dana')}").text

    assert "<dt>Status</dt><dd>final</dd>" in page
    assert "As received from the EHR" in page
    assert "&#34;resourceType&#34;: &#34;Observation&#34;" in page


@pytest.mark.parametrize("kind", ["Observation", "Condition", "Encounter", "Appointment", "CarePlan"])
def test_another_patients_resource_is_not_there(browser, chart, fhir, kind):
    response = browser.get(f"{chart}/source/{kind}/{of(fhir, kind, 'ines')}")

    assert response.status_code in (404, 502)
    assert "Ines" not in response.text


def test_a_resource_that_names_no_patient_is_not_there(browser, chart, fhir):
    fhir.resources.append({"resourceType": "Observation", "id": "nobodys", "status": "final"})

    assert browser.get(f"{chart}/source/Observation/nobodys").status_code == 404


def test_a_part_2_record_is_not_there_for_the_one_who_guesses_its_address(browser, ehr, fhir, app):
    ehr.patient = "corin"
    chart = opened(launch(browser, ehr))
    hidden = next(r for r in fhir.resources if r["resourceType"] == "MedicationRequest" and "meta" in r)

    response = browser.get(f"{chart}/source/MedicationRequest/{hidden['id']}")

    assert response.status_code == 404
    assert "buprenorphine" not in response.text.lower()


@pytest.mark.parametrize(
    "path",
    [
        "Observation/a%2Fb", "Observation/..", "Observation/.", "Observation/{patient}", "Observation/a b",
        "Binary/b1", "Group/g1", "observation/o1", "Observation/" + "a" * 65,
    ],
)  # fmt: skip
def test_an_address_that_is_no_resource_of_a_chart_is_not_asked_for(browser, chart, fhir, path):
    fhir.asked.clear()

    response = browser.get(f"{chart}/source/{path}")

    assert response.status_code == 404
    assert fhir.asked == []


@pytest.mark.parametrize(("code", "said"), [(403, "Not permitted"), (500, "Failed")])
def test_a_resource_that_cannot_be_read_says_why(browser, chart, fhir, code, said):
    fhir.faults["Observation"] = status(code)

    response = browser.get(f"{chart}/source/Observation/{of(fhir, 'Observation', 'dana')}")

    assert response.status_code == 502
    assert said in response.text


def test_the_page_of_a_resource_is_closed_to_another_browser(other_browser, chart, fhir):
    response = other_browser.get(f"{chart}/source/Observation/{of(fhir, 'Observation', 'dana')}")

    assert response.status_code == 404
