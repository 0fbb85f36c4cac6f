"""How cards are received, on a page: by role and site, never of too few, and drafts made of proposals."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from cds_service.life_cycle import State
from cds_service.outside import clock
from tests.shown_cards import shown as shown_at
from tests.staff.browsing import StaffBrowser, audited

ID = "a1c-not-measured"
PAGE, PROPOSALS = "/staff/acceptance/", "/staff/acceptance/proposals"
PLANNED = {"another-visit": 36, "record-wrong": 5}


def shown(app: Flask, rule: str, cards: int, **more: Any) -> None:
    shown_at(app.extensions["throughline"], rule, cards, **more)


def lines(page: str) -> list[str]:
    """The rows of the table, as text."""
    body = re.search(r"<tbody>(.*)</tbody>", page, re.S)
    rows = body[1].split("</tr>")[:-1] if body else []
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def draft(browser: StaffBrowser, kind: str = "open-only", rule: str = ID, ehr: str = "riverside"):
    return browser.send(PROPOSALS, "/staff/", ehr=ehr, rule=rule, kind=kind, days="90")


def test_a_rule_is_told_with_its_shares_intervals_and_reasons_in_words(app: Flask, quality: StaffBrowser):
    shown(app, ID, 55, accepted=9, reasons=PLANNED)

    page = quality.get(f"{PAGE}?ehr=riverside").text

    assert lines(page) == [
        f"{ID} 55 16% (9% to 28%) 75% (62% to 84%) 9% (4% to 20%) "
        "Will be done at another visit: 88% (74% to 95%) The record is wrong: 12% (5% to 26%)"
    ]


def test_it_is_split_by_role_and_site_and_what_is_too_small_stands_together(
    app: Flask, quality: StaffBrowser
):
    shown(app, ID, 40, accepted=10, site="Organization/north")
    shown(app, ID, 25, accepted=5, site="", user="PractitionerRole/9")
    shown(app, ID, 12, site="Organization/small")
    shown(app, ID, 11, site="Organization/tiny")

    page = quality.get(f"{PAGE}?ehr=riverside&by=role-and-site&rule={ID}").text

    assert [line.split("%")[0] for line in lines(page)] == [
        f"{ID} practitioner, Organization/north 40 25",
        f"{ID} practitioner in a role, site not told 25 20",
        f"{ID} 2 smaller ones together 23 0",
    ]
    assert "tiny" not in page


def test_of_too_few_cards_nothing_is_told_but_their_number(app: Flask, quality: StaffBrowser):
    shown(app, ID, 19, accepted=3, reasons={"record-wrong": 9})

    assert lines(quality.get(PAGE).text + quality.get(f"{PAGE}?ehr=riverside").text) == [
        f"{ID} 19 too few; told from 20 on – – –"
    ]
    [_, row] = csv.reader(io.StringIO(quality.get(f"{PAGE}acceptance.csv?ehr=riverside").text))
    assert row[8:19] == ["19", *[""] * 10]
    assert row[-1] == "fewer than 20 cards: not told"


def test_a_host_ehr_has_figures_and_proposals_of_its_own(app: Flask, quality: StaffBrowser):
    shown(app, ID, 55, accepted=9, reasons=PLANNED)

    assert "No card was shown at lakeside" in quality.get(f"{PAGE}?ehr=lakeside").text
    assert "suggests no change" in quality.get(f"{PROPOSALS}?ehr=lakeside").text
    assert draft(quality, ehr="lakeside").location.startswith(PROPOSALS)
    assert app.extensions["throughline"].rule_store.texts() == ()


def test_the_table_is_downloaded_with_its_codes_and_runs_no_formula(app: Flask, quality: StaffBrowser):
    shown(app, ID, 55, accepted=9, reasons=PLANNED, site="=1+1")

    answer = quality.get(f"{PAGE}acceptance.csv?ehr=riverside&by=site")

    assert answer.mimetype == "text/csv"
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["rule"], row["shown"], row["accepted"], row["accepted_low"]) == (ID, "55", "9", "0.089")
    assert (row["set_aside"], row["unanswered"]) == ("41", "5")
    assert row["reasons"] == "another-visit 36; record-wrong 5"
    assert not row["site"].startswith("=")


@pytest.mark.parametrize("query", ["by=everything", "days=7", "days=x", "ehr=nowhere", "rule=" + "x" * 300])
def test_a_question_there_is_no_answer_to_is_taken_as_the_usual_one(quality: StaffBrowser, query: str):
    for path in (PAGE, f"{PAGE}acceptance.csv", PROPOSALS):
        assert quality.get(f"{path}?{query}").status_code == 200


def test_cards_before_the_time_asked_about_do_not_count(app: Flask, quality: StaffBrowser):
    with time_machine.travel(clock.now() - timedelta(days=31), tick=False):
        shown(app, ID, 60, accepted=9)

    assert lines(quality.get(f"{PAGE}?ehr=riverside&days=30").text) == []
    assert len(lines(quality.get(f"{PAGE}?ehr=riverside&days=90").text)) == 1


def test_a_proposal_names_its_evidence_and_what_the_file_would_say(app: Flask, quality: StaffBrowser):
    shown(app, ID, 55, accepted=9, reasons=PLANNED)

    page = quality.get(f"{PROPOSALS}?ehr=riverside").text

    assert "Accepted 9 and set aside 41 of 55 cards, 36 of them as “Will be done at another visit”" in page
    assert "when.status: open-gap, prospective-gap -&gt; open-gap" in page


def test_one_click_makes_a_draft_that_is_not_live_and_says_why_it_was_made(app: Flask, quality: StaffBrowser):
    shown(app, ID, 55, accepted=9, reasons=PLANNED)
    parts = app.extensions["throughline"]
    before = parts.rules_in_use.at("riverside", clock.today()).rules

    answer = draft(quality)

    assert answer.location == f"/staff/rules/{ID}?revision=1"
    page = quality.get(answer.location).text
    assert "Revision 1 is a draft" in page
    kept = parts.rule_store.text(ID)
    assert (kept.version, kept.author) == ("2", "staff/quality")
    assert kept.text.startswith("# Feedback at riverside since ")
    assert "36 of them as" in kept.text.splitlines()[0]
    assert "status: open-gap" in kept.text
    assert parts.rule_store.standing("riverside", ID).state_of(1, clock.today()) is State.DRAFT
    assert parts.rules_in_use.at("riverside", clock.today()).rules == before
    assert ("staff/quality", "rule-saved", "success") in audited(app)


def test_the_draft_is_made_once_and_found_again(app: Flask, quality: StaffBrowser):
    shown(app, ID, 55, accepted=9, reasons=PLANNED)
    draft(quality)

    assert "Open the draft" in quality.get(f"{PROPOSALS}?ehr=riverside").text
    assert draft(quality).location == f"/staff/rules/{ID}?revision=1"
    assert len(app.extensions["throughline"].rule_store.texts()) == 1


def test_a_proposal_for_one_order_check_becomes_a_rule_of_its_own(app: Flask, quality: StaffBrowser):
    shown(app, "lithium-monitoring", 60, hook="order-sign", reasons={"done-elsewhere": 50})

    answer = draft(quality, kind="later", rule="lithium-monitoring")

    assert answer.location == "/staff/rules/lithium-monitoring?revision=1"
    page = quality.get(answer.location).text
    assert "built in, version 1" in page
    assert "card.indicator: warning -&gt; info" in page
    kept = app.extensions["throughline"].rule_store.text("lithium-monitoring").text
    assert "check: lithium-monitoring" in kept
    assert "indicator: info" in kept


def test_a_proposal_that_does_not_stand_any_more_makes_no_draft(app: Flask, quality: StaffBrowser):
    shown(app, ID, 60, accepted=50)

    answer = draft(quality)

    assert answer.location.startswith(PROPOSALS)
    assert "Not done: feedback does not suggest this" in quality.get(answer.location).text
    assert app.extensions["throughline"].rule_store.texts() == ()


def test_suicide_safety_is_reported_and_cannot_be_made_a_draft(app: Flask, quality: StaffBrowser):
    shown(app, "safety-plan-due", 60, reasons={"not-appropriate": 50})

    page = quality.get(f"{PROPOSALS}?ehr=riverside").text

    assert "never shown less" in page
    assert "Make a draft" not in page
    draft(quality, kind="ask", rule="safety-plan-due")
    assert app.extensions["throughline"].rule_store.texts() == ()


def test_who_only_reads_rules_makes_no_draft(app: Flask, quality: StaffBrowser, signed_in):
    shown(app, ID, 55, accepted=9, reasons=PLANNED)
    analyst = signed_in("analyst")

    assert "Make a draft" not in analyst.get(f"{PROPOSALS}?ehr=riverside").text
    assert draft(analyst).status_code == 403
    assert signed_in("coordinator").get(PAGE).status_code == 403
    assert quality.get(PAGE).status_code == 200
