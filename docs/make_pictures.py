"""The pictures of the README: starts the demo, opens a patient and the view, and takes screenshots.

Run it with `.venv/bin/python docs/make_pictures.py` and look at what it wrote into docs/pictures/.
Before they are committed, reduce them to 256 colours, a third of the bytes:
`pngquant --ext .png --force docs/pictures/*.png`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
PORT = 8190
PERSON = "ines"
SIZES = ((1200, "light"), (1200, "dark"), (480, "light"), (480, "dark"), (320, "light"))
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    throughline = Path(sys.executable).with_name("throughline")
    demo = subprocess.Popen([throughline, "demo", "--port", str(PORT)], stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        for line in demo.stdout or ():
            if "Ctrl-C" in line:
                break
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
            for width, theme in SIZES:
                _take(browser, width, theme)
            browser.close()
    finally:
        demo.terminate()
        demo.wait()


def _take(browser: Browser, width: int, theme: str) -> None:
    """The cards in the EHR, and the view in a window of its own, at one width and theme."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"http://localhost:{PORT + 1}/patients/{PERSON}", wait_until="networkidle")
    suffix = "" if theme == "light" else "-dark"
    page.screenshot(path=PICTURES / f"cards-{width}{suffix}.png", full_page=True)
    page.get_by_text("Open Throughline").first.click()
    with context.expect_page() as opened:
        page.get_by_text("Own window").click()
    view = opened.value
    view.get_by_text("Care team").first.wait_for()
    view.wait_for_load_state("networkidle")
    view.screenshot(path=PICTURES / f"view-{width}{suffix}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    main()
