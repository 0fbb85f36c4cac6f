"""What the page may cost, measured as a person gets it: launched in a frame of another site, from an EHR that
takes 50 ms for each FHIR call. Counts and bytes; no test is timed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from smart_app.commands.demo import Demo

MOST_BYTES = 60 * 1024
MOST_REQUESTS = 8
MOST_SHIFT = 0.02
A_CALL = 0.05  # seconds
LONGEST_WAIT = 3.0  # seconds: what one slow source may take here; the test ends it sooner

WATCH_SHIFTS = (
    "window.shifts = []; new PerformanceObserver(list => window.shifts.push(...list.getEntries()))"
    ".observe({type: 'layout-shift', buffered: true})"
)
# What is laid out before the style sheets are there, because a test asked for it, nobody sees.
SHIFT = (
    "window.shifts.filter(e => e.startTime >= performance.getEntriesByName('first-paint')[0].startTime)"
    ".reduce((sum, e) => sum + e.value, 0)"
)


@contextmanager
def late(demo: Demo, *kinds: str) -> Iterator[Event]:
    """Each FHIR call of the EHR takes a while, and those for `kinds` wait until the event is set."""
    released = Event()
    served = demo.ehr.wsgi_app

    def slower(environ, start_response):
        place = environ["PATH_INFO"].split("/")
        if place[1] == "fhir" and len(place) > 2:
            (released.wait(LONGEST_WAIT) if place[2] in kinds else Event().wait(A_CALL))
        return served(environ, start_response)

    demo.ehr.wsgi_app = slower  # type: ignore[method-assign]
    yield released
    released.set()


def launched(browser: BrowserContext, demo: Demo, person: str = "ines") -> Page:
    """The chart of the demo EHR, with the app about to arrive in its frame."""
    page = browser.new_page()
    page.goto(f"{demo.ehr_url}/patients/{person}")
    expect(page.locator("#cards[aria-busy=false] .card").first).to_be_visible()
    return page


def open_app(page: Page) -> None:
    page.get_by_role("link", name="Open Throughline", exact=True).click()


def frame_of(page: Page):
    frame = page.frame(name="app")
    assert frame is not None
    frame.wait_for_url(re.compile(r"/chart/[\w-]+/(#gap-[\w-]+)?$"))
    return frame


def test_a_cold_launch_transfers_little_in_few_requests(browser, demo):
    page = launched(browser, demo)
    begun: list[Request] = []
    asked: list[Request] = []
    page.on("request", lambda request: begun.append(request))
    page.on("requestfinished", lambda request: asked.append(request))

    with late(demo):
        open_app(page)
        expect(page.frame_locator("iframe[name=app]").locator(".page-foot")).to_contain_text("14 sources")
        frame_of(page).wait_for_load_state("load")
        while len(asked) < len(begun):
            page.wait_for_event("requestfinished")
    ours = [request for request in asked if request.url.startswith(demo.app_url)]
    sizes = [request.sizes() for request in ours]

    assert 0 < len(ours) <= MOST_REQUESTS, [request.url for request in ours]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= MOST_BYTES


@pytest.mark.parametrize("width", [480, 1200])
@pytest.mark.parametrize("slow", ["Observation", "Encounter", "MedicationRequest", "Condition"])
def test_a_slow_source_keeps_nothing_else_from_being_read_and_nothing_jumps_when_it_comes(
    browser, demo, slow, width
):
    browser.add_init_script(WATCH_SHIFTS)
    page = launched(browser, demo)
    page.set_viewport_size({"width": width, "height": 700})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    app = page.frame_locator("iframe[name=app]")

    with late(demo, slow) as released:
        open_app(page)
        expect(app.locator("h1")).to_be_visible()
        expect(app.locator(".awaited").first).to_be_attached()
        expect(app.locator("#panel-care-team").locator("..")).to_contain_text("Rosa Kettleburn")
        awaited = app.locator(".awaited").count()
        released.set()
        expect(app.locator(".page-foot")).to_contain_text("14 sources")

    assert awaited > 0
    expect(app.locator(".awaited")).to_have_count(0)
    expect(app.locator(".phq9 .now")).to_contain_text("moderately severe")
    assert frame_of(page).evaluate(SHIFT) <= MOST_SHIFT
    assert said == []


def test_what_is_certain_already_is_shown_as_a_gap_and_what_is_not_is_not(browser, demo):
    page = launched(browser, demo)
    app = page.frame_locator("iframe[name=app]")

    with late(demo, "Observation") as released:
        open_app(page)
        expect(app.locator("#gap-CMS68 .chip")).to_have_text("open")
        expect(app.locator("#gaps-title")).to_contain_text("cannot be told")
        expect(app.locator("#gap-FUH")).to_have_count(0)
        released.set()
        expect(app.locator("#gap-FUH .chip")).to_have_text("open")


def test_a_reader_keeps_their_place_while_the_rest_arrives(browser, demo):
    page = launched(browser, demo)
    app = page.frame_locator("iframe[name=app]")

    with late(demo, "CareTeam") as released:
        open_app(page)
        app.locator("#gap-FUH").get_by_text("Why this applies").click()
        released.set()
        expect(app.locator(".page-foot")).to_contain_text("14 sources")

    expect(app.locator("#gap-FUH details", has_text="Why this applies")).to_have_attribute("open", "")


def test_without_script_a_slow_chart_is_shown_once_it_is_whole(chromium, demo):
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = launched(context, demo)
    open_app(page)
    with context.expect_page() as opened:
        page.get_by_role("link", name="Own window").click()
    alone = opened.value
    expect(alone.locator(".page-foot")).to_contain_text("14 sources")
    (cookie,) = context.cookies(alone.url)
    silent = chromium.new_context(java_script_enabled=False)
    silent.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": alone.url}])

    with late(demo, "CareTeam"):
        plain = silent.new_page()
        plain.goto(alone.url)
        expect(plain.locator("#panel-care-team").locator("..")).to_contain_text("Rosa Kettleburn")

    assert "whole" in plain.url
    silent.close()
    context.close()


def test_the_question_mark_tells_the_keys_and_escape_puts_them_away(browser, demo):
    page = launched(browser, demo)
    open_app(page)
    app = page.frame_locator("iframe[name=app]")
    expect(app.locator("[data-keys]")).to_be_visible()

    app.locator("[data-keys]").click()
    expect(app.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(app.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("?")
    expect(app.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    expect(app.locator("[data-gap] details[open]")).to_have_count(1)
