"""What was loaded from other sources, in the chart: once, marked, and under the same consent."""

from __future__ import annotations

import re

import pytest

from cds_service.outside import clock
from measures.sources import adopted
from measures.terminology import ICD10CM
from tests.smart_app.acting import gap_of
from tests.smart_app.chart_ehr import ChartEhr, story
from tests.smart_app.launching import launch, opened
from tests.smart_app.small_ehr import SmallEhr
from tests.smart_app.test_chart_page import section, words

PART_2 = {"security": [{"code": "42CFRPart2"}]}


@pytest.fixture
def fhir(ehr: SmallEhr) -> ChartEhr:
    ehr.patient = "ines"
    return ChartEhr(ehr, *story("ines"))


@pytest.fixture
def loaded(app):
    """Load resources of a source for a patient."""

    def load(*resources, patient="ines", source="claims"):
        theirs = [(patient, adopted(resource, source, patient)) for resource in resources]
        app.extensions["throughline"].other_sources.replace("riverside", source, theirs)
        return [resource for _, resource in theirs]

    return load


@pytest.fixture
def chart(browser, ehr, fhir) -> str:
    return opened(launch(browser, ehr))


def ed_visit(identity: str, days_ago: int) -> dict:
    day = clock.today().fromordinal(clock.today().toordinal() - days_ago).isoformat()
    return {
        "resourceType": "Encounter",
        "id": identity,
        "status": "finished",
        "class": {"code": "EMER"},
        "type": [{"text": "Emergency department visit"}],
        "period": {"start": day, "end": day},
        "reasonCode": [{"coding": [{"system": ICD10CM, "code": "F41.0"}], "text": "Panic <i>disorder"}],
    }


def test_a_visit_only_the_claims_know_stands_on_the_timeline_and_in_the_panel_marked(browser, chart, loaded):
    (visit,) = loaded(ed_visit("c1", 95))
    page = browser.get(chart + "/").text

    link = f"source/Encounter/{visit['id']}"
    assert re.search(rf'<a class="mark elsewhere" href="{link}"[^>]*><title>[^<]*\(claims\)', page)
    assert "Emergency department visit claims" in section(page, "encounters")
    assert "14 sources and claims" in words(page)
    assert "2 ED, 1 inpatient" in words(page)


def test_a_visit_both_know_stands_once_and_says_so(browser, chart, loaded):
    alone = browser.get(chart + "/").text
    (visit,) = loaded(ed_visit("c1", 12))
    page = browser.get(chart + "/").text

    assert visit["id"] not in page
    assert "1 ED, 1 inpatient" in words(page)
    assert page.count("also in claims") > alone.count("also in claims") == 0


@pytest.mark.parametrize(("ehr_knows_it", "tag"), [(False, "claims"), (True, "also in claims")])
def test_what_proves_a_gap_says_which_source_it_is_from(browser, chart, fhir, loaded, ehr_knows_it, tag):
    (visit,) = loaded(ed_visit("c1", 95))
    if ehr_knows_it:
        fhir.resources.append(ed_visit("e1", 95) | {"subject": {"reference": "Patient/ines"}})

    gap = gap_of(browser, chart, "FUM")

    assert set(re.findall(r'class="from[ also]*">([^<]*)<', gap)) == {tag}
    assert (visit["id"] in gap) is not ehr_knows_it
    assert ("source/Encounter/e1" in gap) is ehr_knows_it


def test_its_source_page_shows_it_as_it_was_loaded_without_asking_the_ehr(browser, chart, fhir, loaded):
    (visit,) = loaded(ed_visit("c1", 95))
    fhir.asked.clear()
    page = browser.get(f"{chart}/source/Encounter/{visit['id']}").text

    assert fhir.asked == []
    assert '<span class="from">claims</span>' in page
    assert "As received from claims" in page
    assert "<i>" not in page


def test_the_source_page_of_the_ehrs_own_says_who_confirms_it(browser, chart, fhir, loaded):
    own = next(r for r in fhir.resources if r["resourceType"] == "Encounter" and r["class"]["code"] == "EMER")
    loaded(ed_visit("c1", 12))

    assert "also in claims" in browser.get(f"{chart}/source/Encounter/{own['id']}").text


@pytest.mark.parametrize("where", ["page", "source page"])
def test_what_consent_does_not_allow_is_not_shown_from_elsewhere_either(browser, chart, loaded, where):
    (hidden,) = loaded(ed_visit("c1", 95) | {"meta": PART_2})
    page = browser.get(f"{chart}/" if where == "page" else f"{chart}/source/Encounter/{hidden['id']}")

    assert "Panic" not in page.text
    assert page.status_code in ((200,) if where == "page" else (404, 502))


def test_another_patients_are_not_shown(browser, chart, loaded):
    (other,) = loaded(ed_visit("c1", 95), patient="dana")

    assert other["id"] not in browser.get(chart + "/").text
    assert browser.get(f"{chart}/source/Encounter/{other['id']}").status_code in (404, 502)


def test_a_loaded_resource_without_the_shape_of_fhir_costs_only_itself(browser, chart, loaded):
    loaded(ed_visit("c1", 95) | {"period": "long ago"}, ed_visit("c2", 80))

    assert "2 ED, 1 inpatient" in words(browser.get(chart + "/").text)
