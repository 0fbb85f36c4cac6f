"""A change of a rule as the second person sees it: what it changes where, and what one may do about it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from cds_service.life_cycle import Deed
from tests.cds_service.test_studio_commands import RULE
from tests.shown_cards import shown
from tests.staff.browsing import StaffBrowser, audited

ID = "a1c-not-measured"
PAGE, LIST = f"/staff/rules/{ID}", "/staff/rules/"


def do(browser: StaffBrowser, what: Deed, revision: int = 1, ehr: str = "riverside", **more: str) -> None:
    form = {"deed": what.value, "revision": str(revision), "ehr": ehr} | more
    assert browser.send(f"{PAGE}/do", "/staff/", **form).status_code == 303
    page = browser.get(f"{PAGE}?revision={revision}").text
    assert "Not done" not in page, page


def saved(browser: StaffBrowser, text: str = RULE) -> None:
    assert browser.send(PAGE, PAGE, text=text).status_code == 303


def released(author: StaffBrowser, second: StaffBrowser, revision: int = 1, aim: str = "live") -> None:
    do(author, Deed.SEND, revision, aim=aim)
    do(second, Deed.APPROVE, revision)


def rows(page: str) -> list[str]:
    """Every row of every table, as text."""
    found = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def at(browser: StaffBrowser, ehr: str, revision: int) -> str:
    """What the page says of a revision at one host EHR."""
    return next(row for row in rows(browser.get(f"{PAGE}?revision={revision}").text) if row.startswith(ehr))


def listed(browser: StaffBrowser, **query: str) -> list[str]:
    page = browser.get(LIST, query_string={"ehr": "riverside"} | query).text
    return [row for row in rows(page) if not row.startswith("Rule ")]


def test_the_second_person_sees_what_would_change_against_what_is_live(
    quality: StaffBrowser, second: StaffBrowser
):
    saved(quality)
    do(quality, Deed.SEND, aim="live")

    row = at(second, "riverside", 1)

    assert "waiting for approval to be live, sent by staff/quality built in, version 1" in row
    assert "version: 1 -&gt; 2" in row
    assert "priority: 30 -&gt; 5" in row
    assert row.endswith("Approve at riverside Send back at riverside")


def test_a_later_revision_is_compared_with_the_one_that_is_live_at_each_host_ehr(
    quality: StaffBrowser, second: StaffBrowser
):
    saved(quality)
    released(quality, second)
    saved(quality, RULE.replace("priority: 5", "priority: 7").replace('"2"', '"3"'))

    assert "revision 1, version 2 version: 2 -&gt; 3 priority: 5 -&gt; 7" in at(quality, "riverside", 2)
    assert "priority: 30 -&gt; 7" in at(quality, "lakeside", 2)
    assert "live this revision –" in at(quality, "riverside", 1)


def test_only_what_can_be_done_now_is_offered(quality: StaffBrowser, second: StaffBrowser, signed_in):
    saved(quality)
    assert at(quality, "riverside", 1).endswith("Send it, below.")
    do(quality, Deed.SEND, aim="live")
    do(quality, Deed.SEND, ehr="lakeside", aim="live")

    page = quality.get(PAGE).text
    assert "Send for approval</button>" not in page
    assert at(quality, "riverside", 1).endswith("A second person has to approve it. Send back at riverside")
    seen = at(signed_in("analyst"), "riverside", 1)
    assert "version: 1 -&gt; 2" in seen
    assert " at riverside" not in seen  # as each button ends

    do(second, Deed.APPROVE)
    assert at(second, "riverside", 1).endswith("Send to be retired at riverside Roll back at riverside")


def test_why_something_was_done_is_told_to_the_second_person_and_kept_in_the_history(
    app: Flask, quality: StaffBrowser, second: StaffBrowser
):
    saved(quality)
    do(quality, Deed.SEND, aim="live", why="36 of 50 said: planned <b>already</b>")
    assert "sent by staff/quality: “36 of 50 said: planned &lt;b&gt;already&lt;/b&gt;”" in at(
        second, "riverside", 1
    )

    do(second, Deed.SEND_BACK, why="x" * 600 + "\x00\n and more")

    history = rows(quality.get(PAGE).text)
    assert any("revision 1 sent back: “" + "x" * 500 + "”" in row for row in history)
    assert "planned" not in str([row for row in audited(app) if row[1].startswith("rule-")])


def test_another_revision_that_waits_is_named(quality: StaffBrowser):
    saved(quality)
    do(quality, Deed.SEND, aim="live")
    saved(quality, RULE.replace("priority: 5", "priority: 7"))

    assert at(quality, "riverside", 2).endswith("Revision 1 waits there first.")
    assert at(quality, "lakeside", 2).endswith("Send it, below.")


@pytest.mark.parametrize(("version", "told"), [("1", True), ("2", True), ("3", False)])
def test_a_version_that_was_shown_with_another_text_is_not_sent_again(
    quality: StaffBrowser, second: StaffBrowser, version: str, told: bool
):
    saved(quality)
    released(quality, second)
    saved(quality, RULE.replace("priority: 5", "priority: 7").replace('"2"', f'"{version}"'))
    form = {"deed": Deed.SEND.value, "revision": "2", "ehr": "riverside", "aim": "live"}

    quality.send(f"{PAGE}/do", "/staff/", **form)

    assert (f"version {version} was shown before" in quality.get(PAGE).text) is told


def test_a_text_that_was_shown_is_sent_again_as_it_was(quality: StaffBrowser, second: StaffBrowser):
    saved(quality)
    released(quality, second)
    do(quality, Deed.ROLL_BACK)

    released(quality, second)

    assert "live this revision" in at(quality, "riverside", 1)


def test_what_is_in_the_works_is_listed_first_and_what_waits_before_drafts(
    quality: StaffBrowser, second: StaffBrowser
):
    quality.send("/staff/rules/new", "/staff/rules/new", text=RULE.replace(ID, "a-new-one"))
    saved(quality)
    do(quality, Deed.SEND, aim="live", starts="2999-01-01")

    waiting, draft, *_ = listed(second)

    assert waiting.startswith(
        f"{ID} to be live from 2999-01-01, by staff/quality, sent by staff/quality 2 r1 waiting for approval"
    )
    assert draft.startswith("a-new-one by staff/quality 2 r1 draft")
    do(second, Deed.APPROVE)
    assert "scheduled" in listed(second)[0]


def test_a_rule_that_was_retired_is_still_listed_and_can_be_sent_again(
    quality: StaffBrowser, second: StaffBrowser
):
    saved(quality)
    released(quality, second)
    do(quality, Deed.SEND, to_retire="yes")
    assert "sent by staff/quality" in at(quality, "riverside", 1)
    do(second, Deed.APPROVE)

    [line] = [row for row in listed(quality) if row.startswith(f"{ID} ")]
    assert line.startswith(f"{ID} 2 r1 off")
    assert "it is new there" in at(quality, "riverside", 1)
    released(quality, second)
    assert "live this revision –" in at(quality, "riverside", 1)


def test_the_list_is_ordered_by_name_by_fires_or_by_acceptance(app: Flask, quality: StaffBrowser):
    parts = app.extensions["throughline"]
    shown(parts, "phq9-due", 30, accepted=20)
    shown(parts, "a1c-above-9", 40, accepted=30)

    def first(sort: str) -> list[str]:
        return [row.split()[0] for row in listed(quality, sort=sort)[:2]]

    assert first("fires") == ["a1c-above-9", "phq9-due"]
    assert first("accepted") == ["phq9-due", "a1c-above-9"]
    assert first("name") == first("anything") == ["a1c-above-9", "a1c-not-measured"]


def test_a_word_changed_late_in_a_long_text_is_marked_for_whoever_approves_it(
    quality: StaffBrowser, second: StaffBrowser
):
    long = "Ask who prescribed it, and when; look at what the patient takes beside it, " * 3
    said = RULE.replace("tests:", f"  detail: {long}and do not stop it.\ntests:")
    saved(quality, said)
    released(quality, second)
    saved(quality, said.replace('"2"', '"3"').replace("do not", "do"))

    for page in (second.get(f"{PAGE}?revision=2"), second.get(f"{PAGE}/compare?revision=2&with=1")):
        assert f'{long}and do <del><span class="unseen">[taken out: </span>not <' in page.text
