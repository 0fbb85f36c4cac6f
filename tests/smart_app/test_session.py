"""Open charts: idle ones, tokens that end, what is kept and where. Tabs and browsers: test_tabs.py."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from cds_service.outside.sessions import hash_secret
from tests.smart_app.launching import launch, opened, production_logging, seen
from tests.smart_app.small_ehr import SmallEhr

NOW = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("minutes", "code"), [(29, 200), (31, 401)])
def test_a_chart_nobody_looks_at_for_half_an_hour_is_closed(
    browser: FlaskClient, ehr: SmallEhr, minutes: int, code: int
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        ehr.change_tokens = lambda answer: answer | {"expires_in": 7200}
        chart = opened(launch(browser, ehr))
        clock.shift(timedelta(minutes=minutes))
        assert browser.get(f"{chart}/probe").status_code == code


@pytest.mark.parametrize(("seconds", "token"), [(239, "access-1"), (240, "access-2"), (1500, "access-2")])
def test_a_token_is_renewed_a_minute_before_it_ends(
    browser: FlaskClient, ehr: SmallEhr, seconds: int, token: str
) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300}
    with time_machine.travel(NOW, tick=False) as clock:
        chart = opened(launch(browser, ehr))
        clock.shift(timedelta(seconds=seconds))
        assert seen(browser, chart)["token"] == token
        assert seen(browser, chart)["patient"] == "p1"


def test_a_renewed_token_keeps_user_encounter_and_scopes(browser: FlaskClient, ehr: SmallEhr) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300, "encounter": "e1"}
    with time_machine.travel(NOW, tick=False) as clock:
        chart = opened(launch(browser, ehr))
        before = seen(browser, chart)
        ehr.change_tokens = lambda _: {"access_token": "new", "token_type": "bearer", "expires_in": 300}
        clock.shift(timedelta(seconds=301))
        assert seen(browser, chart) == before | {"token": "new"}
        ehr.issued = 1  # no new refresh token came, so the old one is used again
        clock.shift(timedelta(seconds=301))
        assert seen(browser, chart)["token"] == "new"
        assert ehr.token_requests[-1]["refresh_token"] == "refresh-1"


def test_a_new_refresh_token_takes_the_place_of_the_one_that_was_used(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300}
    with time_machine.travel(NOW, tick=False) as clock:
        chart = opened(launch(browser, ehr))
        for renewal in (2, 3):
            clock.shift(timedelta(seconds=301))
            assert seen(browser, chart)["token"] == f"access-{renewal}"

    sent = [form["refresh_token"] for form in ehr.token_requests if form["grant_type"] == "refresh_token"]
    assert sent == ["refresh-1", "refresh-2"]


def test_twenty_requests_at_once_use_a_refresh_token_once(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300}
    response = launch(browser, ehr)
    chart = opened(response)
    cookie = next(c for c in response.headers.getlist("Set-Cookie") if "/chart/" in c).partition(";")[0]
    tokens: list[str] = []

    def look() -> None:
        answer = app.test_client(use_cookies=False).get(f"{chart}/probe", headers={"Cookie": cookie})
        tokens.append((answer.json or {}).get("token", answer.status))

    ehr.change_tokens = lambda answer: answer | {"expires_in": 3600}
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=301)):
        threads = [threading.Thread(target=look) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert tokens == ["access-2"] * 20
    assert len(ehr.token_requests) == 2


def test_a_token_that_cannot_be_renewed_asks_for_a_new_launch(browser: FlaskClient, ehr: SmallEhr) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300}
    with time_machine.travel(NOW, tick=False) as clock:
        chart = opened(launch(browser, ehr))
        clock.shift(timedelta(seconds=301))
        ehr.issued = 99  # the EHR has forgotten this refresh token
        for _ in range(2):
            response = browser.get(f"{chart}/probe")
            assert response.status_code == 401
            assert "Open Throughline again" in response.text
        assert len(ehr.token_requests) == 2  # a refused refresh token is not tried again


@pytest.mark.parametrize(("seconds", "code"), [(299, 200), (300, 401)])
def test_a_token_without_refresh_token_is_used_to_its_end(
    browser: FlaskClient, ehr: SmallEhr, seconds: int, code: int
) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300, "refresh_token": None}
    with time_machine.travel(NOW, tick=False) as clock:
        chart = opened(launch(browser, ehr))
        clock.shift(timedelta(seconds=seconds))
        assert browser.get(f"{chart}/probe").status_code == code


@pytest.mark.parametrize(("seconds", "code"), [(250, 200), (301, 503)])
def test_an_ehr_that_is_down_while_a_token_ends_costs_only_what_has_ended(
    browser: FlaskClient, ehr: SmallEhr, seconds: int, code: int
) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300}
    with time_machine.travel(NOW, tick=False) as clock:
        chart = opened(launch(browser, ehr))
        clock.shift(timedelta(seconds=seconds))
        ehr.token_status = 500
        assert browser.get(f"{chart}/probe").status_code == code


def test_a_renewed_id_token_without_nonce_is_no_reason_to_end_a_session(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300}
    with time_machine.travel(NOW, tick=False) as clock:
        chart = opened(launch(browser, ehr))
        clock.shift(timedelta(seconds=301))
        ehr.change_claims = lambda claims: {name: claims[name] for name in claims if name != "nonce"}
        found = seen(browser, chart)
        assert (found["token"], found["user"]) == ("access-2", "Practitioner/7")


def test_fewer_scopes_after_a_renewal_are_what_the_chart_has(browser: FlaskClient, ehr: SmallEhr) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300}
    with time_machine.travel(NOW, tick=False) as clock:
        chart = opened(launch(browser, ehr))
        clock.shift(timedelta(seconds=301))
        ehr.scope = "launch patient/Patient.rs"
        assert seen(browser, chart)["scopes"] == ["launch", "patient/Patient.rs"]


def test_a_renewal_that_answers_with_another_patient_ends_the_session(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300}
    with time_machine.travel(NOW, tick=False) as clock:
        chart = opened(launch(browser, ehr))
        clock.shift(timedelta(seconds=301))
        ehr.patient = "p2"
        assert browser.get(f"{chart}/probe").status_code == 401


OUR_OWN = [{"Origin": "http://127.0.0.1:8000"}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}]
FOREIGN = [{}, {"Origin": "null"}, {"Origin": "https://evil.example.org"}, {"Sec-Fetch-Site": "cross-site"}]


@pytest.mark.parametrize(("headers", "code"), [*((h, 200) for h in OUR_OWN), *((h, 403) for h in FOREIGN)])
def test_what_changes_something_must_come_from_our_own_page(
    browser: FlaskClient, ehr: SmallEhr, headers: dict[str, str], code: int
) -> None:
    chart = opened(launch(browser, ehr))
    assert browser.post(f"{chart}/probe", headers=headers).status_code == code


def test_tokens_and_secrets_are_nowhere_in_the_database_files_or_the_log(
    browser: FlaskClient, ehr: SmallEhr, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    canaries = {"access_token": "canary-access", "refresh_token": "canary-refresh"}
    ehr.change_tokens = lambda answer: answer | canaries
    with production_logging("info"):
        response = launch(browser, ehr)
        seen(browser, opened(response))
    secrets = [
        c.partition(";")[0].partition("=")[2] for c in response.headers.getlist("Set-Cookie") if "/chart" in c
    ]
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("throughline.sqlite3*"))
    written = "".join(capfd.readouterr())
    for canary in [*canaries.values(), *secrets, "code-0", *ehr.codes]:
        assert canary.encode() not in kept
        assert canary not in written
    assert "launch finished" in written  # the log was looked at


def test_a_session_moved_to_another_patient_in_the_database_does_not_open(
    app: Flask, browser: FlaskClient, ehr: SmallEhr, tmp_path: Path
) -> None:
    chart = opened(launch(browser, ehr))
    with sqlite3.connect(tmp_path / "throughline.sqlite3") as connection:
        connection.execute("UPDATE chart_session SET patient_id = 'p2'")
    app.testing = False
    assert browser.get(f"{chart}/probe").status_code == 500


def test_the_browsers_secret_is_kept_as_a_hash_only(app: Flask, browser: FlaskClient, ehr: SmallEhr) -> None:
    response = launch(browser, ehr)
    launch_id = opened(response).rpartition("/")[2]
    cookie = next(c for c in response.headers.getlist("Set-Cookie") if "/chart/" in c)
    secret = cookie.partition(";")[0].partition("=")[2]
    session = app.extensions["throughline.launch"].charts.get(launch_id)
    assert session.browser_secret_hash == hash_secret(secret)


def test_a_token_the_ehr_refuses_in_mid_session_is_renewed_once(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    launch_id = opened(launch(browser, ehr)).rpartition("/")[2]
    parts = app.extensions["throughline.launch"]
    session, host = parts.charts.get(launch_id), app.extensions["throughline"].host_ehrs.get("riverside")
    for _ in range(2):  # the second caller was refused with the same old token: it gets the new one
        assert parts.renewal.usable(host, session, refused="access-1").data["access_token"] == "access-2"
        session = parts.charts.get(launch_id)
    assert len(ehr.token_requests) == 2


def test_a_slow_renewal_by_another_is_not_waited_for_without_end(
    app: Flask, browser: FlaskClient, ehr: SmallEhr
) -> None:
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300}
    chart = opened(launch(browser, ehr))
    assert app.extensions["throughline.launch"].charts.claim_refresh(chart.rpartition("/")[2], seconds=900)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=301)):
        response = browser.get(f"{chart}/probe")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
