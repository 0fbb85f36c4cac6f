"""From what clinicians said to a draft of the rule, as the quality team clicks; pages that break no rule."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from cds_service.roles import Role
from smart_app.commands.demo import Demo
from tests.browser.test_rules_studio import faults_of, sign_in
from tests.shown_cards import shown

RULE = "bp-not-measured"
PLACES = (
    "acceptance/",
    "acceptance/?by=role-and-site",
    f"acceptance/?by=hook&rule={RULE}",
    "acceptance/proposals",
    "rules/",
    "rules/?sort=accepted",
)


def hear(demo: Demo) -> None:
    """Feedback on cards of a rule, most of it that it is planned already."""
    parts = demo.app.extensions["throughline"]
    shown(parts, RULE, 40, ehr="demo", accepted=7, reasons={"another-visit": 30})
    shown(parts, RULE, 10, ehr="demo", accepted=2, reasons={"another-visit": 6}, site="Organization/small")
    shown(parts, "safety-plan-due", 30, ehr="demo", reasons={"not-appropriate": 25})


def test_feedback_becomes_a_draft_that_is_tried_on_a_panel(browser: BrowserContext, demo: Demo):
    hear(demo)
    page = sign_in(browser, demo, "quality", demo.staff[Role.QUALITY])
    page.get_by_role("link", name="Acceptance").first.click()
    page.get_by_label("Split by").select_option("role and site")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name=RULE)).to_contain_text("2 smaller ones together")

    page.get_by_role("link", name="Proposals").click()
    page.get_by_role("button", name=f"Make a draft of {RULE}").click()
    expect(page.get_by_role("status")).to_contain_text("Revision 1 is a draft")
    expect(page.get_by_role("row", name="demo")).to_contain_text("when.status: open-gap, prospective-gap")

    page.get_by_role("link", name="Try on a panel").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("region", name="What came of it")).to_contain_text("fires for")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_about_feedback_breaks_a_rule_or_scrolls_sideways(chromium: Browser, demo: Demo, scheme: str):
    hear(demo)
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = sign_in(context, demo, "quality", demo.staff[Role.QUALITY])
    faults = faults_of(page, demo, PLACES)
    context.close()

    assert faults == {}
