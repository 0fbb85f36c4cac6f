"""Forms in the chart: where they lead, what may be missing, and what a note's text is good for."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any

import pytest

from tests.smart_app.acting import LOW, OUR_PAGE, fields, fill_in, gap_of, press
from tests.smart_app.chart_ehr import status

pytestmark = pytest.mark.usefixtures("late_in_the_year")


def test_item_9_leads_to_the_cssrs_and_a_high_level_to_a_safety_plan(browser, chart, fhir):
    address = chart("bram")

    first = fill_in(browser, address, "phq-9", "DEP-REM-6", LOW | {"9": "1"})
    assert "/assess/c-ssrs-screener?" in first.location
    assert "Item 9 above 0" in browser.get(first.location).text
    cssrs = dict.fromkeys(("1", "2", "3", "4", "5"), "yes") | {"6": "no"}
    second = fill_in(browser, address, "c-ssrs-screener", "DEP-REM-6", cssrs)
    assert "/assess/safety-plan?" in second.location
    assert "high, 20 Nov" in browser.get(f"{address}/").text
    steps = ("warning-signs", "own-coping", "people-for-help", "professionals", "safer-surroundings")
    third = fill_in(browser, address, "safety-plan", "DEP-REM-6", dict.fromkeys(steps, "As agreed <b>"))

    assert third.status_code == 303
    assert "closed-gap" in gap_of(browser, address, "SAFE")
    (plan,) = fhir.written("DocumentReference")
    assert plan["type"]["coding"][0]["code"] == "96339-7"


def test_every_form_for_the_patients_age_can_be_opened_without_a_gap_that_asks_for_it(browser, chart):
    address = chart("bram")
    menu = re.search(r'id="assess".*?</details>', browser.get(f"{address}/").text, re.S)
    assert menu

    offered = re.findall(r'href="(assess/[^"]+)"', menu[0])

    assert {"assess/phq-9", "assess/mdq", "assess/isi", "assess/who-5", "assess/social-needs"} <= set(offered)
    assert not {"assess/psc-17", "assess/phq-9m"} & set(offered)  # he is grown up
    assert {browser.get(f"{address}/{form}").status_code for form in offered} == {200}


def test_missing_items_are_named_and_nothing_is_written_until_they_are_answered(browser, chart, fhir):
    address = chart("bram")

    answer = fill_in(browser, address, "phq-9", "", {k: v for k, v in LOW.items() if k not in ("3", "9")})

    assert answer.status_code == 422
    assert "2 items need an answer" in answer.text
    assert "3. Trouble falling or staying asleep" in answer.text
    assert 'name="1" value="0" data-key="0" checked' in answer.text
    assert fhir.writes == []


def test_what_its_rule_allows_to_be_missing_may_be_left_open_when_one_says_so(browser, chart, fhir):
    address = chart("bram")
    some = {k: v for k, v in LOW.items() if k != "3"}

    assert "Save with 1 unanswered" in fill_in(browser, address, "phq-9", "", some).text
    answer = fill_in(browser, address, "phq-9", "", some | {"_incomplete": "yes"})

    assert answer.status_code == 303
    total = next(r for r in fhir.written("Observation") if r["code"]["coding"][0]["code"] == "44261-6")
    assert "8 of 9 items answered" in total["note"][0]["text"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"1": "7"},
        {"1": ["0", "1"]},
        {"nonsense": "1"},
        {"_day": "2026-11-21"},
        {"_day": "soon"},
        {"_mode": "x"},
    ],
)
def test_answers_no_form_gives_are_refused_and_nothing_is_written(browser, chart, fhir, wrong):
    answer = fill_in(browser, chart("bram"), "phq-9", "", LOW | wrong)

    assert answer.status_code in (400, 422)
    assert fhir.writes == []


def test_an_older_day_is_kept_as_the_day_of_the_assessment(browser, chart, fhir):
    fill_in(browser, chart("bram"), "phq-9", "", LOW | {"_day": "2026-11-18", "_mode": "remote"})

    assert {r["effectiveDateTime"] for r in fhir.written("Observation")} == {"2026-11-18"}
    assert fhir.written("QuestionnaireResponse")[0]["authored"] == "2026-11-18"


def test_the_score_so_far_is_told_with_its_word_and_its_alarm(browser, chart):
    address = chart("bram")
    page = browser.get(f"{address}/assess/phq-9").text
    form = {name: value for name, value in fields(page).items() if name in ("csrf_token", "_patient", "_key")}

    some = browser.post(f"{address}/assess/phq-9/score", data=form | {"1": "2"}, headers=OUR_PAGE).json
    whole = browser.post(f"{address}/assess/phq-9/score", data=form | LOW | {"9": "3"}, headers=OUR_PAGE).json

    assert some["says"] == "1 of 9 answered"
    assert whole["says"] == "3 of 27: none or minimal"
    assert "Item 9" in whole["flags"][0]


def test_a_source_that_fails_offers_nothing_that_rests_on_it(browser, chart, fhir):
    address = chart("bram")
    fhir.faults["Observation"] = status(500)

    page = browser.get(f"{address}/")

    assert page.status_code == 200
    assert "Start PHQ-9" not in page.text


def note(text: str, patient: str = "bram", day: str = "2026-11-16") -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": f"note-of-{patient}",
        "status": "current",
        "subject": {"reference": f"Patient/{patient}"},
        "date": f"{day}T10:00:00Z",
        "content": [{"attachment": {"contentType": "text/plain", "data": b64encode(text.encode()).decode()}}],
    }


def test_a_result_only_in_a_note_is_shown_and_closes_nothing(browser, chart, fhir):
    address = chart("bram")
    fhir.resources.append(note("Feels better. PHQ-9 = 3 today. <script>alert(1)</script>"))

    gap = gap_of(browser, address, "DEP-REM-6")

    assert "open-gap" in gap
    assert "Written only in a note, 16 Nov 2026; does not count" in gap
    assert "PHQ-9 = 3 today." in gap
    assert "<script>" not in gap
    assert fhir.writes == []


def test_a_note_of_somebody_elses_score_or_an_old_one_is_not_shown(browser, chart, fhir):
    address = chart("bram")
    fhir.resources += [note("Her mother's PHQ-9 was 3."), note("PHQ-9 = 3 today.", day="2025-11-01")]

    assert "Written only in a note" not in gap_of(browser, address, "DEP-REM-6")


def test_what_a_note_says_counts_once_a_clinician_has_confirmed_it(browser, chart, fhir):
    address = chart("bram")
    fhir.resources.append(note("Feels better. PHQ-9 = 3 today."))
    link = re.search(r'href="(assess/[^"]*note=[^"]*)"', gap_of(browser, address, "DEP-REM-6"))
    assert link
    page = browser.get(f"{address}/{link[1].replace('&amp;', '&')}").text
    assert "Confirm PHQ-9 3, 16 Nov 2026" in page
    assert "open-gap" in gap_of(browser, address, "DEP-REM-6")

    answer = press(browser, address, page.replace(address, "").replace('"/assess', '"assess'), "assess/phq-9")

    assert answer.status_code == 303
    gap = gap_of(browser, address, "DEP-REM-6")
    assert "closed-gap" in gap
    assert "Written only in a note" not in gap
    total = next(r for r in fhir.written("Observation") if r["code"]["coding"][0]["code"] == "44261-6")
    assert (total["valueQuantity"]["value"], total["effectiveDateTime"]) == (3, "2026-11-16")
    assert "its items are not known" in total["note"][0]["text"]
    assert fhir.written("QuestionnaireResponse") == []


def test_a_note_of_another_patient_confirms_nothing(browser, chart, fhir):
    address = chart("bram")
    fhir.resources.append(note("PHQ-9 = 3 today.", patient="dana"))

    answer = fill_in(browser, address, "phq-9", "DEP-REM-6", {"_note": "note-of-dana"})

    assert answer.status_code == 409
    assert "Written only in a note" not in browser.get(f"{address}/assess/phq-9?note=note-of-dana").text
    assert fhir.writes == []
