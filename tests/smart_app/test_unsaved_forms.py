"""A form that met an ended session: kept, said so, and taken up by the same user in the same chart only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Blueprint, request

from smart_app.app import create_app
from smart_app.session import OpenChart, in_chart
from smart_app.unsaved import taken_up
from tests.smart_app.chart_ehr import ChartEhr, story
from tests.smart_app.launching import launch, opened, register

NOW = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
OURS = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
ENTERED = {"item1": "2", "csrf_token": "of that session", "note": "worse since the move"}


def form_pages() -> Blueprint:
    """A page with a form, as any page of the app would have one; and an address that only takes posts."""
    pages = Blueprint("form_pages", __name__)

    @pages.get("/chart/<launch_id>/entered/<name>")
    @in_chart
    def show(chart: OpenChart, name: str):
        kept = taken_up(chart)
        return "empty" if kept is None else dict(kept.fields)

    @pages.post("/chart/<launch_id>/entered/<name>")
    @in_chart
    def save(chart: OpenChart, name: str):
        return f"saved {request.form['item1']}"

    @pages.post("/chart/<launch_id>/close-gap")
    @in_chart
    def close_gap(chart: OpenChart):
        return "closed"

    return pages


@pytest.fixture
def app(settings, ehr):
    made = create_app(settings)
    made.testing = True
    made.register_blueprint(form_pages())
    register(made, ehr.registered())
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300}
    yield made
    made.extensions["throughline"].close()


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def end_of_session(ehr, clock) -> None:
    clock.shift(timedelta(seconds=301))
    ehr.issued += 90  # the EHR has forgotten the refresh token


def send(browser, chart, path="entered/PHQ-9", headers=OURS):
    return browser.post(f"{chart}/{path}", data=ENTERED, headers=headers)


def test_what_was_entered_is_there_again_after_the_relaunch(browser, ehr, clock):
    chart = opened(launch(browser, ehr))
    end_of_session(ehr, clock)

    ended = send(browser, chart)
    again = opened(launch(browser, ehr))

    assert ended.status_code == 401
    assert "was not saved in the chart; Throughline keeps it for 12 hours" in ended.text
    assert "shows a link to your form" in ended.text
    assert browser.get(f"{again}/entered/PHQ-9").json == {"item1": ["2"], "note": ["worse since the move"]}
    assert browser.get(f"{again}/entered/GAD-7").text == "empty"


def test_a_form_left_open_over_lunch_is_kept_as_well(browser, ehr, clock):
    chart = opened(launch(browser, ehr))
    clock.shift(timedelta(minutes=31))

    ended = send(browser, chart)

    assert ended.status_code == 401
    assert "not used for 30 minutes" in ended.text
    assert browser.get(f"{opened(launch(browser, ehr))}/entered/PHQ-9").json["item1"] == ["2"]


def test_another_launch_in_between_does_not_lose_it(browser, other_browser, ehr, clock):
    chart = opened(launch(browser, ehr))
    clock.shift(timedelta(minutes=31))
    launch(other_browser, ehr)  # clears idle sessions away

    assert send(browser, chart).status_code == 401
    assert browser.get(f"{opened(launch(browser, ehr))}/entered/PHQ-9").json["item1"] == ["2"]


@pytest.mark.parametrize(("patient", "user"), [("p2", "Practitioner/7"), ("p1", "Practitioner/8")])
def test_another_patients_chart_or_another_user_never_gets_it(browser, ehr, clock, patient, user):
    chart = opened(launch(browser, ehr))
    end_of_session(ehr, clock)
    send(browser, chart)

    ehr.patient = patient
    ehr.change_claims = lambda claims: claims | {"fhirUser": f"{ehr.fhir_base}/{user}"}

    assert browser.get(f"{opened(launch(browser, ehr))}/entered/PHQ-9").text == "empty"


def test_a_user_the_ehr_never_named_is_told_that_nothing_is_kept(browser, ehr, clock):
    ehr.scope = "launch patient/*.rs"
    chart = opened(launch(browser, ehr))
    end_of_session(ehr, clock)

    ended = send(browser, chart)

    assert "What you entered was not saved." in ended.text
    assert browser.get(f"{opened(launch(browser, ehr))}/entered/PHQ-9").text == "empty"


def test_once_sent_again_it_is_forgotten(browser, ehr, clock):
    chart = opened(launch(browser, ehr))
    end_of_session(ehr, clock)
    send(browser, chart)
    again = opened(launch(browser, ehr))

    assert send(browser, again).text == "saved 2"
    assert browser.get(f"{again}/entered/PHQ-9").text == "empty"


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://evil.example.org"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_page_can_plant_nothing(browser, ehr, clock, headers):
    chart = opened(launch(browser, ehr))
    end_of_session(ehr, clock)

    assert send(browser, chart, headers=headers).status_code == 401
    assert browser.get(f"{opened(launch(browser, ehr))}/entered/PHQ-9").text == "empty"


@pytest.mark.parametrize("minutes", [1, 31])
def test_another_browser_can_plant_nothing_and_learns_nothing(browser, other_browser, ehr, clock, minutes):
    chart = opened(launch(browser, ehr))
    clock.shift(timedelta(minutes=minutes))

    assert send(other_browser, chart).status_code == 404
    assert browser.get(f"{opened(launch(browser, ehr))}/entered/PHQ-9").text == "empty"


def test_a_form_whose_address_has_no_page_is_not_called_kept(browser, ehr, clock):
    chart = opened(launch(browser, ehr))
    end_of_session(ehr, clock)

    assert "What you entered was not saved." in send(browser, chart, "close-gap").text


def test_an_ehr_that_is_down_when_the_token_ends_costs_no_form_either(browser, ehr, clock):
    chart = opened(launch(browser, ehr))
    clock.shift(timedelta(seconds=301))
    ehr.token_status = 500

    silent = send(browser, chart)
    ehr.token_status, ehr.issued = 200, 1  # it counted a token it did not give

    assert silent.status_code == 503
    assert "Throughline keeps it" in silent.text
    assert browser.get(f"{chart}/entered/PHQ-9").json["item1"] == ["2"]


def test_the_chart_page_leads_back_to_the_form_and_only_in_that_chart(browser, ehr, clock):
    ChartEhr(ehr, *story("ines"), *story("dana"))
    ehr.patient = "ines"
    chart = opened(launch(browser, ehr))
    end_of_session(ehr, clock)
    send(browser, chart)

    page = browser.get(opened(launch(browser, ehr)) + "/").text
    ehr.patient = "dana"
    other = browser.get(opened(launch(browser, ehr)) + "/").text

    assert 'href="./entered/PHQ-9"' in page
    assert "worse since the move" not in page
    assert "Not saved yet" not in other
