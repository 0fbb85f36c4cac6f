"""The whole path as a person walks it: patient list, cards, accept or dismiss, the app in the chart."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from cds_service.outside.feedback import Feedback
from smart_app.commands.demo import Demo

BRAM, HESTIA, OTTO = "Bram Sedgewater", "Hestia Barrowmead", "Otto Brindlewick"


def open_chart(browser: BrowserContext, demo: Demo, name: str) -> Page:
    """From the list, as a person does; returns when the cards are there."""
    page = browser.new_page()
    page.goto(demo.ehr_url)
    page.get_by_label("Find a patient").fill(name)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=name).click()
    expect(page.locator("#cards[aria-busy=false] .card").first).to_be_visible()
    return page


def app_in(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[name=app]")


def app_title(page: Page) -> str:
    """The title of the page inside the frame: it names the patient, banner or not."""
    frame = page.frame(name="app")
    assert frame is not None
    frame.wait_for_url(re.compile(r"/chart/[\w-]+/(#gap-[\w-]+)?$"))
    return frame.title()


def card_of(page: Page, button: str = "") -> str:
    """The uuid of the first card, or of the first that has such a button, as feedback names it."""
    cards = page.locator(".card")
    found = cards.filter(has=page.get_by_role("button", name=button)) if button else cards
    uuid = found.first.get_attribute("data-card")
    assert uuid
    return uuid


def feedback(demo: Demo, card: str) -> tuple[Feedback, ...]:
    stored: tuple[Feedback, ...] = demo.app.extensions["throughline"].feedback.for_card("demo", card)
    return stored


def test_a_card_carries_its_proof_and_opens_the_app_about_the_same_patient(browser, demo):
    page = open_chart(browser, demo, BRAM)

    expect(page.locator(".card").first).to_contain_text("10.1 %")
    expect(page.locator(".card").first).to_contain_text("Observation/bram-obs-")
    page.get_by_role("link", name="Open in Throughline").first.click()

    assert app_title(page).startswith(BRAM)
    expect(app_in(page).locator("#gaps")).to_be_visible()
    frame = page.frame(name="app")
    assert frame is not None
    assert frame.url.startswith(demo.app_url + "/chart/")


def test_accepting_places_the_order_and_the_service_hears_of_it(browser, demo):
    page = open_chart(browser, demo, OTTO)
    uuid = card_of(page, "Order A1c and lipids")
    expect(page.locator("#panels")).not_to_contain_text("active")

    page.get_by_role("button", name="Order A1c and lipids").click()

    expect(page.locator(f"[data-card='{uuid}']")).to_contain_text("Accepted: Order A1c and lipids")
    expect(page.locator("#panels")).to_contain_text("active")
    (stored,) = feedback(demo, uuid)
    assert stored.outcome == "accepted"


def test_an_accepted_referral_closes_the_gap_on_the_card_and_in_the_app(browser, demo):
    page = open_chart(browser, demo, "Wren")
    expect(page.locator(".card").first).to_contain_text("no follow-up plan recorded")

    page.get_by_role("button", name="Refer to behavioral health").click()
    expect(page.locator(".card").first).to_contain_text("Accepted")
    page.get_by_role("button", name="Refresh").click()

    expect(page.locator("#cards")).to_contain_text("nothing to suggest")
    page.get_by_role("link", name="Open Throughline", exact=True).click()
    closed = app_in(page).locator("#gap-CMS2 .chip")
    expect(closed).to_have_text("closed")


def test_dismissing_with_a_reason_is_kept_with_the_reason(browser, demo):
    page = open_chart(browser, demo, BRAM)
    uuid = card_of(page)

    card = page.locator(".card").first
    card.get_by_text("Dismiss", exact=True).click()
    card.get_by_label("The patient declined").check()
    card.get_by_label("Comment").fill("Asked again in January.")
    card.get_by_role("button", name="Dismiss the card").click()

    expect(card).to_contain_text("Dismissed: The patient declined")
    (stored,) = feedback(demo, uuid)
    assert stored.outcome == "overridden"
    assert stored.reason is not None


def test_two_tabs_keep_their_patients_through_reloads(browser, demo):
    first, second = open_chart(browser, demo, BRAM), open_chart(browser, demo, HESTIA)
    for page in (first, second):
        page.get_by_role("link", name="Open Throughline", exact=True).click()
    assert app_title(first).startswith(BRAM)
    assert app_title(second).startswith(HESTIA)

    for page, name in ((first, BRAM), (second, HESTIA), (first, BRAM)):
        app = page.frame(name="app")
        assert app is not None
        app.goto(app.url)  # the app reloads itself inside the chart
        assert app_title(page).startswith(name)
    for page, name in ((first, BRAM), (second, HESTIA)):
        page.reload()  # the whole chart, app and all
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        assert app_title(page).startswith(name)


def test_the_chart_of_one_tab_is_closed_to_another_browser(browser, chromium, demo):
    page = open_chart(browser, demo, BRAM)
    page.get_by_role("link", name="Open Throughline", exact=True).click()
    assert app_title(page).startswith(BRAM)
    frame = page.frame(name="app")
    assert frame is not None

    stranger = chromium.new_context()
    answer = stranger.request.get(frame.url)
    status, text = answer.status, answer.text()
    stranger.close()

    assert status == 404
    assert BRAM not in text


def test_in_its_own_window_the_app_shows_who_the_patient_is(browser, demo):
    page = open_chart(browser, demo, BRAM)
    page.get_by_role("link", name="Open Throughline", exact=True).click()

    with browser.expect_page() as opened:
        page.get_by_role("link", name="Own window").click()

    alone = opened.value
    expect(alone.locator("body")).to_contain_text(BRAM)


def test_the_pages_of_the_ehr_never_scroll_sideways(browser, demo):
    page = open_chart(browser, demo, BRAM)
    page.get_by_text("Show the call").click()

    for width in (320, 480, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        for address in (None, demo.ehr_url, f"{demo.ehr_url}/calls"):
            if address:
                page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") == width, (address, width)
        page.goto(f"{demo.ehr_url}/patients/bram")
        expect(page.locator("#cards[aria-busy=false] .card").first).to_be_visible()


def test_a_tester_sees_the_call_with_its_time_and_its_claims(browser, demo):
    page = open_chart(browser, demo, BRAM)

    page.get_by_text("Show the call").click()

    call = page.locator("details.call").last
    expect(call).to_contain_text("POST " + demo.app_url + "/cds-services/throughline-patient-view")
    expect(call).to_contain_text(re.compile(r"\d+ ms"))
    expect(call).to_contain_text('"iss": "' + demo.ehr_url)
    expect(call).to_contain_text('"hook": "patient-view"')
    expect(call).to_contain_text("(not shown)")
