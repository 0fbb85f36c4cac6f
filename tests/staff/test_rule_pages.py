"""Card rules on pages: a draft, a second person, what is live, and the way back."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

import pytest
from flask import Flask

from cds_service.life_cycle import Deed, State
from cds_service.outside import clock
from cds_service.outside.registry import HostEhr
from tests.cds_service.test_studio_commands import RULE
from tests.staff.browsing import StaffBrowser, audited

ID = "a1c-not-measured"
PAGE = f"/staff/rules/{ID}"


@pytest.fixture
def quality(app: Flask, signed_in) -> StaffBrowser:
    """Somebody of the quality team, at an installation with one host EHR."""
    app.extensions["throughline"].host_ehrs.add(
        HostEhr(name="riverside", fhir_base="https://ehr.example.org/fhir")
    )
    return signed_in("quality")


def state(app: Flask, revision: int = 1) -> State:
    standing = app.extensions["throughline"].rule_store.standing("riverside", ID)
    return standing.state_of(revision, clock.today())


def send(browser: StaffBrowser, what: Deed, **more: str):
    form = {"deed": what.value, "revision": "1", "ehr": "riverside"} | more
    return browser.send(f"{PAGE}/do", "/staff/", **form)


def saved(quality: StaffBrowser, text: str = RULE):
    return quality.send(PAGE, PAGE, text=text)


def test_every_rule_is_listed_with_its_version_and_state(quality: StaffBrowser):
    page = quality.get("/staff/rules/").text

    assert f'href="/staff/rules/{ID}"' in page
    assert 'href="/staff/rules/order-check">lithium-monitoring</a>' in page
    assert "CMS122 tested; patient-view" in page
    assert {
        quality.get(path).status_code for path in set(re.findall(r'href="(/staff/rules/[^"]+)"', page))
    } == {200}
    assert "live, built in" in page
    assert "with no visits yet" in page


@pytest.mark.parametrize(
    ("words", "shown", "others"),
    [
        ("LITHIUM", ["lithium-monitoring", "lithium-interactions"], ["a1c-not-measured"]),
        ("cms122 patient-view", ["a1c-not-measured"], ["lithium-monitoring", "phq9-due"]),
        ("order check", ["lithium-monitoring"], ["a1c-not-measured"]),
        ("<nothing>", [], ["a1c-not-measured"]),
    ],
)
def test_the_list_is_narrowed_by_words(
    quality: StaffBrowser, words: str, shown: list[str], others: list[str]
):
    page = quality.get(f"/staff/rules/?words={quote(words)}").text

    assert all(f">{name}</a>" in page for name in shown)
    assert not any(f">{name}</a>" in page for name in others)
    assert re.search(r"<caption>\d+ of \d+ rules at riverside</caption>", page)
    assert f'value="{escape(words)}"' in page


def test_a_rule_of_the_folders_is_shown_as_form_and_as_yaml(quality: StaffBrowser):
    page = quality.get(PAGE).text

    assert 'value="a1c_order"' not in page
    assert '<option value="CMS122" selected>' in page
    assert "when: {measure: CMS122, next_step: tested, status: [open-gap, prospective-gap]}" in page


def test_a_rule_is_saved_sent_approved_by_a_second_person_and_rolled_back(
    app: Flask, quality: StaffBrowser, second: StaffBrowser
):
    assert saved(quality).location == f"{PAGE}?revision=1"
    assert "Saved as revision 1" in quality.get(PAGE).text
    send(quality, Deed.SEND, aim="live")
    assert state(app) is State.WAITING
    send(quality, Deed.APPROVE)
    assert state(app) is State.WAITING
    assert "second person" in quality.get(PAGE).text
    send(second, Deed.APPROVE)
    assert state(app) is State.LIVE
    assert "r1" in second.get("/staff/rules/").text
    send(quality, Deed.ROLL_BACK)
    assert state(app) is State.RETIRED

    rows = [row for row in audited(app) if row[1].startswith("rule-")]
    assert rows == [
        ("staff/quality", "rule-saved", "success"),
        ("staff/quality", "rule-sent-for-approval", "success"),
        ("staff/quality", "rule-change-refused", "refused"),
        ("staff/second", "rule-approved", "success"),
        ("staff/quality", "rule-rolled-back", "success"),
    ]


def test_what_is_wrong_is_told_beside_its_field_and_by_line_and_not_saved(app: Flask, quality: StaffBrowser):
    answer = saved(quality, RULE.replace("next_step: tested", "next_step: testd"))

    assert answer.status_code == 422
    assert answer.text.count("did you mean &#39;tested&#39;") == 2
    assert "line 6: when.next_step" in answer.text
    assert 'aria-describedby="when.next_step-hint when.next_step-problem" aria-invalid="true"' in answer.text
    assert app.extensions["throughline"].rule_store.texts() == ()


def test_what_a_rule_may_name_stands_on_its_page(quality: StaffBrowser):
    page = quality.get(PAGE).text
    wrong = saved(quality, RULE.replace("{period.year}", "{zzz}")).text
    check = quality.get("/staff/rules/order-check").text

    assert "<summary>What this rule may name: CMS122</summary>" in page
    assert "<dt><code>resulted</code></dt><dd>the latest A1c or GMI has a result</dd>" in page
    assert "<code>{tested.date}</code>" in page
    assert '<details class="nameable" open>' in wrong
    assert "more, which the list below the YAML lists" in wrong
    assert "throughline rules names" not in wrong
    assert "may name: any order check" in check
    assert "<code>{check.says}</code>" in check


def test_a_failing_test_patient_keeps_a_rule_from_being_saved(quality: StaffBrowser):
    answer = saved(quality, RULE.replace("expects: no card", "expects: card"))

    assert answer.status_code == 422
    assert "a card is expected, and none was due" in answer.text


@pytest.mark.parametrize("text", ["id: [", "- a list", "", "a: &x [*x]", "!!python/object:os.system {}"])
def test_a_text_that_is_no_rule_is_told(quality: StaffBrowser, text: str):
    answer = saved(quality, text)

    assert answer.status_code == 422
    assert "Not saved" in answer.text


def test_a_form_changes_what_it_has_fields_for_and_keeps_the_rest(app: Flask, quality: StaffBrowser):
    saved(quality)
    form = {"id": ID, "version": "3", "priority": "12", "hook": "patient-view", "text": RULE}

    assert quality.send(PAGE, PAGE, **form).location == f"{PAGE}?revision=2"

    kept = app.extensions["throughline"].rule_store.text(ID)
    assert (kept.version, "priority: 12" in kept.text, "expects: no card" in kept.text) == ("3", True, True)


def test_a_form_shows_itself_as_yaml_without_being_saved(app: Flask, quality: StaffBrowser):
    answer = quality.send(PAGE, PAGE, id=ID, priority="12", text=RULE, show="1")

    assert answer.status_code == 200
    assert "priority: 12" in answer.text
    assert app.extensions["throughline"].rule_store.texts() == ()


def test_an_id_stays_and_a_new_rule_takes_none_that_is_there(quality: StaffBrowser):
    assert "stays &#39;a1c-not-measured&#39;" in saved(quality, RULE.replace(ID, "other")).text
    taken = quality.send("/staff/rules/new", "/staff/rules/new", text=RULE)
    assert taken.status_code == 422
    assert "there is a rule of this id" in taken.text


def test_a_new_rule_becomes_a_draft(quality: StaffBrowser):
    answer = quality.send("/staff/rules/new", "/staff/rules/new", text=RULE.replace(ID, "my-own"))

    assert answer.location == "/staff/rules/my-own?revision=1"
    assert "draft" in quality.get("/staff/rules/").text


def test_two_revisions_are_compared_in_words(quality: StaffBrowser):
    saved(quality)
    saved(quality, RULE.replace("priority: 5", "priority: 7"))

    page = quality.get(f"{PAGE}/compare?revision=2").text
    assert '<code>priority</code></td><td data-label="Revision 1"><del>5</del>' in page
    assert '<td data-label="Revision 2"><ins>7</ins></td>' in page
    assert "compare?revision=2&amp;with=0" in page
    first = quality.get(f"{PAGE}/compare?revision=1").text
    assert "beside the rule of the folders" in first
    assert "with=2" in first
    assert "with=0" not in first


def test_without_a_panel_the_page_says_how_to_name_one(quality: StaffBrowser):
    saved(quality)

    assert "THROUGHLINE_PANEL" in quality.get(f"{PAGE}/try").text


def test_who_only_reads_rules_changes_none(app: Flask, quality: StaffBrowser, signed_in):
    saved(quality)
    analyst = signed_in("analyst")

    assert analyst.get(PAGE).status_code == 200
    assert "Save the YAML" not in analyst.get(PAGE).text
    assert analyst.send(PAGE, "/staff/", text=RULE + "# x\n").status_code == 403
    send(analyst, Deed.SEND, aim="live")
    assert state(app) is State.DRAFT
    assert signed_in("coordinator").get("/staff/rules/").status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"deed": "x"},
        {"revision": "x"},
        {"revision": "9"},
        {"ehr": "nowhere"},
        {"starts": "soon"},
        {"aim": "x"},
    ],
)
def test_a_form_that_was_tampered_with_changes_nothing(
    app: Flask, quality: StaffBrowser, wrong: dict[str, str]
):
    saved(quality)

    answer = send(quality, Deed.SEND, **{"aim": "live"} | wrong)

    assert answer.status_code == 303
    assert state(app) is State.DRAFT
    assert "Not done" in quality.get(PAGE).text


def test_a_rule_nobody_has_is_not_found(quality: StaffBrowser):
    for path in ("/staff/rules/nothing", "/staff/rules/nothing/try", "/staff/rules/nothing/compare"):
        assert quality.get(path).status_code == 404
