"""Launches in a real browser: by form, in the look of the EHR, closed again; a form kept for the next one."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Blueprint
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug import Request, Response
from werkzeug.serving import make_server

from smart_app.app import create_app
from smart_app.session import OpenChart, in_chart
from smart_app.unsaved import taken_up
from tests.smart_app.chart_ehr import ChartEhr, story
from tests.smart_app.launching import register
from tests.smart_app.small_ehr import SCOPES, SmallEhr

STYLE = {"color_background": "#edeae3", "color_text": "#303030", "color_highlight": "#004a80"}
LONG = [f"patient/Observation.rs?category=http://terms.example.org/category-{n}|survey" for n in range(40)]
FORM = (
    "<!doctype html><html lang=en><title>Note</title><h1>Note</h1><form method=post>"
    "<input name=note value='{}'><button>Save</button></form>"
)


def note_page() -> Blueprint:
    pages = Blueprint("note_page", __name__)

    @pages.get("/chart/<launch_id>/note")
    @in_chart
    def show(chart: OpenChart) -> str:
        kept = taken_up(chart)
        return FORM.format(kept.value("note") if kept else "")

    @pages.post("/chart/<launch_id>/note")
    @in_chart
    def save(chart: OpenChart) -> str:
        return "saved"

    return pages


@pytest.fixture
def ehr(httpserver) -> SmallEhr:
    """An EHR whose user agrees at once, however the browser comes."""
    made = SmallEhr(httpserver, patient="ines", scope=" ".join(SCOPES))
    ChartEhr(made, *story("ines"))

    def authorize(request: Request) -> Response:
        asked = request.values.to_dict()
        made.codes["code"] = asked
        back = urlencode({"code": "code", "state": asked["state"]})
        ways.append(request.method)
        return Response("", 303, {"Location": f"{asked['redirect_uri']}?{back}"})

    ways: list[str] = []
    made.ways = ways  # type: ignore[attr-defined]
    httpserver.expect_request("/authorize").respond_with_handler(authorize)
    httpserver.expect_request("/style.json").respond_with_json(STYLE)
    return made


@pytest.fixture
def address(settings, ehr: SmallEhr) -> Iterator[str]:
    """Where the app is served, under the address its settings name."""
    app: Any = None
    server = make_server("127.0.0.1", 0, lambda *request: app(*request), threaded=True)
    home = f"http://127.0.0.1:{server.server_port}"
    app = create_app(settings.model_copy(update={"base_url": home}))
    app.register_blueprint(note_page())
    register(app, ehr.registered())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    ehr.app = app  # type: ignore[attr-defined]
    yield home
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["throughline"].close()


@pytest.fixture
def page(browser: BrowserContext) -> Page:
    return browser.new_page()


def complaints(page: Page) -> list[str]:
    """What the browser says against a page: scripts that fail, and whatever the policy forbids."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def launch(page: Page, ehr: SmallEhr, address: str) -> None:
    page.goto(f"{address}/launch?{urlencode({'iss': ehr.fhir_base, 'launch': 'x'})}")
    page.wait_for_url(re.compile("/chart/"))


def test_a_request_too_long_for_an_address_goes_by_a_form_that_sends_itself(page, ehr, address):
    ehr.change_configuration = lambda found: found | {"capabilities": ["permission-v2", "authorize-post"]}
    register(ehr.app, ehr.registered(scopes=SCOPES + LONG))
    said = complaints(page)

    launch(page, ehr, address)

    expect(page.get_by_role("heading", level=1)).to_contain_text("Ines Tarnwell")
    assert ehr.ways == ["POST"]
    assert said == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_look_of_the_ehr_is_taken_over_within_our_policy(page, ehr, address, theme):
    page.emulate_media(color_scheme=theme)
    ehr.change_tokens = lambda tokens: tokens | {"smart_style_url": f"{ehr.origin}/style.json"}
    said = complaints(page)

    launch(page, ehr, address)

    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(237, 234, 227)") is (theme == "light")
    assert said == []


def test_a_closed_chart_is_gone_from_the_browser(page, ehr, address):
    launch(page, ehr, address)
    chart = page.url

    page.get_by_role("button", name="Close this chart").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This chart is closed")
    held = [cookie["name"] for cookie in page.context.cookies(chart)]
    page.goto(chart)

    assert "throughline_chart" not in held
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is open here")


def test_a_form_sent_too_late_is_there_again_after_the_next_launch(page, ehr, address):
    launch(page, ehr, address)
    page.goto(f"{page.url}note")
    page.get_by_role("textbox").fill("worse since the move")
    sessions = ehr.app.extensions["throughline.launch"].charts
    launch_id = page.url.split("/")[4]
    sessions.update(launch_id, sessions.get(launch_id).data | {"expires_at": 0, "refresh_token": None})

    page.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your session has ended")
    launch(page, ehr, address)
    page.get_by_role("link", name="Go on with it").click()
    expect(page.get_by_role("textbox")).to_have_value("worse since the move")
    page.get_by_role("button").click()
    launch(page, ehr, address)

    expect(page.get_by_text("Not saved yet")).to_have_count(0)
