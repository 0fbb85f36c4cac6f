"""Risk as people see it: the card, the block in the chart, the worklist; narrow and wide, light and dark."""

from __future__ import annotations

import re
from dataclasses import replace

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from cds_service.outside import clock
from cds_service.roles import Role
from measures.consent import disclosable
from measures.record import PatientRecord
from tests.browser.test_closing_a_gap import open_app
from tests.browser.test_ehr_for_everybody import TAGS
from tests.browser.test_staff_pages import sign_in
from tests.browser.test_whole_path import open_chart
from tests.risk.models import promotable

WIDTHS = (320, 480, 1200)
DANA = "Dana Marrowbrook"


def faults(page: Page, within: Frame | None = None) -> list[str]:
    """What axe finds, and whether there is something to scroll sideways, at each width in light and dark."""
    found = []
    looked_at = within or page
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            result = Axe().run(looked_at, options=TAGS)
            found += [f"{width} {scheme}: {one['id']}" for one in result.response["violations"]]
            root = "document.documentElement"
            if looked_at.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
                found.append(f"{width} {scheme}: scrolls sideways")
    return found


def chart_in(page: Page) -> Frame:
    """The app's page in the EHR's, once all of it has arrived."""
    page.get_by_role("link", name="Open Throughline").click()
    frame = page.frame(name="app")
    assert frame is not None
    frame.wait_for_url(re.compile(r"/chart/[\w-]+/$"))
    expect(frame.locator("#gaps")).to_be_visible()
    return frame


def test_danas_rising_risk_is_a_card_and_a_block_with_its_reasons(browser, demo):
    page = open_chart(browser, demo, DANA)
    card = page.locator(".card").filter(has_text="not a probability")

    expect(card).to_contain_text("rose from 0 to 14 points")
    expect(card).to_contain_text("(Observation/dana-obs-")
    chart = chart_in(page)
    block = chart.locator("section.risk")
    expect(block).to_contain_text("14")
    expect(block).to_contain_text("▲ from 0")
    expect(block).to_contain_text("expert points: not a probability")
    expect(block).to_contain_text("limited by consent")
    assert faults(page, chart) == []
    block.get_by_text(re.compile(r"^All \d+ reasons")).click()
    expect(block.get_by_role("img", name=re.compile(r"points: 0 to 14"))).to_be_visible()
    block.get_by_text("As a table").click()
    expect(block.get_by_role("table")).to_contain_text("14")
    assert faults(page, chart) == []
    block.get_by_role("link", name=re.compile("last PHQ-9: 19 points")).click()
    expect(chart.get_by_role("heading", level=1)).to_contain_text("PHQ-9")


def test_what_was_just_answered_is_in_the_risk_block_the_same_day(browser, demo):
    _, frame = open_app(browser, demo, "bram")
    expect(frame.locator("section.risk")).to_contain_text("not a probability")  # kept from here on

    frame.locator("#gap-DEP-REM-6").get_by_role("link", name="Start PHQ-9").click()
    frame.locator("input[name='1']").first.focus()
    frame.page.keyboard.type("333333332")
    frame.page.keyboard.press("Enter")
    expect(frame.locator("body")).to_contain_text("PHQ-9 saved. Item 9 above 0")
    frame.goto(re.sub(r"(/chart/[^/]+/).*", r"\1", frame.url))

    expect(frame.locator("section.risk")).to_contain_text("last PHQ-9: 26 points")


def test_risk_switched_off_is_said_in_the_chart_and_there_is_no_card(browser, demo):
    parts = demo.app.extensions["throughline"]
    parts.risk.models.turn("off", by="staff/admin")
    parts.risk.forget()

    page = browser.new_page()
    page.goto(f"{demo.ehr_url}/patients/dana")
    expect(page.locator("#cards[aria-busy=false]")).to_contain_text("nothing to suggest")
    chart = chart_in(page)
    expect(chart.get_by_text("Risk is switched off.")).to_be_visible()


def test_the_worklist_is_read_filtered_and_worked_on_at_every_width(browser, demo):
    page = sign_in(browser, demo, Role.COORDINATOR)
    page.get_by_role("navigation").get_by_role("link", name="Worklist").click()

    expect(page.get_by_role("table")).to_contain_text("Ines Tarnwell")
    expect(page.get_by_role("table")).to_contain_text("Day 5 of 7 after psychiatric discharge")
    assert faults(page) == []
    page.get_by_role("button", name="Take Ines Tarnwell").click()
    expect(page.get_by_role("button", name="Give Ines Tarnwell back")).to_be_visible()
    page.get_by_label("Owner").select_option(label="me")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("table")).to_contain_text("1 of 3 patients")


def test_models_and_switch_have_no_fault_at_any_width(browser, demo):
    page = sign_in(browser, demo, Role.ANALYST)
    for path in ("/staff/risk/", "/staff/risk/switch", "/staff/risk-watch/", "/staff/risk-file/"):
        page.goto(demo.app_url + path)
        assert faults(page) == []


def test_several_outcomes_stand_beside_the_first_in_chart_and_list_at_every_width(browser, demo):
    parts = demo.app.extensions["throughline"]
    risk, today = parts.risk, clock.today()
    file = 'version: "2"\noutcomes: [acute, psychiatric]\nhorizons: {acute: [90, 30], psychiatric: [90]}\n'
    number = risk.policies.save("2", file, author="staff/quinn").number
    risk.policies.approve(number, by="staff/quentin")
    card = {**promotable().card, "trained_on": today.isoformat()}
    for model in (promotable(), replace(promotable(2), outcome="psychiatric")):
        one = replace(model, card=card)
        risk.models.add(one, by="staff/ann")
        risk.models.promote(one.version, by="staff/ann", outcomes=risk.policy().named)
    risk.forget()
    held = disclosable(demo.people.resources("dana"))
    risk.refresh("demo", [PatientRecord(held[0], held, parts.vocabulary)], today)

    page = browser.new_page()
    page.goto(f"{demo.ehr_url}/patients/dana")
    chart = chart_in(page)
    beside = chart.locator("section.risk details.beside")
    expect(beside).to_contain_text(re.compile(r"mental illness or self-harm: \d+ in 100 in 90"))
    beside.locator("summary").click()
    expect(beside).to_contain_text("psychiatric-logistic")
    assert faults(page, chart) == []
    page = sign_in(browser, demo, Role.COORDINATOR)
    page.goto(f"{demo.app_url}/staff/worklist/")
    expect(page.get_by_role("table")).to_contain_text("a hospital stay for mental illness or self-harm: ")
    assert faults(page) == []
