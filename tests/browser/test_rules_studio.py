"""The life of a card rule as two people of the quality team and a clinician see it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cds_service.roles import Role
from smart_app.commands.demo import SECOND, Demo
from tests.browser.test_ehr_for_everybody import TAGS
from tests.browser.test_whole_path import BRAM, open_chart

RULE = "a1c-above-9"
NEW_SUMMARY = "Glucose needs a look"


def sign_in(browser: BrowserContext, demo: Demo, name: str, password: str) -> Page:
    page = browser.new_page()
    page.goto(f"{demo.app_url}/staff/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Throughline for staff")
    return page


def edit(page: Page, demo: Demo) -> None:
    """Another version with another summary, by the form."""
    page.goto(f"{demo.app_url}/staff/rules/")
    page.get_by_role("link", name=RULE, exact=True).click()
    form = page.get_by_role("form", name="As a form")
    form.get_by_label("Version").fill("2")
    form.get_by_label("Summary").fill(NEW_SUMMARY)
    form.get_by_role("button", name="Save the form").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as revision 1")


def see_cards(browser: BrowserContext, demo: Demo, *, changed: bool) -> None:
    """The chart is opened until its cards are those of the rule as it is now: within a second."""
    for _ in range(20):
        chart = open_chart(browser, demo, BRAM)
        said = chart.locator("#cards").inner_text()
        chart.close()
        if (NEW_SUMMARY in said) is changed:
            assert changed or "10.1 %" in said
            return
    pytest.fail("the cards stayed as they were")


def test_a_rule_is_edited_tried_approved_by_a_second_person_shown_and_rolled_back(
    chromium: Browser, browser: BrowserContext, demo: Demo
):
    author = sign_in(browser, demo, "quality", demo.staff[Role.QUALITY])
    edit(author, demo)

    author.get_by_role("link", name="Try on a panel").click()
    author.get_by_role("button", name="Try it").click()
    expect(author.get_by_role("region", name="What came of it")).to_contain_text(
        "fires for the same patients"
    )

    author.get_by_role("link", name="The rule").click()
    author.get_by_role("button", name="Send for approval").click()
    expect(author.get_by_text("A second person has to approve it.")).to_be_visible()
    expect(author.get_by_role("button", name="Approve")).to_have_count(0)
    chart = open_chart(browser, demo, BRAM)
    expect(chart.locator("#cards")).not_to_contain_text(NEW_SUMMARY)

    with chromium.new_context() as other:
        second = sign_in(other, demo, SECOND, demo.second)
        second.goto(author.url)
        second.get_by_role("button", name="Approve at demo").click()
        expect(second.get_by_role("status")).to_contain_text("Revision 1 is approved for demo")

    chart.close()
    see_cards(browser, demo, changed=True)

    author.reload()
    author.get_by_role("button", name="Roll back at demo").click()
    expect(author.get_by_role("status")).to_contain_text("Revision 1 is rolled back")
    see_cards(browser, demo, changed=False)


def faults_of(page: Page, demo: Demo, places: Iterable[str]) -> dict[str, object]:
    """What breaks a rule of accessibility on these staff pages, or scrolls sideways, at any width."""
    faults: dict[str, object] = {}
    for width in (320, 480, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        for place in places:
            page.goto(f"{demo.app_url}/staff/{place}")
            found = Axe().run(page, options=TAGS).response["violations"]
            faults |= {f"{place} {width} {one['id']}": [n["html"] for n in one["nodes"]] for one in found}
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults |= {f"{place} {width} is": wide} if wide != width else {}
    return faults


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_studio_breaks_a_rule_or_scrolls_sideways(chromium: Browser, demo: Demo, scheme: str):
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = sign_in(context, demo, "quality", demo.staff[Role.QUALITY])
    edit(page, demo)
    page.get_by_role("button", name="Send for approval").click()
    open_chart(context, demo, BRAM).close()
    paths = ("", "new", RULE, "cssrs-due", f"{RULE}/try", f"{RULE}/compare", "../sandbox/?call=1")
    faults = faults_of(page, demo, [f"rules/{path}".replace("rules/../", "") for path in paths])
    context.close()

    assert faults == {}
