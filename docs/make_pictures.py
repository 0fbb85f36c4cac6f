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
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cds_service.card import Card
from cds_service.outside import clock
from cds_service.outside.feedback import Feedback
from cds_service.outside.settings import load_settings
from cds_service.wiring import Wiring, wire

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
IDLE_MINUTES = 1  # the shortest: a form is left alone for so long, to be sent too late
LATE = {"light": "dana", "dark": "wren"}  # whose form that is: the second theme must not find the first's
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
RISK = {
    "risk-models": "risk/",
    "risk-switch": "risk/switch",
    "risk-watch": "risk-watch/",
    "risk-file": "risk-file/",
}
RULE = "naloxone-due"  # whose feedback suggests a change that a dry run shows
# Of a rule, a site and a hook: how many cards, how many accepted, why others were set aside. All invented.
SAID: tuple[tuple[str, str, str, int, int, dict[str, int]], ...] = (
    (
        "a1c-not-measured",
        "Organization/north-clinic",
        "patient-view",
        80,
        12,
        {"another-visit": 60, "record-wrong": 6},
    ),
    ("a1c-not-measured", "Organization/south-clinic", "patient-view", 31, 7, {"another-visit": 11}),
    ("depression-screen-due", "Organization/north-clinic", "patient-view", 120, 74, {"patient-declined": 21}),
    ("depression-follow-up-due", "Organization/south-clinic", "patient-view", 64, 41, {"done-elsewhere": 8}),
    (RULE, "Organization/north-clinic", "patient-view", 60, 4, {"not-appropriate": 9}),
    (RULE, "Organization/north-clinic", "encounter-discharge", 40, 30, {}),
    ("safety-plan-due", "Organization/north-clinic", "patient-view", 14, 9, {}),
)
STUDIO = {
    "rules": "rules/",
    "rule": f"rules/{RULE}",
    "acceptance": "acceptance/",
    "acceptance-by-site": "acceptance/?by=role-and-site",
    "proposals": "acceptance/proposals",
    "sandbox": "sandbox/",
}


def main() -> None:
    with demo() as said, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        for theme in ("light", "dark"):
            _take_all(browser, theme, said)
        browser.close()


@contextmanager
def demo() -> Iterator[str]:
    """The demo while it runs, with invented feedback of some weeks; what it said when it started."""
    throughline = Path(sys.executable).with_name("throughline")
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/throughline.sqlite3"
        command = ["env", f"THROUGHLINE_SESSION_IDLE_MINUTES={IDLE_MINUTES}"]
        command += [str(throughline), "demo", "--port", str(PORT), "--database", database]
        started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
        yield from _once_ready(started, database)


def _once_ready(started: subprocess.Popen[str], database: str) -> Iterator[str]:
    said = ""
    try:
        for line in started.stdout or ():
            said += line
            if "Ctrl-C" in line:
                break
        with closing(wire(load_settings(database_url=database))) as wiring:
            _invent_feedback(wiring)
        yield said
    finally:
        started.terminate()
        started.wait()


def _invent_feedback(wiring: Wiring) -> None:
    """What clinicians made of some hundred cards, as their calls and answers would have left it."""
    rules = {rule.id: rule for rule in wiring.rules}
    number = 0
    for rule_id, site, hook, cards, accepted, reasons in SAID:
        given = [code for code, times in reasons.items() for _ in range(times)]
        for place in range(cards):
            number += 1
            card, user = Card(rules[rule_id], f"invented-{number}", {}, (), rule_id), "Practitioner/invented"
            patient, service, now = f"invented-{number}", f"throughline-{hook}", clock.now()
            shown = [(card.uuid, card.rule.id, card.rule.version)]
            wiring.feedback.issued("demo", service, patient, shown, user)
            wiring.visits.note("demo", service, patient, user, patient, site, [card], silent=False)
            wiring.audit.record(
                host_ehr="demo", actor=user, action=f"cds:{service}", patient_id=patient, detail={}
            )
            if place < accepted:
                wiring.feedback.receive("demo", service, Feedback(card.uuid, "accepted", now))
            elif place - accepted < len(given):
                why = (given[place - accepted], "")
                wiring.feedback.receive("demo", service, Feedback(card.uuid, "overridden", now, reason=why))


def _take_all(browser: Browser, theme: str, said: str) -> None:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    context.new_page()  # the first page only encodes pictures
    page = context.new_page()
    late, left_at = _left_form(context, LATE[theme]), time.monotonic()
    page.goto(f"{EHR}/patients/ines", wait_until="networkidle")
    _shoot(page, "cards", theme)
    view = _own_window(context, page)
    _shoot(view, "view", theme)
    chart = view.url
    view.locator(".risk summary").first.click()
    _shoot(view, "risk", theme)
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
    _pages(_signed_in(browser, theme, said, "admin"), theme, STAFF)
    _pages(_signed_in(browser, theme, said, "coordinator"), theme, {"worklist": "worklist/"})
    _pages(_signed_in(browser, theme, said, "quality"), theme, RISK)
    _studio(browser, theme, said)
    late.wait_for_timeout(max(0.0, left_at + 60 * IDLE_MINUTES + 5 - time.monotonic()) * 1000)
    late.get_by_role("button", name="Save").click()
    late.wait_for_load_state("networkidle")
    _shoot(late, "form-kept", theme)
    page.goto(f"{EHR}/patients/{LATE[theme]}", wait_until="networkidle")
    _shoot(_own_window(context, page), "view-with-kept-form", theme)
    context.close()


def _left_form(context: BrowserContext, patient: str) -> Page:
    """A PHQ-9 with an answer to every item, not yet sent."""
    page = context.new_page()
    page.goto(f"{EHR}/patients/{patient}", wait_until="networkidle")
    form = _own_window(context, page)
    page.close()
    form.goto(f"{form.url.partition('#')[0]}assess/phq-9")
    for item in form.locator("fieldset").all():
        item.locator("label").first.click()
    return form


def _own_window(context: BrowserContext, page: Page) -> Page:
    page.get_by_text("Open Throughline").first.click()
    with context.expect_page() as opened:
        page.get_by_text("Own window").click()
    view = opened.value
    view.get_by_text("Care team").first.wait_for()
    view.wait_for_load_state("networkidle")
    return view


def _signed_in(browser: Browser, theme: str, said: str, name: str) -> Page:
    """A page of the staff, signed in as one of the demo's accounts."""
    account = re.search(rf"(?m)^\s*{name}\s+(\S+)", said)
    if account is None:
        raise SystemExit(f"the demo did not name its account {name}:\n{said}")
    context = browser.new_context(viewport={"width": 1200, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    context.new_page()  # the first page only encodes pictures
    page = context.new_page()
    page.goto(f"{APP}/staff/")
    if name == "admin":
        _shoot(page, "staff-sign-in", theme)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(account[1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{APP}/staff/")
    return page


def _pages(page: Page, theme: str, places: dict[str, str]) -> None:
    for name, place in places.items():
        page.goto(f"{APP}/staff/{place}")
        _shoot(page, f"staff-{name}", theme)
    page.context.close()


def _studio(browser: Browser, theme: str, said: str) -> None:
    """From feedback to a draft, tried and approved by a second person, and back: so it can be done again."""
    _pages(_signed_in(browser, theme, said, "quality"), theme, STUDIO)
    page, second = (_signed_in(browser, theme, said, name) for name in ("quality", "quality-2"))
    page.goto(f"{APP}/staff/acceptance/proposals")
    draft = re.compile(f"(Make a|Open the) draft of {RULE}")  # the second theme finds it made
    page.get_by_role("button", name=draft).or_(page.get_by_role("link", name=draft)).click()
    page.wait_for_url("**/staff/rules/**")
    at = page.url
    _shoot(page, "staff-rule-draft", theme)
    page.goto(at.replace("?", "/try?"))
    page.get_by_role("button", name="Try it", exact=True).click()
    page.get_by_text("Cards per visit").first.wait_for()
    _shoot(page, "staff-rule-tried", theme)
    page.goto(f"{at.replace('?', '/compare?')}&with=0")
    _shoot(page, "staff-rule-compared", theme)
    page.goto(at)
    page.get_by_role("button", name="Send for approval").click()
    page.get_by_text("A second person").wait_for()
    second.goto(at)
    _shoot(second, "staff-rule-to-approve", theme)
    second.get_by_role("button", name="Approve at demo").click()
    second.get_by_role("status").wait_for()
    _shoot(second, "staff-rule-live", theme)
    second.get_by_role("button", name="Roll back at demo").click()
    second.get_by_role("status").wait_for()
    page.context.close()
    second.context.close()


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
