"""Two people change one rule: the second is told, sees both texts, and loses nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from cds_service.outside.registry import HostEhr
from cds_service.outside.rule_store import RuleText
from cds_service.roles import Role
from tests.cds_service.test_studio_commands import RULE
from tests.staff.browsing import PASSWORD, StaffBrowser

ID = "a1c-not-measured"
PAGE = f"/staff/rules/{ID}"
THEIRS, MINE = RULE.replace("priority: 5", "priority: 7"), RULE.replace("priority: 5", "priority: 9")


@pytest.fixture
def people(app: Flask, signed_in) -> tuple[StaffBrowser, StaffBrowser]:
    parts = app.extensions["throughline"]
    parts.host_ehrs.add(HostEhr(name="riverside", fhir_base="https://ehr.example.org/fhir"))
    app.extensions["throughline.staff"].accounts.add("second", PASSWORD, {Role.QUALITY}, by="test")
    return signed_in("quality"), signed_in("second")


def based_on(page: str) -> str:
    (both,) = set(re.findall(r'name="based_on" value="(\d+)"', page))
    return both


def texts(app: Flask) -> list[str]:
    kept: tuple[RuleText, ...] = app.extensions["throughline"].rule_store.texts(ID)
    return [one.text for one in reversed(kept)]


def test_the_second_to_save_is_shown_both_texts_and_nothing_is_saved_over(app: Flask, people):
    first, second = people
    known = based_on(second.get(PAGE).text)
    first.send(PAGE, PAGE, text=THEIRS, based_on=based_on(first.get(PAGE).text))

    answer = second.send(PAGE, PAGE, text=MINE, based_on=known)

    assert (known, answer.status_code) == ("0", 409)
    assert "while you wrote, staff/quality saved revision 1" in answer.text
    assert '<code>priority</code></td><td data-label="Theirs"><del>7</del>' in answer.text
    assert '<td data-label="Yours"><ins>9</ins></td>' in answer.text
    assert unescape(answer.text.split("<pre>")[1].split("</pre>")[0]) == THEIRS
    area = re.search(r'<textarea id="yaml"[^>]*>\n(.*?)</textarea>', answer.text, re.S)
    assert unescape(area[1] if area else "") == MINE
    assert texts(app) == [THEIRS]


def test_from_there_the_second_text_is_saved_as_the_next_revision(app: Flask, people):
    first, second = people
    first.send(PAGE, PAGE, text=THEIRS, based_on="0")
    answer = second.send(PAGE, PAGE, text=MINE, based_on="0")

    saved = second.send(PAGE, PAGE, text=MINE, based_on=based_on(answer.text))

    assert saved.location == f"{PAGE}?revision=2"
    assert texts(app) == [THEIRS, MINE]


def test_a_third_change_in_between_is_told_again(app: Flask, people):
    first, second = people
    first.send(PAGE, PAGE, text=THEIRS, based_on="0")
    first.send(PAGE, PAGE, text=RULE, based_on="1")

    assert second.send(PAGE, PAGE, text=MINE, based_on="1").status_code == 409
    assert texts(app) == [THEIRS, RULE]


def test_the_form_is_told_as_its_yaml_is(app: Flask, people):
    first, second = people
    first.send(PAGE, PAGE, text=THEIRS, based_on="0")
    form = {"id": ID, "version": "3", "priority": "9", "hook": "patient-view", "text": RULE, "based_on": "0"}

    answer = second.send(PAGE, PAGE, **form)

    assert answer.status_code == 409
    assert '<code>priority</code></td><td data-label="Theirs"><del>7</del>' in answer.text
    assert '<td data-label="Yours"><ins>9</ins></td>' in answer.text
    assert texts(app) == [THEIRS]


def test_what_was_known_is_still_known_after_a_look_at_the_other_spelling_or_a_mistake(people):
    first, second = people
    first.send(PAGE, PAGE, text=THEIRS, based_on="0")

    looked = second.send(PAGE, PAGE, text=MINE, based_on="0", show="1")
    wrong = second.send(PAGE, PAGE, text=MINE.replace("tested", "testd"), based_on="0")

    assert (looked.status_code, wrong.status_code) == (200, 422)
    assert based_on(looked.text) == based_on(wrong.text) == "0"


def test_the_same_text_twice_is_no_quarrel(app: Flask, people):
    first, second = people
    first.send(PAGE, PAGE, text=THEIRS, based_on="0")

    assert second.send(PAGE, PAGE, text=THEIRS, based_on="0").location == f"{PAGE}?revision=1"
    assert texts(app) == [THEIRS]


def test_an_older_revision_is_changed_knowing_the_newest(app: Flask, people):
    first, _ = people
    first.send(PAGE, PAGE, text=THEIRS, based_on="0")
    first.send(PAGE, PAGE, text=MINE, based_on="1")

    known = based_on(first.get(f"{PAGE}?revision=1").text)
    assert first.send(PAGE, PAGE, text=RULE, based_on=known).location == f"{PAGE}?revision=3"


def test_two_new_rules_of_one_id_do_not_overwrite_each_other(app: Flask, people):
    store = app.extensions["throughline"].rule_store
    first, second = people
    for browser in (first, second):
        browser.send("/staff/rules/new", "/staff/rules/new", text=RULE.replace(ID, "my-own"), based_on="0")

    assert [one.author for one in store.texts("my-own")] == ["staff/quality"]
