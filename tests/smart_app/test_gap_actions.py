"""One click at a gap: what is offered helps, what is done is written, and the page shows it at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from tests.smart_app.acting import LOW, OUR_PAGE, READS, TODAY, fields, fill_in, gap_of, press
from tests.smart_app.chart_ehr import status
from tests.smart_app.launching import launch, opened

pytestmark = pytest.mark.usefixtures("late_in_the_year")


def test_a_gap_offers_at_most_two_actions_and_each_would_help(browser, chart):
    gap = gap_of(browser, chart("ines"), "ASC")

    assert re.findall(r'class="button act"[^>]*>([^<]*)<', gap) == ["Start AUDIT-C", "Start AUDIT"]


def test_a_positive_screen_is_followed_by_a_referral_and_not_screened_away(browser, chart):
    gap = gap_of(browser, chart("wren"), "CMS2")

    assert re.findall(r'class="button act"[^>]*>([^<]*)<', gap) == ["Refer to behavioral health"]


def test_a_follow_up_that_is_too_late_for_the_measure_is_still_offered(browser, chart):
    gap = gap_of(browser, chart("juniper"), "CMS2")

    assert "too late for the measure" in gap
    assert "Still to do:" in gap
    assert "Closes it:" not in gap
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


@pytest.mark.parametrize("where", ["at once", "from the chart"])
def test_an_order_the_ehr_did_not_take_is_tried_again_and_placed_once(browser, chart, fhir, where):
    address = chart("wren")
    fhir.write_faults["ServiceRequest"] = iter([status(503)])

    failed = press(browser, address, gap_of(browser, address, "CMS2"), "order")
    page = browser.get(f"{address}/").text
    told_at_once, told_in_chart = (
        failed.text.replace(f"{address}/", ""),
        page.partition('<ul class="saved"')[2],
    )
    again = press(browser, address, told_at_once if where == "at once" else told_in_chart, "order")

    assert failed.status_code == 502
    assert "Try again" in failed.text
    assert "was not, or not wholly, written to the EHR" in page
    assert again.status_code == 303
    assert len(fhir.written("ServiceRequest")) == 1
    assert "closed-gap" in gap_of(browser, address, "CMS2")
    assert "Try again" not in browser.get(f"{address}/").text


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
