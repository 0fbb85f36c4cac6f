"""What a person does in the chart, as requests: reading a gap, pressing its buttons, filling in a form."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service.outside import clock
from tests.smart_app.chart_ehr import ChartEhr

TODAY = datetime(2026, 11, 20, 15, tzinfo=UTC)  # of the fixture late_in_the_year
READS = "launch openid fhirUser patient/*.rs"
OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}
LOW = {str(place): "0" for place in range(1, 10)}  # a PHQ-9 of 0


def gap_of(browser: FlaskClient, chart: str, measure: str) -> str:
    """What the page says of one gap."""
    page = browser.get(f"{chart}/")
    assert page.status_code == 200, page.text
    found = re.search(rf'id="gap-{measure}".*?</article>', page.text, re.S)
    assert found, f"no gap {measure}"
    return found[0]


def fields(html: str) -> dict[str, Any]:
    return dict(re.findall(r'name="(_?\w+)" value="([^"]*)"', html))


def press(browser: FlaskClient, chart: str, html: str, action: str, **more: str) -> TestResponse:
    """Send the form of a gap with this action, as its button does."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', html, re.S)
    assert form, f"no button for {action}"
    return browser.post(f"{chart}/{action}", data=fields(form[0]) | more, headers=OUR_PAGE)


def fill_in(
    browser: FlaskClient, chart: str, instrument: str, gap: str, answers: dict[str, str]
) -> TestResponse:
    page = browser.get(f"{chart}/assess/{instrument}?gap={gap}")
    hidden = {
        name: value
        for name, value in fields(page.text).items()
        if name.startswith("_") or name == "csrf_token"
    }
    day = re.search(r'name="_day" value="([^"]*)"', page.text)
    assert day
    form = hidden | {"_mode": "in person", "_day": day[1], "_finding": "yes"} | answers
    return browser.post(f"{chart}/assess/{instrument}", data=form, headers=OUR_PAGE)


def blank(browser: FlaskClient, chart: str, instrument: str = "phq-9") -> dict[str, Any]:
    """The hidden fields of a form just opened."""
    page = browser.get(f"{chart}/assess/{instrument}")
    assert page.status_code == 200, page.text
    return dict(re.findall(r'name="(csrf_token|_patient|_key)" value="([^"]*)"', page.text))


def phq9(points: str = "222222220", **more: str) -> dict[str, str]:
    answers = {str(place): value for place, value in enumerate(points, start=1)}
    return answers | {"_mode": "telehealth", "_day": clock.today().isoformat(), "_finding": "yes"} | more


def save(browser: FlaskClient, chart: str, form: dict[str, Any], instrument: str = "phq-9") -> TestResponse:
    return browser.post(f"{chart}/assess/{instrument}", data=form, headers=OUR_PAGE)


def totals(fhir: ChartEhr) -> list[int]:
    coded = [r for r in fhir.written("Observation") if r["code"]["coding"][0]["code"] == "44261-6"]
    return [r["valueQuantity"]["value"] for r in coded]
