"""Closing gaps as a person does, in the EHR's frame: by keyboard alone, with few clicks, at every width."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from smart_app.commands.demo import Demo

COUNT_CLICKS = """
window.clicks = 0;
addEventListener("click", (event) => { if (event.isTrusted && event.detail) window.clicks += 1; }, true);
"""


def open_app(browser: BrowserContext, demo: Demo, person: str) -> tuple[Page, Frame]:
    """The app in the chart of one of the people."""
    page = browser.new_page()
    page.goto(f"{demo.ehr_url}/patients/{person}")
    page.get_by_role("link", name="Open Throughline", exact=True).click()
    frame = page.frame(name="app")
    assert frame is not None
    frame.wait_for_url(re.compile(r"/chart/[\w-]+/(#gap-[\w-]+)?$"))
    return page, frame


def held(demo: Demo, person: str, kind: str) -> list[dict[str, Any]]:
    """What the demo EHR holds of one type about somebody."""
    chart = demo.ehr.extensions["demo_ehr"].store.chart(person)
    return [one for one in chart if one["resourceType"] == kind]


def end_session(demo: Demo, frame: Frame) -> None:
    """As the EHR ends it: its token has run out, and there is no other to be had."""
    charts = demo.app.extensions["throughline.launch"].charts
    launch_id = frame.url.split("/")[4]
    charts.update(launch_id, charts.get(launch_id).data | {"expires_at": 0, "refresh_token": None})


def test_from_the_gap_to_the_safety_plan_by_keyboard_alone(browser, demo):
    page, frame = open_app(browser, demo, "bram")
    gap = frame.locator("#gap-DEP-REM-6")
    expect(gap.locator(".chip").first).to_have_text("open")
    gap.get_by_role("link", name="Start PHQ-9").focus()

    page.keyboard.press("Enter")
    expect(frame.get_by_role("heading", name="PHQ-9")).to_be_visible()
    frame.locator("input[name='1']").first.focus()
    page.keyboard.type("000000002")  # one digit an item; the last is item 9
    expect(frame.locator("[data-told]")).to_contain_text("2 of 27: none or minimal")
    expect(frame.locator("[data-told]")).to_contain_text("Item 9")
    page.keyboard.press("Enter")

    expect(frame.get_by_role("heading", name="C-SSRS screener")).to_be_visible()
    expect(frame.locator("body")).to_contain_text("PHQ-9 saved. Item 9 above 0")
    expect(frame.locator("[data-item='3']")).to_be_hidden()
    frame.locator("input[name='1']").first.focus()
    page.keyboard.type("11")
    expect(frame.locator("[data-item='3']")).to_be_visible()
    frame.locator("input[name='3']").first.focus()
    page.keyboard.type("1110")
    expect(frame.locator("[data-told]")).to_contain_text("high")
    page.keyboard.press("Enter")

    expect(frame.get_by_role("heading", name="Safety plan")).to_be_visible()
    frame.locator("textarea").first.focus()
    for number in range(7):
        page.keyboard.type(f"Step {number + 1}, as agreed")
        page.keyboard.press("Tab")
    frame.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")

    frame.wait_for_url(re.compile(r"/#gap-DEP-REM-6$"))
    for closed in ("DEP-REM-6", "SAFE"):
        expect(frame.locator(f"#gap-{closed} .chip").first).to_have_text("closed")
    assert held(demo, "bram", "DocumentReference")[-1]["type"]["coding"][0]["code"] == "96339-7"
    assert len(held(demo, "bram", "QuestionnaireResponse")) == 3


def test_an_order_is_one_click_and_a_form_its_items_and_one(browser, demo):
    browser.add_init_script(COUNT_CLICKS)
    _, frame = open_app(browser, demo, "wren")
    expect(frame.locator("#gap-CMS2 .chip").first).to_have_text("open")

    frame.get_by_role("button", name="Refer to behavioral health").click()
    expect(frame.locator("#gap-CMS2 .chip").first).to_have_text("closed")

    frame.locator("#gap-ASC").get_by_role("link", name="Start AUDIT-C").click()
    for link_id, place in (("1", 1), ("2", 0), ("3", 0)):
        frame.locator(f".choice:has(input[name='{link_id}'])").nth(place).click()
    assert frame.evaluate("window.clicks") == 6  # each label tells its radio button, which is counted too
    frame.get_by_role("button", name="Save").click()
    expect(frame.locator(".saved")).to_contain_text("AUDIT-C saved to the EHR")


def test_undo_in_the_page_opens_the_gap_again(browser, demo):
    _, frame = open_app(browser, demo, "wren")
    frame.get_by_role("button", name="Refer to behavioral health").click()
    expect(frame.locator("#gap-CMS2 .chip").first).to_have_text("closed")

    frame.get_by_role("button", name="Undo Refer to behavioral health").click()

    expect(frame.locator("#gap-CMS2 .chip").first).to_have_text("open")
    assert held(demo, "wren", "ServiceRequest")[-1]["status"] == "entered-in-error"


def test_the_form_works_without_our_script(chromium: Browser, demo):
    context = chromium.new_context()
    context.route("**/form.js*", lambda route: route.abort())
    _, frame = open_app(context, demo, "bram")
    frame.get_by_role("link", name="Start PHQ-9").click()

    for link_id in range(1, 9):
        frame.locator(f"input[name='{link_id}']").first.check()
    frame.get_by_role("button", name="Save").click()
    expect(frame.get_by_role("alert")).to_contain_text("1 item needs an answer")
    frame.locator("input[name='9']").first.check()
    frame.get_by_role("button", name="Save").click()

    expect(frame.locator("#gap-DEP-REM-6 .chip").first).to_have_text("closed")
    context.close()


def test_what_was_entered_when_the_session_ended_is_filled_in_again_and_saved_once(browser, demo):
    _, frame = open_app(browser, demo, "bram")
    frame.get_by_role("link", name="Start PHQ-9").click()
    for link_id in range(1, 10):
        frame.locator(f"input[name='{link_id}'][value='{link_id % 3}']").check()
    frame.get_by_label("Telehealth").check()
    end_session(demo, frame)

    frame.get_by_role("button", name="Save").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Your session has ended")
    assert held(demo, "bram", "QuestionnaireResponse") == []
    _, frame = open_app(browser, demo, "bram")
    frame.get_by_role("link", name="Go on with it").click()

    expect(frame.get_by_role("status")).to_contain_text("Not saved yet")
    for link_id in range(1, 10):
        expect(frame.locator(f"input[name='{link_id}'][value='{link_id % 3}']")).to_be_checked()
    expect(frame.get_by_label("Telehealth")).to_be_checked()
    frame.get_by_role("button", name="Save").click()
    expect(frame.locator(".saved")).to_contain_text("PHQ-9 saved to the EHR")
    expect(frame.get_by_text("Not saved yet")).to_have_count(0)
    assert len(held(demo, "bram", "QuestionnaireResponse")) == 1


def test_a_form_that_was_kept_can_be_begun_anew(browser, demo):
    _, frame = open_app(browser, demo, "bram")
    frame.get_by_role("link", name="Start PHQ-9").click()
    frame.locator("input[name='1']").first.check()
    end_session(demo, frame)
    frame.get_by_role("button", name="Save").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Your session has ended")
    _, frame = open_app(browser, demo, "bram")
    frame.get_by_role("link", name="Go on with it").click()

    frame.get_by_role("button", name="Start with an empty form").click()

    expect(frame.get_by_role("button", name="Start with an empty form")).to_have_count(0)
    expect(frame.locator("input[name='1']").first).not_to_be_checked()
    frame.get_by_role("link", name="Back to the chart").click()
    expect(frame.get_by_text("Not saved yet")).to_have_count(0)
