"""Open charts side by side, in two tabs, browsers or EHRs: what is read or sent in one stays in it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pytest_httpserver import HTTPServer

from tests.smart_app.launching import launch, opened, register, seen
from tests.smart_app.small_ehr import SmallEhr


def test_two_patients_in_two_tabs_of_one_browser_never_mix(browser: FlaskClient, ehr: SmallEhr) -> None:
    first = opened(launch(browser, ehr))
    ehr.patient = "p2"
    second = opened(launch(browser, ehr))
    for _ in range(2):  # and a reload of either changes nothing
        assert (seen(browser, first)["patient"], seen(browser, first)["token"]) == ("p1", "access-1")
        assert (seen(browser, second)["patient"], seen(browser, second)["token"]) == ("p2", "access-2")


def test_what_is_sent_from_one_tab_is_about_its_own_patient_even_after_the_other_was_opened(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    first = opened(launch(browser, ehr))
    ehr.patient = "p2"
    second = opened(launch(browser, ehr))
    for chart, patient in ((first, "p1"), (second, "p2"), (first, "p1")):
        sent = browser.post(f"{chart}/probe", headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"})
        assert (sent.json or {})["patient"] == patient


def test_two_launches_under_way_at_once_end_each_with_its_own_patient(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    ways = [browser.get("/launch", query_string={"iss": ehr.fhir_base, "launch": "x"}).location for _ in "ab"]
    charts = []
    for patient, url in zip(("p1", "p2"), reversed(ways), strict=True):
        ehr.patient = patient
        charts.append(opened(browser.get("/callback", query_string=ehr.allow(url))))
    assert [seen(browser, chart)["patient"] for chart in charts] == ["p1", "p2"]


def test_a_launch_id_opens_nothing_in_another_browser(
    browser: FlaskClient, other_browser: FlaskClient, ehr: SmallEhr
) -> None:
    chart = opened(launch(browser, ehr))
    mine = opened(launch(other_browser, ehr))
    foreign, unknown = other_browser.get(f"{chart}/probe"), other_browser.get("/chart/unknown/probe")
    assert foreign.status_code == unknown.status_code == 404
    assert without_reference(foreign.text) == without_reference(unknown.text)
    assert foreign.headers["Content-Security-Policy"] == unknown.headers["Content-Security-Policy"]
    assert seen(other_browser, mine)["launch_id"] in mine


def test_the_cookie_of_one_launch_does_not_open_another(app: Flask, ehr: SmallEhr) -> None:
    bare = app.test_client(use_cookies=False)
    charts, cookies = [], []
    for _ in range(2):
        start = bare.get("/launch", query_string={"iss": ehr.fhir_base})
        kept = {"Cookie": start.headers["Set-Cookie"].partition(";")[0]}
        end = bare.get("/callback", query_string=ehr.allow(start.location), headers=kept)
        charts.append(opened(end))
        cookies.append(next(c for c in end.headers.getlist("Set-Cookie") if "/chart/" in c).partition(";")[0])
    assert bare.get(f"{charts[0]}/probe", headers={"Cookie": cookies[0]}).status_code == 200
    assert bare.get(f"{charts[1]}/probe", headers={"Cookie": cookies[0]}).status_code == 404


def test_a_cookie_set_before_the_launch_is_not_taken_over(browser: FlaskClient, ehr: SmallEhr) -> None:
    browser.set_cookie("throughline_chart", "of the attacker's choice", path="/chart")
    response = launch(browser, ehr)
    chart = opened(response)
    assert "of the attacker" not in str(response.headers.getlist("Set-Cookie"))
    browser.delete_cookie("throughline_chart", path=chart)
    assert browser.get(f"{chart}/probe").status_code == 404


@pytest.mark.parametrize("launch_id", ["x", "é", "a%00b", "..%2f..", "x" * 5000, "' or 1=1 --"])
def test_any_launch_id_nobody_was_given_is_the_same_page(browser: FlaskClient, launch_id: str) -> None:
    assert browser.get(f"/chart/{launch_id}/probe").status_code == 404


def test_same_patient_and_user_ids_at_two_ehrs_stay_apart(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    with HTTPServer() as second_server:
        second = SmallEhr(second_server, name="lakeside", client_id="other-client")
        register(app, second.registered())
        charts = [opened(launch(browser, each)) for each in (ehr, second, ehr)]
        assert [seen(browser, chart)["host_ehr"] for chart in charts] == [
            "riverside",
            "lakeside",
            "riverside",
        ]
        assert [form["grant_type"] for form in second.token_requests] == ["authorization_code"]


def test_a_chart_whose_ehr_was_taken_out_of_the_register_is_gone(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    chart = opened(launch(browser, ehr))
    app.extensions["throughline"].host_ehrs.remove("riverside")
    assert browser.get(f"{chart}/probe").status_code == 404


def without_reference(page: str) -> str:
    return page.partition("reference")[0]
