"""The sandbox as a tester of a CDS service uses it: a call read, sent again, its card answered, and curl."""

from __future__ import annotations

import shlex
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cds_service.roles import Role
from smart_app.commands.demo import Demo
from tests.browser.test_ehr_for_everybody import TAGS
from tests.browser.test_rules_studio import sign_in
from tests.browser.test_whole_path import BRAM, open_chart


@pytest.fixture
def tester(browser: BrowserContext, demo: Demo) -> Page:
    """Somebody at the sandbox, after one chart was opened in the demo EHR."""
    open_chart(browser, demo, BRAM).close()
    page = sign_in(browser, demo, "quality", demo.staff[Role.QUALITY])
    page.goto(f"{demo.app_url}/staff/sandbox/?call=1")
    return page


def test_a_call_is_read_sent_again_unsigned_and_its_card_answered(tester: Page):
    expect(tester.get_by_role("row", name="evaluate")).not_to_have_count(0)
    again = tester.get_by_role("form", name="Send it again")
    again.get_by_label("Its token (JWT)").select_option("unsigned")
    again.get_by_role("button", name="Send").click()

    expect(tester.get_by_role("row", name="this page, unsigned")).to_contain_text("401")
    expect(tester.get_by_text("no-bearer-token")).to_be_visible()
    expect(tester.get_by_text("Its request is not kept")).to_be_visible()

    tester.get_by_role("link", name="1", exact=True).click()
    aside = tester.get_by_role("form", name="Set card 1 aside")
    aside.get_by_label("Reason").select_option("The patient declined")
    aside.get_by_label("Comment").fill("asks again in spring")
    aside.get_by_role("button", name="Set aside").click()

    expect(tester.get_by_role("status")).to_contain_text("The service answered 200")
    cards = tester.get_by_role("region", name="Its cards, and feedback on them")
    expect(cards).to_contain_text("patient-declined")
    expect(cards).to_contain_text("asks again in spring")
    expect(cards).to_contain_text("At rest for this patient now")


def test_the_command_runs_as_it_stands_once(tester: Page, tmp_path: Path):
    with tester.expect_download() as downloaded:
        tester.get_by_role("link", name="call-1.json").click()
    downloaded.value.save_as(tmp_path / "call-1.json")
    command = tester.get_by_role("region", name="With curl").locator("code").inner_text()
    _, _, _, method, url, _, kind, _, authorization, _, data = shlex.split(command)
    headers = dict(line.split(": ", 1) for line in (kind, authorization))
    body = (tmp_path / data.removeprefix("@")).read_bytes()

    sent = [httpx.request(method, url, content=body, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in sent] == [200, 401]
    assert "cards" in sent[0].json()
    assert b"not-shown" in body


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_a_call_nor_two_texts_of_a_rule_break_a_rule_or_scroll_sideways(
    chromium: Browser, demo: Demo, scheme: str
):
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    open_chart(context, demo, BRAM).close()
    httpx.post(f"{demo.app_url}/cds-services/throughline-patient-view", content=b"{}")
    page = sign_in(context, demo, "quality", demo.staff[Role.QUALITY])
    faults: dict[str, object] = {}

    def look(where: str) -> None:
        for width in (320, 480, 1200):
            page.set_viewport_size({"width": width, "height": 800})
            for one in Axe().run(page, options=TAGS).response["violations"]:
                faults[f"{where} {width} {one['id']}"] = [node["html"] for node in one["nodes"]]
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults.update({f"{where} {width} is": wide} if wide != width else {})

    for where in ("?call=1", "?call=2"):
        page.goto(f"{demo.app_url}/staff/sandbox/{where}")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        look(where)
    page.goto(f"{demo.app_url}/staff/rules/safety-plan-due/built-in")
    look("built-in rule")
    for priority in ("21", "22"):
        page.goto(f"{demo.app_url}/staff/rules/a1c-above-9")
        page.locator("input[name=based_on]").first.evaluate("field => { field.value = '0' }")
        form = page.get_by_role("form", name="As a form")
        form.get_by_label("Priority").fill(priority)
        form.get_by_role("button", name="Save the form").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved: while you wrote")
    look("two texts")
    context.close()

    assert faults == {}
