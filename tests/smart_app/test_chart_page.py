"""The chart page of a launch: the right patient, really launched and read, whatever the EHR answers."""

from __future__ import annotations

import gzip
import re
from html import unescape

import pytest
from sqlalchemy import select

from cds_service.outside.tables.audit import AuditEventRow
from smart_app.care.consent import CONSENT_LINE
from tests.smart_app.chart_ehr import ChartEhr, html, status, story
from tests.smart_app.launching import launch, opened
from tests.smart_app.small_ehr import SmallEhr

PANEL_STATE = re.compile(r'aria-labelledby="panel-([\w-]+)".*?</section>', re.DOTALL)


@pytest.fixture
def fhir(ehr: SmallEhr) -> ChartEhr:
    """Ines, five days home from a psychiatric ward, and Dana in the same EHR."""
    ehr.patient = "ines"
    return ChartEhr(ehr, *story("ines"), *story("dana"))


@pytest.fixture
def page(app, browser, ehr, fhir):
    """Launch, and open the chart; what is asked for stands behind the address."""

    def load(query: str = "") -> str:
        response = browser.get(opened(launch(browser, ehr)) + "/" + query)
        assert response.status_code == 200, response.text
        return response.text

    return load


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def section(text: str, key: str) -> str:
    """The words of one panel."""
    return words(next(m.group(0) for m in PANEL_STATE.finditer(text) if m.group(1) == key))


def test_the_page_shows_the_patient_of_the_launch_and_nobody_else(page):
    text = page()

    assert "Ines Tarnwell" in text
    assert "Dana" not in text
    assert "Left hospital 5 days ago" in text
    assert "C-SSRS moderate" in text


def test_every_question_is_asked_with_the_launchs_token(page, fhir):
    page()

    assert fhir.tokens == {"access-1"}
    assert {"Observation", "CareTeam", "Goal", "Appointment"} <= set(fhir.asked)


def test_two_charts_of_one_browser_keep_their_patients(browser, ehr, page, fhir):
    first = opened(launch(browser, ehr))
    ehr.patient = "dana"
    second = opened(launch(browser, ehr))

    for address, name in ((first, "Ines Tarnwell"), (second, "Dana Marrowbrook"), (first, "Ines Tarnwell")):
        assert f"<title>{name}" in browser.get(address + "/").text


def test_the_banner_is_drawn_only_when_the_ehr_wants_one(page, ehr):
    ehr.change_tokens = lambda tokens: tokens | {"need_patient_banner": False}
    without = page()
    ehr.change_tokens = lambda tokens: tokens | {"need_patient_banner": True}

    assert "<h1>Ines Tarnwell</h1>" not in without
    assert "<h1>Ines Tarnwell</h1>" in page()


def test_the_consent_line_is_the_same_on_every_chart(page, ehr, fhir):
    fhir.resources += story("corin")
    lines = []
    for patient in ("ines", "dana", "corin"):
        ehr.patient = patient
        lines.append(re.findall(r'<div class="consent">.*?</div>', page(), re.DOTALL))

    assert CONSENT_LINE in lines[0][0]
    assert lines[0] == lines[1] == lines[2]


def test_what_a_part_2_programme_disclosed_changes_nothing_on_the_page(page, ehr, fhir):
    ehr.patient = "corin"
    fhir.resources = story("corin")
    labelled = page()
    fhir.resources = [r for r in fhir.resources if "meta" not in r]

    assert "buprenorphine" not in labelled.lower()
    assert "Opioid" not in labelled
    assert without_clock(labelled) == without_clock(page())


def without_clock(text: str) -> str:
    return re.sub(r"<time.*?</time>|access-\d", "", text)


@pytest.mark.parametrize(
    ("query", "span"), [("", "12m"), ("?span=3m", "3m"), ("?span=all", "all"), ("?span=<b>", "12m")]
)
def test_the_time_shown_is_one_of_three(page, query, span):
    assert f'href="?span={span}#timeline" aria-current="true"' in page(query)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (status(403), "Not permitted: this launch may not read the care team."),
        (status(500), "Failed: couldn't read the care team from the EHR."),
        (html, "Failed: couldn't read the care team from the EHR."),
    ],
    ids=["403", "500", "HTML"],
)
def test_a_source_that_fails_is_named_in_its_panel_and_the_rest_stands(page, fhir, fault, said):
    fhir.faults["CareTeam"] = fault
    text = page()

    assert said in section(text, "care-team")
    assert "escitalopram" in section(text, "medications")
    assert "13 of 14 sources" in text


def test_what_the_scopes_leave_out_is_not_asked_for_and_not_called_empty(page, ehr, fhir):
    ehr.scope = "launch openid fhirUser patient/Patient.rs patient/Condition.rs patient/Encounter.rs"
    text = page()

    assert set(fhir.asked) == {"Patient", "Condition", "Encounter"}
    assert "Not permitted: this launch may not read medicines." in section(text, "medications")
    assert "Suicide risk not known." in text


def test_scopes_of_smart_1_say_the_same_of_each_panel(page, ehr, fhir):
    ehr.scope = "launch openid fhirUser patient/Patient.read patient/Condition.read patient/Encounter.read"
    text = page()

    assert set(fhir.asked) == {"Patient", "Condition", "Encounter"}
    assert "Not permitted: this launch may not read medicines." in section(text, "medications")


def test_a_scope_narrowed_to_part_of_a_type_shows_that_part_and_does_not_call_the_rest_empty(page, ehr):
    whole = [f"patient/{kind}.rs" for kind in ("Patient", "Condition", "Encounter")]
    ehr.scope = " ".join(["launch openid fhirUser", *whole, "patient/Observation.rs?category=vital-signs"])

    assert "Suicide risk not known." in page()


def test_a_gap_is_never_made_of_a_source_that_was_not_read(page, fhir):
    assert 'class="gap open-gap"' in page()
    for kind in ("Encounter", "Observation", "Condition"):
        fhir.faults[kind] = status(500)
    text = page()

    assert 'class="gap open-gap"' not in text
    assert "The record cannot say:" in words(text)


def test_without_the_patient_there_is_no_chart_but_a_page_that_says_why(browser, ehr, fhir):
    fhir.faults["Patient"] = status(500)

    response = browser.get(opened(launch(browser, ehr)) + "/")

    assert response.status_code == 502
    assert "The chart could not be read" in response.text
    assert "try again" in response.text


def test_a_token_the_ehr_no_longer_takes_is_renewed_and_the_chart_read_again(page, fhir):
    fhir.revoked = "access-1"

    assert "Left hospital 5 days ago" in page()
    assert fhir.tokens == {"access-1", "access-2"}


def test_another_patients_resource_is_left_out_and_counted(page, fhir):
    strange = next(r for r in story("dana") if r["resourceType"] == "Observation")
    fhir.resources.append(strange | {"id": "mixed", "note": [{"text": "Patient/ines"}]})

    assert "1 resource left out: unreadable, or not this patient's" in words(page())


def test_script_in_the_record_is_text_on_the_page(page, fhir):
    poison = '<script>alert(1)</script>"onmouseover="alert(2)'
    for resource in fhir.resources:
        if resource["resourceType"] == "Patient":
            resource["name"] = [{"text": poison}]
        if resource["resourceType"] in ("Condition", "Observation"):
            resource["code"]["text"] = poison
        if resource["resourceType"] == "MedicationRequest":
            resource["medicationCodeableConcept"]["text"] = "sertraline " + poison
    text = page()

    assert "<script>alert" not in text
    assert '"onmouseover' not in text


def test_nothing_on_the_page_needs_inline_style_or_script(page):
    text = page()

    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL) == [""]


def test_the_page_may_be_framed_by_its_own_ehr_only_and_is_never_stored(browser, ehr, fhir):
    response = browser.get(opened(launch(browser, ehr)) + "/")

    assert f"frame-ancestors {ehr.origin}" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_the_page_is_small_even_for_a_long_record(page, browser):
    text = page("?span=all")
    parts = [text.encode()]
    for url in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', text)):
        with browser.get(url) as response:
            parts.append(response.data)

    assert len(parts) <= 8
    assert sum(len(gzip.compress(part)) for part in parts) <= 60 * 1024


def test_looking_at_a_chart_is_audited(app, page):
    page()

    database = app.extensions["throughline"].database
    with database.reading() as connection:
        rows = connection.execute(select(AuditEventRow.action, AuditEventRow.patient_id)).all()
    assert ("chart-view", "ines") in [tuple(row) for row in rows]
