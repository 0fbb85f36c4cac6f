"""The chart page in a real browser: at every width, in both themes, by keyboard, on paper, for everybody."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.smart_app.chart_ehr import ChartEhr, rich, status, story
from tests.smart_app.launching import launch, opened
from tests.smart_app.small_ehr import SmallEhr

WIDTHS = (320, 480, 1200)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_REQUESTS = 8
MOST_TABS = 6
LARGEST_PAGE = 40 * 1024  # bytes of HTML, packed: with the static files it stays within 60 KB


@pytest.fixture
def fhir(ehr: SmallEhr) -> ChartEhr:
    ehr.patient = "ines"
    return ChartEhr(ehr, *story("ines"), *story("dana"))


@pytest.fixture
def address(app, browser, ehr, fhir) -> Iterator[str]:
    """Where the launched chart is served. The cookie that opens it is the test client's, see `seen_by`."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{opened(launch(browser, ehr))}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def seen_by(chromium: Browser, browser, address: str) -> Iterator[BrowserContext]:
    """A browser that holds the cookie of the launch."""
    path = re.sub(r"^http://[^/]+", "", address)
    cookie = browser.get_cookie("throughline_chart", path=path)
    context = chromium.new_context()
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address + "/"}])
    yield context
    context.close()


@pytest.fixture
def page(seen_by: BrowserContext) -> Page:
    return seen_by.new_page()


def load(page: Page, url: str, width: int = 1200, height: int = 900) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(url, wait_until="networkidle")


def violations(page: Page) -> list[str]:
    """What axe finds, with everything unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_keeps_anybody_from_reading_any_page_at_any_width(
    chromium, browser, address, seen_by, fhir, theme
):
    context = chromium.new_context(color_scheme=theme, bypass_csp=True)  # axe is a script of the test's own
    context.add_cookies(seen_by.cookies())
    page = context.new_page()
    source = next(r["id"] for r in fhir.resources if r["resourceType"] == "Observation")

    for path in ("/?span=all", f"/source/Observation/{source}", "/nowhere"):
        for width in WIDTHS:
            load(page, address + path, width)
            assert violations(page) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") == width, (path, width)
    context.close()


def test_missing_sources_are_as_readable_as_full_ones(chromium, address, seen_by, fhir):
    context = chromium.new_context(bypass_csp=True)
    context.add_cookies(seen_by.cookies())
    page = context.new_page()
    for kind in ("Encounter", "Observation", "CareTeam"):
        fhir.faults[kind] = status(500)

    load(page, address + "/", 480)

    assert violations(page) == []
    context.close()


def test_the_page_obeys_its_own_policy_and_asks_for_little(page, address):
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    load(page, address + "/")

    assert said == []
    assert len(asked) <= MOST_REQUESTS, asked
    assert {url.split("/")[2] for url in asked} == {address.split("/")[2]}


def test_safety_clock_and_the_first_gap_are_seen_at_once_in_a_side_panel(page, address):
    load(page, address + "/", 480, 600)

    action = page.locator(".gap .act").first
    bottom = action.evaluate("button => button.getBoundingClientRect().bottom")

    assert bottom <= 600


def test_the_latest_value_of_every_lane_is_in_sight_and_no_text_is_tiny_on_a_phone(page, address):
    load(page, address + "/", 320)

    edges = page.locator(".lane .now").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
    sizes = page.locator(".timeline text, .timeline .lane *").evaluate_all(
        "all => all.filter(e => e.textContent.trim()).map(e => parseFloat(getComputedStyle(e).fontSize))"
    )

    assert len(edges) >= 7
    assert max(edges) <= 320
    assert min(sizes) >= 11


def test_nothing_jumps_while_the_page_loads(page, address):
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => {"
        " for (const e of list.getEntries()) window.shift += e.value"
        "}).observe({type: 'layout-shift', buffered: true})"
    )

    load(page, address + "/", 480)

    assert page.evaluate("window.shift") <= 0.02


def test_the_first_gap_is_a_few_tabs_away_and_j_and_k_walk_the_gaps(page, address):
    load(page, address + "/")

    def in_a_gap() -> bool:
        return bool(page.evaluate("document.activeElement.closest('[data-gap]') !== null"))

    tabs = 0
    while not in_a_gap() and tabs < 20:
        page.keyboard.press("Tab")
        tabs += 1
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.id")
    page.keyboard.press("k")

    assert tabs <= MOST_TABS
    assert second != page.evaluate("document.activeElement.id")
    assert in_a_gap()


def test_the_timeline_is_read_with_the_arrow_keys(page, address):
    load(page, address + "/")
    reading = page.locator("[data-reading]")

    page.keyboard.press("t")
    expect(reading).to_contain_text("PHQ-9 15, moderately severe")
    page.keyboard.press("ArrowLeft")
    expect(reading).to_contain_text("PHQ-9 20, severe")
    page.keyboard.press("ArrowDown")
    expect(reading).to_contain_text("GAD-7 16, severe")
    page.keyboard.press("Home")
    expect(reading).to_contain_text("GAD-7 12, moderate")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("/source/Observation/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("GAD-7")


def test_pointing_at_a_lane_tells_its_nearest_mark(page, address):
    load(page, address + "/")
    plot, mark = page.locator(".cssrs .plot"), page.locator(".cssrs .mark").first
    size = plot.bounding_box()
    assert size is not None

    plot.hover(position={"x": size["width"] * float(mark.get_attribute("data-x") or 0) / 100 - 30, "y": 4})

    expect(page.locator("[data-reading]")).to_contain_text("C-SSRS high")


def test_the_table_twin_holds_every_mark(page, address):
    load(page, address + "/")
    page.get_by_text("The same as tables").click()

    marks = page.locator("a.mark").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    rows = page.locator(".tables tbody a").evaluate_all("all => all.map(a => a.getAttribute('href'))")

    assert len(marks) > 10
    assert set(marks) <= set(rows)


def test_the_page_works_without_script(chromium, address, seen_by):
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(seen_by.cookies())
    page = context.new_page()

    load(page, address + "/")
    page.locator(".lines a").first.click()

    expect(page.get_by_text("Back to the chart")).to_be_visible()
    context.close()


@pytest.mark.parametrize("span", ["12m", "all"])
def test_it_prints_on_two_pages_at_the_most_with_its_tables_and_its_time(page, address, span):
    load(page, f"{address}/?span={span}")

    pages = re.findall(rb"/Type /Page\b", page.pdf(format="Letter"))
    page.emulate_media(media="print")

    assert 1 <= len(pages) <= 2
    expect(page.locator(".page-foot")).to_contain_text("Data as of")


@pytest.mark.parametrize("span", ["12m", "all"])
def test_a_rich_record_prints_on_two_pages_too_and_is_still_light_and_narrow(page, address, fhir, span):
    fhir.resources = rich()
    load(page, f"{address}/?span={span}", 320)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert len(gzip.compress(page.content().encode())) <= LARGEST_PAGE
    assert 1 <= len(re.findall(rb"/Type /Page\b", page.pdf(format="Letter"))) <= 2
