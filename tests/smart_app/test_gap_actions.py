"""One click at a gap: what is offered helps, what is done is written, and the page shows it at once."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.smart_app.chart_ehr import WRITES, ChartEhr, status, story
from tests.smart_app.launching import launch, opened
from tests.smart_app.small_ehr import SmallEhr

TODAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
READS = "launch openid fhirUser patient/*.rs"
OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}
LOW = {str(place): "0" for place in range(1, 10)}


@pytest.fixture(autouse=True)
def late_in_the_year() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture
def fhir(ehr: SmallEhr, late_in_the_year: None) -> ChartEhr:
    ehr.scope = f"{READS} {WRITES}"
    return ChartEhr(ehr)


@pytest.fixture
def chart(browser: FlaskClient, ehr: SmallEhr, fhir: ChartEhr) -> Callable[[str], str]:
    """Launch the chart of one of the hand-made people; its address."""

    def open_(name: str) -> str:
        ehr.patient, fhir.resources = name, story(name)
        return opened(launch(browser, ehr))

    return open_


def gap_of(browser: FlaskClient, chart: str, measure: str) -> str:
    """What the page says of one gap."""
    page = browser.get(f"{chart}/")
    assert page.status_code == 200, page.text
    found = re.search(rf'id="gap-{measure}".*?</article>', page.text, re.S)
    assert found, f"no gap {measure}"
    return found[0]


def fields(html: str) -> dict[str, Any]:
    return dict(re.findall(r'name="(_?\w+)" value="([^"]*)"', html))


def press(browser: FlaskClient, chart: str, html: str, action: str, **more: str) -> TestResponse:
    """Send the form of a gap with this action, as its button does."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', html, re.S)
    assert form, f"no button for {action}"
    return browser.post(f"{chart}/{action}", data=fields(form[0]) | more, headers=OUR_PAGE)


def fill_in(
    browser: FlaskClient, chart: str, instrument: str, gap: str, answers: dict[str, str]
) -> TestResponse:
    page = browser.get(f"{chart}/assess/{instrument}?gap={gap}")
    hidden = {
        name: value
        for name, value in fields(page.text).items()
        if name.startswith("_") or name == "csrf_token"
    }
    day = re.search(r'name="_day" value="([^"]*)"', page.text)
    assert day
    form = hidden | {"_mode": "in person", "_day": day[1], "_finding": "yes"} | answers
    return browser.post(f"{chart}/assess/{instrument}", data=form, headers=OUR_PAGE)


def test_a_gap_offers_at_most_two_actions_and_each_would_help(browser, chart):
    gap = gap_of(browser, chart("ines"), "ASC")

    assert re.findall(r'class="button act"[^>]*>([^<]*)<', gap) == ["Start AUDIT-C", "Start AUDIT"]


def test_a_positive_screen_is_followed_by_a_referral_and_not_screened_away(browser, chart):
    gap = gap_of(browser, chart("wren"), "CMS2")

    assert re.findall(r'class="button act"[^>]*>([^<]*)<', gap) == ["Refer to behavioral health"]


def test_a_filled_in_form_closes_the_gap_in_the_same_page(browser, chart):
    address = chart("bram")
    assert "open-gap" in gap_of(browser, address, "DEP-REM-6")

    answer = fill_in(browser, address, "phq-9", "DEP-REM-6", LOW)

    assert answer.status_code == 303
    assert answer.location.endswith("/#gap-DEP-REM-6")
    assert "closed-gap" in gap_of(browser, address, "DEP-REM-6")


def test_it_is_closed_at_once_even_if_the_search_finds_it_late(browser, chart, fhir):
    address = chart("bram")
    fhir.hides_new = True

    fill_in(browser, address, "phq-9", "DEP-REM-6", LOW)

    assert "closed-gap" in gap_of(browser, address, "DEP-REM-6")


def test_what_the_ehr_does_not_hold_after_all_closes_nothing(browser, chart, fhir):
    address = chart("bram")

    fill_in(browser, address, "phq-9", "DEP-REM-6", LOW)
    fhir.resources = [r for r in fhir.resources if not str(r.get("id")).startswith("made-")]

    assert "open-gap" in gap_of(browser, address, "DEP-REM-6")


def test_an_action_closes_nothing_by_itself(browser, chart):
    """A PHQ-9 that shows no remission is written, and the gap stays open: the measure decides."""
    address = chart("bram")

    fill_in(browser, address, "phq-9", "DEP-REM-6", LOW | {str(place): "3" for place in range(1, 9)})

    gap = gap_of(browser, address, "DEP-REM-6")
    assert "open-gap" in gap
    assert "24" in gap


def test_one_click_places_the_referral_and_closes_the_gap(browser, chart, fhir):
    address = chart("wren")

    answer = press(browser, address, gap_of(browser, address, "CMS2"), "order")

    assert answer.status_code == 303
    (order,) = fhir.written("ServiceRequest")
    assert (order["status"], order["subject"]["reference"]) == ("active", "Patient/wren")
    assert order["requester"]["reference"] == "Practitioner/7"
    assert "closed-gap" in gap_of(browser, address, "CMS2")


def test_an_order_that_waits_for_its_result_is_shown_and_not_offered_again(browser, chart, fhir):
    address = chart("bram")
    assert "Order A1c" in gap_of(browser, address, "CMS122")

    press(browser, address, gap_of(browser, address, "CMS122"), "order")

    gap = gap_of(browser, address, "CMS122")
    assert "open-gap" in gap
    assert "Ordered 20 Nov" in gap
    assert 'action="order"' not in gap


def test_the_order_of_a_page_read_twice_is_placed_once(browser, chart, fhir):
    address = chart("bram")
    gap, same = gap_of(browser, address, "CMS122"), gap_of(browser, address, "CMS122")

    press(browser, address, gap, "order")
    press(browser, address, same, "order")

    assert len(fhir.written("ServiceRequest")) == 1


def test_where_orders_may_not_be_written_the_text_is_shown(browser, ehr, chart, fhir):
    ehr.scope = READS
    address = chart("bram")

    answer = press(browser, address, gap_of(browser, address, "CMS122"), "order")

    assert answer.status_code == 200
    assert "Nothing was written to the EHR." in answer.text
    assert "4548-4" in answer.text


def test_undo_marks_everything_as_entered_in_error_and_the_gap_is_open_again(browser, chart, fhir):
    address = chart("bram")
    fill_in(browser, address, "phq-9", "DEP-REM-6", LOW)

    answer = press(browser, address, browser.get(f"{address}/").text, "undo")

    assert answer.status_code == 303
    made = [r for r in fhir.resources if str(r.get("id")).startswith("made-")]
    assert {r["status"] for r in made} == {"entered-in-error"}
    assert "open-gap" in gap_of(browser, address, "DEP-REM-6")
    assert "marked as entered in error" in browser.get(f"{address}/").text


def test_what_was_changed_in_the_ehr_since_is_not_undone(browser, chart, fhir):
    address = chart("wren")
    press(browser, address, gap_of(browser, address, "CMS2"), "order")
    (order,) = fhir.written("ServiceRequest")
    order["meta"]["versionId"] = "2"

    answer = press(browser, address, browser.get(f"{address}/").text, "undo")

    assert answer.status_code == 409
    assert "changed in the EHR since" in answer.text
    assert order["status"] == "active"


def test_without_the_scope_to_change_it_says_that_it_cannot_be_undone(browser, ehr, chart, fhir):
    ehr.scope = f"{READS} patient/ServiceRequest.c"
    address = chart("wren")
    press(browser, address, gap_of(browser, address, "CMS2"), "order")

    answer = press(browser, address, browser.get(f"{address}/").text, "undo")

    assert answer.status_code == 409
    assert "does not let Throughline change" in answer.text
    assert fhir.written("ServiceRequest")[0]["status"] == "active"


def test_what_was_saved_in_another_launch_is_not_undone_here(browser, chart, fhir):
    address = chart("wren")
    press(browser, address, gap_of(browser, address, "CMS2"), "order")
    undoing = browser.get(f"{address}/").text
    other = chart("wren")
    token = fields(browser.get(f"{other}/").text)["csrf_token"]

    answer = press(browser, other, undoing, "undo", csrf_token=token)

    assert answer.status_code == 404


def test_not_now_needs_a_reason(browser, chart):
    address = chart("ines")

    answer = press(browser, address, gap_of(browser, address, "ASC"), "not-now", reason="")

    assert answer.status_code == 400
    assert "Not now until" not in gap_of(browser, address, "ASC")


@pytest.mark.parametrize(("days", "waits"), [(89, True), (90, False)])
def test_not_now_holds_for_its_days_is_no_closure_and_ends_by_itself(browser, ehr, chart, days, waits):
    address = chart("ines")

    press(browser, address, gap_of(browser, address, "ASC"), "not-now", reason="declined")

    gap = gap_of(browser, address, "ASC")
    assert "open-gap" in gap
    assert "Not now until 18 Feb 2027: patient declined" in gap
    with time_machine.travel(TODAY + timedelta(days=days, minutes=1), tick=True):
        later = browser.get(opened(launch(browser, ehr)) + "/").text
    assert ("Not now until" in later) is waits


def test_what_was_put_off_can_be_asked_again(browser, chart):
    address = chart("ines")
    press(browser, address, gap_of(browser, address, "ASC"), "not-now", reason="no-time")

    press(browser, address, gap_of(browser, address, "ASC"), "ask-again")

    assert "Not now until" not in gap_of(browser, address, "ASC")


def test_what_is_put_off_for_one_patient_is_asked_of_another(browser, chart):
    address = chart("ines")
    press(browser, address, gap_of(browser, address, "ASC"), "not-now", reason="declined")

    assert "Not now until" not in gap_of(browser, chart("bram"), "ASC")


def test_suicide_safety_cannot_be_put_off(browser, chart):
    address = chart("rafe")
    gap = gap_of(browser, address, "SAFE")
    assert "Start Safety plan" in gap
    assert "not-now" not in gap

    form = fields(browser.get(f"{address}/").text) | {"_gap": "SAFE", "reason": "declined"}
    answer = browser.post(f"{address}/not-now", data=form, headers=OUR_PAGE)

    assert answer.status_code == 403
    assert "Not now until" not in gap_of(browser, address, "SAFE")


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
