"""The pictures of the README: starts the demo, opens a patient and the view, and takes screenshots.

Run it with `.venv/bin/python docs/make_pictures.py` and look at what it wrote into docs/pictures/.
"""

from __future__ import annotations

import binascii
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

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
    _keep(page, f"cards-{width}{suffix}.png")
    page.get_by_text("Open Throughline").first.click()
    with context.expect_page() as opened:
        page.get_by_text("Own window").click()
    view = opened.value
    view.get_by_text("Care team").first.wait_for()
    view.wait_for_load_state("networkidle")
    _keep(view, f"view-{width}{suffix}.png")
    context.close()


def _keep(page: Page, name: str) -> None:
    """A picture of the whole page, packed as tightly as PNG allows: the browser is in a hurry, we are not."""
    (PICTURES / name).write_bytes(_packed(page.screenshot(full_page=True)))


def _packed(png: bytes) -> bytes:
    """The same picture with its pixels (IDAT chunks, PNG 11.2.4) compressed at the highest level."""
    signature, place, pixels, before, after = png[:8], 8, b"", b"", b""
    while place < len(png):
        length = int.from_bytes(png[place : place + 4])
        kind, chunk = png[place + 4 : place + 8], png[place : place + 12 + length]
        if kind == b"IDAT":
            pixels += chunk[8:-4]
        elif pixels:
            after += chunk
        else:
            before += chunk
        place += len(chunk)
    data = b"IDAT" + zlib.compress(zlib.decompress(pixels), level=9)
    idat = (len(data) - 4).to_bytes(4) + data + binascii.crc32(data).to_bytes(4)
    return signature + before + idat + after


if __name__ == "__main__":
    main()
