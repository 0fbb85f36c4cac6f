"""A built-in rule taken off at one host EHR from its page, by two people, and brought back by one."""

from __future__ import annotations

import pytest
from flask import Flask

from cds_service.life_cycle import Deed, State, Step
from cds_service.outside import clock
from tests.staff.browsing import StaffBrowser, audited

ID = "a1c-not-measured"
RULE = f"/staff/rules/{ID}"
PAGE = f"{RULE}/built-in"


def ids(app: Flask, host_ehr: str) -> set[str]:
    """The rules in use, as a worker that asks now sees them."""
    rules = app.extensions["throughline"].rules_in_use
    rules._ask()
    return {rule.id for rule in rules.at(host_ehr, clock.today()).rules}


def send(browser: StaffBrowser, deed: Deed, ehr: str = "riverside"):
    return browser.send(PAGE, "/staff/", deed=deed.value, ehr=ehr)


def test_two_people_retire_it_at_one_host_ehr_and_one_brings_it_back(
    app: Flask, quality: StaffBrowser, second: StaffBrowser
):
    assert f'href="{PAGE}"' in quality.get(RULE).text
    assert quality.get(PAGE).text.count(">live<") == 2

    assert send(quality, Deed.SEND).location == PAGE
    send(quality, Deed.APPROVE)
    assert "ask a second person" in quality.get(PAGE).text
    assert "A second person has to approve it." in quality.get(PAGE).text
    assert ID in ids(app, "riverside")
    assert "to be retired, sent by staff/quality" in second.get("/staff/rules/?ehr=riverside").text

    assert "to be retired, sent by staff/quality" in second.get(PAGE).text
    send(second, Deed.APPROVE)

    assert ID not in ids(app, "riverside")
    assert ID in ids(app, "lakeside")
    page = second.get(PAGE).text
    assert "The built-in rule is retired at riverside." in page
    assert (page.count(">live<"), page.count(">off<")) == (1, 1)

    send(quality, Deed.ROLL_BACK)

    assert ID in ids(app, "riverside")
    rows = [row for row in audited(app) if row[1].startswith("rule-")]
    assert ("staff/second", "rule-retired", "success") in rows
    assert ("staff/quality", "rule-rolled-back", "success") in rows
    history = quality.get(RULE).text
    assert "the built-in rule sent for approval to be retired" in history
    assert "the built-in rule approved" in history
    assert "the built-in rule rolled back" in history


def test_retired_without_a_text_of_its_own_it_is_still_listed(app: Flask, quality: StaffBrowser):
    """As after a stop between the two, or where another page was used."""
    parts = app.extensions["throughline"]
    parts.rule_store.do(ID, Step(Deed.SEND, 0, "staff/ann", State.RETIRED), ["riverside"])
    parts.rule_store.do(ID, Step(Deed.APPROVE, 0, "staff/ben"), ["riverside"])
    assert ID not in ids(app, "riverside")

    page = quality.get("/staff/rules/?ehr=riverside")

    assert page.status_code == 200
    assert f'href="{RULE}">{ID}</a>' in page.text
    assert '<span class="chip ">off</span>' in page.text


def test_its_text_stays_as_a_revision_that_can_be_released_in_its_place(
    app: Flask, quality: StaffBrowser, second: StaffBrowser
):
    parts = app.extensions["throughline"]
    send(quality, Deed.SEND)
    send(second, Deed.APPROVE)

    kept = parts.rule_store.text(ID)
    assert kept.revision == 1
    assert kept.text == parts.rules_in_use.base[ID].path.read_text()
    assert ID in quality.get("/staff/rules/").text
    parts.rule_store.do(ID, Step(Deed.SEND, 1, "staff/ann", State.LIVE), ["riverside"])
    parts.rule_store.do(ID, Step(Deed.APPROVE, 1, "staff/ben"), ["riverside"])

    assert ID in ids(app, "riverside")
    page = quality.get(PAGE).text
    assert "revision 1 stands in its place" in page
    assert "Bring back" not in page


def test_who_may_not_release_sees_it_and_changes_nothing(app: Flask, quality: StaffBrowser, signed_in):
    analyst = signed_in("analyst")

    assert 'name="deed"' in quality.get(PAGE).text
    assert 'name="deed"' not in analyst.get(PAGE).text
    send(analyst, Deed.SEND)

    assert "Not done: this needs the permission to release" in analyst.get(PAGE).text
    assert ID in ids(app, "riverside")
    assert ("staff/analyst", "rule-change-refused", "refused") in audited(app)


@pytest.mark.parametrize(
    ("deed", "ehr"),
    [
        ("approved", "riverside"),
        ("retired", "riverside"),
        ("", "riverside"),
        ("sent for approval", "nowhere"),
        ("sent for approval", ""),
    ],
)
def test_a_form_that_was_tampered_with_changes_nothing(
    app: Flask, quality: StaffBrowser, deed: str, ehr: str
):
    quality.send(PAGE, "/staff/", deed=deed, ehr=ehr)

    assert "Not done" in quality.get(PAGE).text
    assert ID in ids(app, "riverside")
    assert app.extensions["throughline"].rule_store.texts() == ()


def test_what_was_not_retired_cannot_be_brought_back(app: Flask, quality: StaffBrowser):
    send(quality, Deed.ROLL_BACK)

    assert "was not retired here" in quality.get(PAGE).text


def test_a_rule_about_suicide_safety_is_marked(quality: StaffBrowser):
    assert "This rule is about suicide safety." in quality.get("/staff/rules/safety-plan-due/built-in").text
    assert "suicide safety" not in quality.get(PAGE).text


def test_a_rule_that_is_not_built_in_has_no_such_page(quality: StaffBrowser):
    assert quality.get("/staff/rules/my-own/built-in").status_code == 404
    assert send(quality, Deed.SEND, "riverside").status_code == 303
