"""What is not sent because this kind of EHR does not take it; what failed and is finished from the chart."""

from __future__ import annotations

import re

import pytest

from cds_service.outside.registry import HostEhr
from tests.smart_app.acting import blank, phq9, save, totals
from tests.smart_app.chart_ehr import WRITES, ChartEhr, status, story
from tests.smart_app.launching import launch, opened, register
from tests.smart_app.small_ehr import SmallEhr


@pytest.fixture
def fhir(ehr: SmallEhr) -> ChartEhr:
    ehr.patient, ehr.scope = "ines", f"launch openid fhirUser patient/*.rs {WRITES}"
    return ChartEhr(ehr, *story("ines"))


@pytest.fixture
def chart(browser, ehr, fhir) -> str:
    return opened(launch(browser, ehr))


def behaving_as(ehr: HostEhr, profile: str, **more: object) -> HostEhr:
    return HostEhr.model_validate(ehr.model_dump(exclude_none=True) | {"profile": profile} | more)


@pytest.mark.parametrize(
    ("profile", "kinds"),
    [
        ("generic", ["QuestionnaireResponse", "Observation", "Observation", "Observation"]),
        ("epic", ["DocumentReference"]),
        ("athena", []),
    ],
)
def test_an_ehr_is_sent_only_what_its_profile_says_it_takes(app, browser, ehr, fhir, profile, kinds):
    site = {"site": {"practice": "195900"}} if profile == "athena" else {}
    register(app, behaving_as(ehr.registered(), profile, **site))
    chart = opened(launch(browser, ehr))

    answer = save(browser, chart, blank(browser, chart) | phq9())

    assert [kind for _, kind in fhir.writes] == kinds
    assert answer.status_code == (303 if kinds else 200)
    assert kinds or "this kind of EHR does not take it from apps" in answer.text


def test_what_a_busy_ehr_did_not_take_is_kept_and_finished_from_the_chart(browser, chart, fhir):
    fhir.write_faults["QuestionnaireResponse"] = iter([status(503)])
    first = save(browser, chart, blank(browser, chart) | phq9())
    page = browser.get(f"{chart}/").text

    assert first.status_code == 502
    assert 'href="assess/phq-9">Go on with it' in page
    again = browser.get(f"{chart}/assess/phq-9").text
    assert 'name="1" value="2" data-key="2" checked' in again
    form = dict(re.findall(r'name="(csrf_token|_patient|_key)" value="([^"]*)"', again))
    assert save(browser, chart, form | phq9()).status_code == 303
    assert totals(fhir) == [16]
    assert "Go on with it" not in browser.get(f"{chart}/").text
