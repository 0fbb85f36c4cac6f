"""The app in a frame of a browser that blocks third-party cookies: partitioned cookies carry the chart."""

from __future__ import annotations

import orjson
import pytest
from playwright.sync_api import expect

from smart_app.demo_ehr.serving import listen, served
from tests.browser.test_whole_path import BRAM, app_title, open_chart
from tests.chromium import ARGUMENTS, chromium_path

CONTROL = b"""<!doctype html><title>control</title><iframe name=inner></iframe>"""


@pytest.fixture
def strict_browser(playwright, kept_profile):
    """A browser whose user chose to block third-party cookies."""
    preferences = {"profile": {"block_third_party_cookies": True, "cookie_controls_mode": 1}}
    (kept_profile / "Default" / "Preferences").write_bytes(orjson.dumps(preferences))
    context = playwright.chromium.launch_persistent_context(
        kept_profile, executable_path=chromium_path(), args=ARGUMENTS, viewport={"width": 1200, "height": 900}
    )
    context.set_default_timeout(60_000)
    yield context
    context.close()


def cookies_kept(environ, start_response):
    """Sets two cookies in a frame and tells which came back."""
    path, came = environ["PATH_INFO"], environ.get("HTTP_COOKIE", "")
    headers = [("Content-Type", "text/html")]
    if path == "/set":
        same = "Path=/; Secure; SameSite=None"
        headers += [("Set-Cookie", f"plain=1; {same}"), ("Set-Cookie", f"apart=1; {same}; Partitioned")]
    body = CONTROL if path == "/" else came.encode()
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


def test_the_browser_really_blocks_what_is_not_partitioned(strict_browser):
    """Without this the next test could pass in a browser that blocks nothing."""
    sockets = listen(0, both=True)
    port = sockets[0].getsockname()[1]
    with served(cookies_kept, sockets):
        page = strict_browser.new_page()
        page.goto(f"http://localhost:{port}/")
        inner = page.frame(name="inner")
        inner.goto(f"http://127.0.0.1:{port}/set")
        inner.goto(f"http://127.0.0.1:{port}/told")
        kept = inner.locator("body").inner_text()

    assert kept == "apart=1"


def test_the_app_opens_in_the_chart_all_the_same(strict_browser, demo):
    page = open_chart(strict_browser, demo, BRAM)

    page.get_by_role("link", name="Open in Throughline").first.click()

    assert app_title(page).startswith(BRAM)
    page.reload()
    assert app_title(page).startswith(BRAM)
    expect(page.frame_locator("iframe[name=app]").locator("#gaps")).to_be_visible()
