"""Closing a gap with one click at an EHR that takes 50 ms for each FHIR call: the time a clinician waits.

A demo runs on loopback with both sides in this process. Each round reads the chart, presses the button of
its first order, reads the chart again, and takes the order back.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import httpx
from flask.testing import FlaskClient

from smart_app.commands.demo import Demo, running_demo

EHR_SECONDS = 0.05  # for each FHIR call
MOST_MS = 400  # the page's budget, at the 95th percentile
FEWEST_ROUNDS = 5
_OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
_FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


def describe(repetitions: int) -> str:
    """Two lines: until the EHR holds the order, and until the page shows it."""
    rounds = max(FEWEST_ROUNDS, repetitions // 10)
    with running_demo(log_level="error") as demo:
        _slow_down(demo)
        waits = [(saved * 1000, shown * 1000) for saved, shown in _closings(demo, rounds)]
    saved, shown = zip(*waits, strict=True)
    return (
        f"closing a gap, {rounds} times, {EHR_SECONDS * 1000:.0f} ms a FHIR call, wall time:\n"
        f"  until the EHR holds the order: {_told(saved)} (at most {MOST_MS} ms)\n"
        f"  and until the whole page shows it: {_told(shown)}\n"
    )


def _closings(demo: Demo, rounds: int) -> Iterator[tuple[float, float]]:
    """Seconds of each round: the click, and the page that follows it."""
    browser = demo.app.test_client()
    with httpx.Client(base_url=demo.ehr_url, timeout=30) as at_the_ehr:
        chart = _chart_with_an_order(demo, browser, at_the_ehr)
    for number in range(-1, rounds):  # one to warm up
        order = _form(browser.get(chart).text, "order")
        began = time.perf_counter()
        answer = browser.post(f"{chart}order", data=order, headers=_OWN_PAGE)
        saved = time.perf_counter() - began
        assert answer.status_code == 303, answer.status
        page = browser.get(chart).text
        shown = time.perf_counter() - began
        undone = browser.post(f"{chart}undo", data=_form(page, "undo"), headers=_OWN_PAGE)
        assert undone.status_code == 303, undone.status
        if number >= 0:
            yield saved, shown


def _chart_with_an_order(demo: Demo, browser: FlaskClient, at_the_ehr: httpx.Client) -> str:
    """Launch the app for one after the other, until a chart offers an order."""
    for patient in demo.people.patients:
        launch = browser.get(_on_our_side(at_the_ehr.get(f"/patients/{patient}/launch")))
        chart = browser.get(_on_our_side(at_the_ehr.get(launch.location))).location
        if _form(browser.get(chart).text, "order"):
            return str(chart)
    raise AssertionError("no chart of the demo offers an order")


def _on_our_side(answer: httpx.Response) -> str:
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def _form(page: str, action: str) -> dict[str, str]:
    found = re.search(rf'<form[^>]*action="{action}".*?</form>', page, re.S)
    return {name: unescape(value) for name, value in _FIELD.findall(found[0])} if found else {}


def _slow_down(demo: Demo) -> None:
    answer = demo.ehr.wsgi_app

    def slower(environ, start_response):  # type: ignore[no-untyped-def]
        if environ["PATH_INFO"].startswith("/fhir/"):
            time.sleep(EHR_SECONDS)
        return answer(environ, start_response)

    demo.ehr.wsgi_app = slower  # type: ignore[method-assign]


def _told(milliseconds: tuple[float, ...]) -> str:
    last = len(milliseconds) - 1
    p95 = sorted(milliseconds)[min(last, round(0.95 * last))]
    return f"median {statistics.median(milliseconds):.0f} ms, p95 {p95:.0f} ms"
