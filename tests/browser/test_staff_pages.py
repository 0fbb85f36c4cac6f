"""Staff pages as people use them: by mouse and keyboard, light and dark, narrow and wide, no fault."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from cds_service.roles import Role
from smart_app.commands.demo import Demo
from tests.browser.test_ehr_for_everybody import TAGS

PAGES = (
    "/staff/",
    "/staff/ehrs/",
    "/staff/ehrs/new",
    "/staff/ehrs/demo",
    "/staff/ehrs/demo/sheet",
    "/staff/ehrs/demo/test",
    "/staff/keys/",
    "/staff/accounts/",
    "/staff/audit/",
    "/staff/nowhere",
)


def sign_in(context: BrowserContext, demo: Demo, role: Role = Role.ADMIN) -> Page:
    page = context.new_page()
    page.goto(f"{demo.app_url}/staff/")
    page.get_by_label("Name").fill(role)
    page.get_by_label("Password").fill(demo.staff[role])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Throughline for staff")
    return page


def test_an_administrator_registers_an_ehr_copies_its_sheet_and_tests_it(browser, demo):
    browser.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.app_url)
    page = sign_in(browser, demo)
    page.get_by_role("navigation").get_by_role("link", name="Host EHRs").click()
    page.get_by_role("link", name="Register a host EHR").click()
    form = page.get_by_role("form", name="As a form")
    form.get_by_label("Name").fill("Second One")
    form.get_by_label("FHIR base").fill(f"{demo.ehr_url.replace('localhost', '127.0.0.1')}/fhir")
    form.get_by_label("Client id").fill("throughline")
    form.get_by_role("button", name="Register").click()

    expect(page.get_by_role("alert")).to_contain_text("1 thing is wrong")
    expect(form.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Name").fill("second-one")
    form.get_by_role("button", name="Register").click()

    expect(page.get_by_role("status")).to_contain_text("second-one is registered")
    page.get_by_role("button", name="Copy Launch URL").click()
    expect(page.get_by_role("button", name="Copy Launch URL")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{demo.app_url}/launch"
    page.get_by_role("button", name="Copy all").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert "second-one" in page.evaluate("navigator.clipboard.readText()")

    page.get_by_role("link", name="Test connection").click()
    page.get_by_role("button", name="Test now").click()
    expect(page.locator("[data-done]")).to_be_visible()
    # The demo EHR does not answer to this spelling of its name, and the step says where to look.
    expect(page.locator("[data-outcome=failed]").first).to_contain_text("check `fhir_base`")
    page.goto(f"{demo.app_url}/staff/ehrs/demo/test")
    page.get_by_role("button", name="Test now").click()
    expect(page.locator("[data-done]")).to_be_visible()
    expect(page.locator("[data-outcome=failed]")).to_have_count(0)
    expect(page.locator("[data-outcome=ok]").filter(has_text="Our own keys")).to_have_count(1)


def test_keys_are_rotated_by_keyboard_alone(browser, demo):
    page = sign_in(browser, demo)
    page.goto(f"{demo.app_url}/staff/keys/")
    before = demo.app.extensions["throughline"].keys.current("ES384").kid
    page.get_by_label("I want new keys now").focus()

    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("rotated")
    assert demo.app.extensions["throughline"].keys.current("ES384").kid != before
    expect(page.get_by_role("table")).to_contain_text("retired")


def test_each_account_of_the_demo_sees_its_own_pages_and_signs_out(browser, demo):
    for role in Role:
        page = sign_in(browser, demo, role)
        keys = page.get_by_role("navigation").get_by_role("link", name="Signing keys")
        expect(keys).to_have_count(1 if role is Role.ADMIN else 0)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        page.go_back()
        expect(page).to_have_url(re.compile("/staff/sign-in"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_or_scrolls_sideways(chromium, demo, scheme):
    context = chromium.new_context(color_scheme=scheme)
    page = sign_in(context, demo)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    faults: dict[str, object] = {}
    for width in (320, 480, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        for address in PAGES:
            page.goto(demo.app_url + address)
            if address == "/staff/accounts/":
                page.get_by_text("Change").first.click()
            found = Axe().run(page, options=TAGS).response["violations"]
            faults |= {f"{address} {width} {one['id']}": [n["html"] for n in one["nodes"]] for one in found}
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults |= {f"{address} {width} is": wide} if wide != width else {}
    stranger = chromium.new_context(color_scheme=scheme).new_page()
    stranger.goto(f"{demo.app_url}/staff/sign-in")
    faults |= {one["id"]: one["nodes"] for one in Axe().run(stranger, options=TAGS).response["violations"]}
    stranger.context.close()
    context.close()

    assert faults == {}
    assert [line for line in said if "Content Security Policy" in line] == []


def test_without_a_script_everything_works_but_copying(chromium, demo):
    context = chromium.new_context(java_script_enabled=False)
    page = sign_in(context, demo)

    page.goto(f"{demo.app_url}/staff/ehrs/demo/test")
    page.get_by_role("button", name="Test now").click()
    expect(page.locator("[data-outcome=ok]")).not_to_have_count(0)
    page.goto(f"{demo.app_url}/staff/ehrs/demo/sheet")
    expect(page.get_by_text(f"{demo.app_url}/callback").first).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    context.close()
