"""What the server says about itself, and what every response says to the browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from cds_service.outside.settings import Settings
from smart_app.app import LARGEST_BODY, create_app, trusted_hosts
from smart_app.errors import WORDS
from smart_app.limits import REQUESTS_PER_MINUTE
from tests.smart_app.launching import launch, opened, start
from tests.smart_app.small_ehr import SmallEhr

NOBODY = "frame-ancestors 'none'"


def policy(response: TestResponse) -> dict[str, str]:
    parts = (part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    return dict(parts)


def test_a_living_server_says_so(browser: FlaskClient) -> None:
    assert browser.get("/livez").json == {"status": "ok"}


def test_a_ready_server_names_what_it_looked_at(browser: FlaskClient) -> None:
    response = browser.get("/readyz")
    assert response.status_code == 200
    assert response.json == {"status": "ok", "checks": {"database": True, "vocabulary": True, "rules": True}}


def test_a_server_whose_database_is_gone_is_alive_but_not_ready(browser: FlaskClient, tmp_path: Path) -> None:
    for file in tmp_path.glob("throughline.sqlite3*"):
        file.unlink()
    response = browser.get("/readyz")
    assert response.status_code == 503
    assert (response.json or {})["checks"]["database"] is False
    assert browser.get("/livez").status_code == 200


def test_a_server_that_can_store_nothing_is_not_ready_and_says_why(app: Flask, browser: FlaskClient) -> None:
    database = app.extensions["throughline"].database
    with database.transaction() as connection:  # the one connection that writes
        connection.exec_driver_sql("PRAGMA query_only = 1")
    database._stored_at = float("-inf")
    with capture_logs() as lines:
        response = browser.get("/readyz")
    assert response.status_code == 503
    assert response.json == {
        "status": "not ready",
        "checks": {"database": False, "vocabulary": True, "rules": True},
        "database": "SQLITE_READONLY",
    }
    assert {
        "event": "database unavailable",
        "log_level": "error",
        "error": "SQLITE_READONLY",
    }.items() <= next(line for line in lines if line["log_level"] == "error").items()


def test_a_database_that_is_gone_is_a_page_to_come_back_to(
    browser: FlaskClient, ehr: SmallEhr, tmp_path: Path
) -> None:
    chart = opened(launch(browser, ehr))
    for file in tmp_path.glob("throughline.sqlite3*"):
        file.unlink()
    response = browser.get(f"{chart}/probe")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_metrics_are_in_the_prometheus_form(browser: FlaskClient) -> None:
    response = browser.get("/metrics")
    assert response.content_type.startswith("text/plain")
    assert "# TYPE throughline_cds_requests_total counter" in response.text


EVERYWHERE = ["/livez", "/nothing", "/launch", "/callback", "/cds-services", "/chart/x/", "/static/nothing"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_response_has_the_security_headers_and_nobody_may_frame_it(
    browser: FlaskClient, path: str
) -> None:
    response = browser.get(path)
    found = policy(response)
    assert found["default-src"] == found["frame-ancestors"] == found["base-uri"] == "'none'"
    assert {found[f"{kind}-src"] for kind in ("style", "script", "img", "font", "connect")} == {"'self'"}
    assert "unsafe" not in str(found)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Frame-Options" not in response.headers
    assert response.headers["Cache-Control"]


def test_a_chart_may_be_framed_by_exactly_the_origins_of_its_ehr(browser: FlaskClient, ehr: SmallEhr) -> None:
    chart = opened(launch(browser, ehr))
    response = browser.get(f"{chart}/probe")
    assert policy(response)["frame-ancestors"] == ehr.origin
    assert response.headers["Cache-Control"] == "no-store"
    assert NOBODY in browser.get("/livez").headers["Content-Security-Policy"]  # nothing stays from before


def test_error_pages_of_a_known_launch_can_be_read_inside_the_ehr(
    browser: FlaskClient, ehr: SmallEhr
) -> None:
    state = ehr.asked(start(browser, ehr)).parameters["state"]
    for query in ({"state": state, "error": "access_denied"}, {"state": "riverside.x", "code": "c"}):
        assert policy(browser.get("/callback", query_string=query))["frame-ancestors"] == ehr.origin


def test_a_static_file_may_be_kept_for_ever_only_under_the_name_of_its_content(
    app: Flask, browser: FlaskClient
) -> None:
    with app.test_request_context("/"):
        url = app.url_for("static", filename="base.css")
    assert "?v=" in url
    for address, kept in (
        (url, "immutable"),
        ("/static/base.css", "no-cache"),
        ("/static/none.css?v=1", "no-cache"),
    ):
        with browser.get(address) as response:  # closes the file
            assert kept in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "host",
    ["evil.example.org", "127.0.0.1.evil.example.org", "evil.example.org:8000", "", "a b", "[::2]", "127.1"],
)
def test_a_forged_host_is_turned_away(browser: FlaskClient, host: str) -> None:
    for path in ("/livez", "/launch", "/chart/x"):
        response = browser.get(path, headers={"Host": host})
        assert response.status_code == 400
        assert "evil" not in response.headers.get("Location", "") + response.text


@pytest.mark.parametrize(
    ("base_url", "bind", "names"),
    [
        ("https://app.example.org", "0.0.0.0:8000", {"app.example.org"}),
        ("https://app.example.org:8443", "10.0.0.5:8000", {"app.example.org", "10.0.0.5"}),
        ("https://app.example.org", "[::]:8000", {"app.example.org"}),
        ("http://[::1]:8000", "[::1]:8000", {"[::1]", "127.0.0.1", "localhost"}),
    ],
)
def test_the_names_of_the_server_come_from_its_settings(base_url: str, bind: str, names: set[str]) -> None:
    assert trusted_hosts(Settings(base_url=base_url, bind=bind)) == names


@pytest.mark.parametrize(
    "path", ["//evil.example.org", "/\\evil.example.org", "/%2f%2fevil.example.org/", "/chart//e/"]
)
def test_no_address_redirects_away(browser: FlaskClient, path: str) -> None:
    response = browser.get(path)
    assert response.headers.get("Location", "/").startswith(("/", "http://localhost/"))
    assert "evil" not in response.headers.get("Location", "")


@pytest.mark.parametrize(("more", "code"), [(0, 200), (1, 413)])
def test_a_body_that_is_too_large_is_refused_by_every_page(
    app: Flask, browser: FlaskClient, more: int, code: int
) -> None:
    @app.post("/reads-its-body")
    def read() -> str:
        return str(len(request.get_data()))

    assert browser.post("/reads-its-body", data=b" " * (LARGEST_BODY + more)).status_code == code


def test_a_flood_is_stopped_and_costs_nobody_else(
    browser: FlaskClient, other_browser: FlaskClient, ehr: SmallEhr
) -> None:
    flooded, other = opened(launch(browser, ehr)), opened(launch(other_browser, ehr))
    codes = [browser.get(f"{flooded}/probe").status_code for _ in range(REQUESTS_PER_MINUTE + 1)]
    assert codes[:-1] == [200] * REQUESTS_PER_MINUTE
    assert codes[-1] == 429
    response = browser.get(f"{flooded}/probe")
    assert response.headers["Retry-After"] == "60"
    assert "Wait a minute" in response.text
    assert other_browser.get(f"{other}/probe").status_code == 200
    assert browser.get("/livez").status_code == 200


@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_error_has_a_page_that_says_what_to_do(app: Flask, browser: FlaskClient, code: int) -> None:
    class Wrong(HTTPException):
        pass

    Wrong.code = code

    @app.get("/wrong")
    def wrong() -> str:
        raise Wrong

    response = browser.get("/wrong")
    assert response.status_code == code
    assert f"<h1>{WORDS[code].title.replace(chr(39), '&#39;')}</h1>" in response.text
    assert "What to do:" in response.text
    assert ("Retry-After" in response.headers) is (code in (429, 503))


def test_a_wrong_method_is_told_which_are_right(browser: FlaskClient) -> None:
    response = browser.post("/launch")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_defect_shows_a_reference_and_nothing_of_what_happened(
    app: Flask, browser: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    @app.get("/defect")
    def defect() -> str:
        raise KeyError("canary of a patient")

    app.testing = False
    response = browser.get("/defect")
    assert response.status_code == 500
    assert "canary" not in response.text
    assert "reference" in response.text


def test_behind_a_proxy_its_host_header_is_believed_only_when_the_settings_say_so(settings: Settings) -> None:
    forwarded = {"Host": "inner.example.org", "X-Forwarded-Host": "127.0.0.1"}
    for proxies, code in ((0, 400), (1, 200)):
        app = create_app(settings.model_copy(update={"trusted_proxies": proxies}))
        assert app.test_client().get("/livez", headers=forwarded).status_code == code
        app.extensions["throughline"].close()


def test_https_is_insisted_on_where_it_is_the_public_address(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"base_url": "https://app.example.org"}))
    response = app.test_client().get("/livez", base_url="https://app.example.org")
    assert "max-age" in response.headers["Strict-Transport-Security"]
    app.extensions["throughline"].close()


def test_each_request_has_one_log_line_and_a_cds_call_its_own(app: Flask):
    client = app.test_client()
    with capture_logs() as lines:
        client.post("/cds-services/throughline-patient-view", json={})
        client.get("/livez")

    told = [line for line in lines if line["log_level"] == "info"]
    assert [line["event"] for line in told] == ["CDS call", "request"]
    assert all(len(line["request_id"]) == 16 for line in told)
