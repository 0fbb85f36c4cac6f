"""The pictures of the README: starts the demo and takes every page at three widths, light and dark.

Run it with `.venv/bin/python docs/make_pictures.py` and look at what it wrote into docs/pictures/: WebP,
which the browser itself encodes, half of a PNG's bytes.
"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
PORT = 8190
APP, EHR = f"http://127.0.0.1:{PORT}", f"http://localhost:{PORT + 1}"
WIDTHS = (1200, 480, 320)
TALLEST = 8000  # pixels
TO_WEBP = """
async (png) => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const { width, height } = picture;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return canvas.toDataURL("image/webp", 0.82);
}
"""
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FORMS = ("phq-9", "c-ssrs-screener", "safety-plan")
STAFF = {
    "start": "",
    "ehrs": "ehrs/",
    "register": "ehrs/new",
    "sheet": "ehrs/demo/sheet",
    "test": "ehrs/demo/test",
    "keys": "keys/",
    "accounts": "accounts/",
    "audit": "audit/",
}


def main() -> None:
    with demo() as said, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        for theme in ("light", "dark"):
            _take_all(browser, theme, said)
        browser.close()


@contextmanager
def demo() -> Iterator[str]:
    """The demo while it runs; what it said when it started."""
    throughline = Path(sys.executable).with_name("throughline")
    started = subprocess.Popen([throughline, "demo", "--port", str(PORT)], stdout=subprocess.PIPE, text=True)  # noqa: S603
    said = ""
    try:
        for line in started.stdout or ():
            said += line
            if "Ctrl-C" in line:
                break
        yield said
    finally:
        started.terminate()
        started.wait()


def _take_all(browser: Browser, theme: str, said: str) -> None:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    context.new_page()  # the first page only encodes pictures
    page = context.new_page()
    page.goto(f"{EHR}/patients/ines", wait_until="networkidle")
    _shoot(page, "cards", theme)
    view = _own_window(context, page)
    _shoot(view, "view", theme)
    chart = view.url
    for form in FORMS:
        view.goto(f"{chart}assess/{form}")
        _shoot(view, form, theme)
    view.get_by_role("button", name="Save").click()
    _shoot(view, "form-missing", theme)
    view.goto(chart)
    view.locator(".lines a").first.click()
    _shoot(view, "source", theme)
    view.goto(f"{chart}assess/nothing")
    _shoot(view, "error", theme)
    view.goto(chart)
    view.get_by_role("button", name="Close this chart").click()
    _shoot(view, "closed", theme)
    _staff(page, theme, said)
    context.close()


def _own_window(context: BrowserContext, page: Page) -> Page:
    page.get_by_text("Open Throughline").first.click()
    with context.expect_page() as opened:
        page.get_by_text("Own window").click()
    view = opened.value
    view.get_by_text("Care team").first.wait_for()
    view.wait_for_load_state("networkidle")
    return view


def _staff(page: Page, theme: str, said: str) -> None:
    account = re.search(r"(?m)^.*\badmin\b\W+(\S+)\s*$", said)
    page.goto(f"{APP}/staff/")
    _shoot(page, "staff-sign-in", theme)
    if account is None:
        raise SystemExit(f"the demo did not name its admin account:\n{said}")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(account[1])
    page.get_by_role("button", name="Sign in").click()
    for name, place in STAFF.items():
        page.goto(f"{APP}/staff/{place}")
        _shoot(page, f"staff-{name}", theme)


def _shoot(page: Page, name: str, theme: str) -> None:
    """One page at every width, as high as it is: what sticks to the window's edge then stands at the end."""
    press = page.context.pages[0]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
        suffix = "" if theme == "light" else "-dark"
        png = base64.b64encode(page.screenshot(full_page=True)).decode()
        webp = press.evaluate(TO_WEBP, png).partition(",")[2]
        (PICTURES / f"{name}-{width}{suffix}.webp").write_bytes(base64.b64decode(webp))


if __name__ == "__main__":
    main()
