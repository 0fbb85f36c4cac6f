"""Closing a chart: the session ends here first, whatever the EHR does; its tokens are given back."""

from __future__ import annotations

import pytest
import time_machine
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet
from pytest_httpserver import HTTPServer
from sqlalchemy import func, select
from werkzeug import Request, Response

from cds_service.outside.tables.audit import AuditEventRow
from cds_service.outside.tables.launches import ChartSessionRow
from cds_service.outside.tables.unsaved import EndedChartRow
from tests.smart_app.launching import launch, opened, register, seen
from tests.smart_app.small_ehr import SmallEhr

OURS = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}


class Revocation:
    """The revocation endpoint of an EHR: what reached it, and how it answers."""

    def __init__(self, ehr: SmallEhr) -> None:
        self.forms: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        ehr.change_configuration = lambda found: found | {"revocation_endpoint": f"{ehr.origin}/revoke"}
        ehr.server.expect_request("/revoke").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.forms.append({name: str(value) for name, value in request.form.items()})
        self.headers.append(dict(request.headers))
        return Response("", self.status)


@pytest.fixture
def revocation(ehr) -> Revocation:
    return Revocation(ehr)


def close(browser: FlaskClient, chart: str):
    return browser.post(f"{chart}/logout", headers=OURS)


def held(app) -> int:
    with app.extensions["throughline"].database.reading() as connection:
        sessions = connection.execute(select(func.count()).select_from(ChartSessionRow)).scalar_one()
        ended = connection.execute(select(func.count()).select_from(EndedChartRow)).scalar_one()
        return sessions + ended


def test_closing_drops_the_session_gives_both_tokens_back_and_takes_the_cookie(app, browser, ehr, revocation):
    chart = opened(launch(browser, ehr))

    response = close(browser, chart)

    assert response.status_code == 200
    assert "riverside has withdrawn it" in response.text
    assert [(form["token"], form["token_type_hint"]) for form in revocation.forms] == [
        ("refresh-1", "refresh_token"),
        ("access-1", "access_token"),
    ]
    assert held(app) == 0
    assert browser.get_cookie("throughline_chart", path=chart) is None
    assert browser.get(f"{chart}/probe").status_code == 404


def test_closing_is_in_the_audit(app, browser, ehr, revocation):
    close(browser, opened(launch(browser, ehr)))

    with app.extensions["throughline"].database.reading() as connection:
        newest = select(
            AuditEventRow.action, AuditEventRow.actor, AuditEventRow.patient_id, AuditEventRow.detail
        )
        row = connection.execute(newest.order_by(AuditEventRow.seq.desc())).first()

    assert row[:3] == ("logout", "Practitioner/7", "p1")
    assert '"tokens_revoked":true' in row.detail
    assert "refresh-1" not in row.detail


def test_closing_one_chart_leaves_the_one_in_the_other_tab_open(browser, ehr, revocation):
    first = opened(launch(browser, ehr))
    ehr.patient = "p2"
    second = opened(launch(browser, ehr))

    close(browser, first)

    assert seen(browser, second)["patient"] == "p2"
    assert {form["token"] for form in revocation.forms} == {"refresh-1", "access-1"}


@pytest.mark.parametrize("status", [400, 500, 503])
def test_an_ehr_that_does_not_take_the_tokens_back_keeps_nothing_open_here(
    app, browser, ehr, revocation, status
):
    revocation.status = status
    chart = opened(launch(browser, ehr))

    response = close(browser, chart)

    assert response.status_code == 200
    assert "has withdrawn it" not in response.text
    assert held(app) == 0


def test_an_ehr_without_revocation_is_not_asked_for_it(app, browser, ehr):
    chart = opened(launch(browser, ehr))
    before = len(ehr.paths())

    assert close(browser, chart).status_code == 200
    assert len(ehr.paths()) == before
    assert held(app) == 0


def test_a_revocation_endpoint_on_a_foreign_origin_is_never_given_a_token(app, browser, ehr):
    with HTTPServer() as trap:
        trap.expect_request("/revoke").respond_with_data("")
        foreign = {"revocation_endpoint": trap.url_for("/revoke")}
        ehr.change_configuration = lambda found: found | foreign

        closed = close(browser, opened(launch(browser, ehr)))

        assert closed.status_code == 200
        assert "has withdrawn it" not in closed.text
        assert trap.log == []
    assert held(app) == 0


def test_a_session_whose_token_has_ended_can_be_closed(app, browser, ehr, revocation):
    ehr.change_tokens = lambda answer: answer | {"expires_in": 300, "refresh_token": None}
    with time_machine.travel("2026-11-12T09:30:00Z", tick=False) as clock:
        chart = opened(launch(browser, ehr))
        clock.shift(301)

        assert close(browser, chart).status_code == 200

    assert [form["token"] for form in revocation.forms] == ["access-1"]
    assert held(app) == 0


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://evil.example.org"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_page_cannot_close_a_chart(browser, ehr, revocation, headers):
    chart = opened(launch(browser, ehr))

    assert browser.post(f"{chart}/logout", headers=headers).status_code == 403
    assert seen(browser, chart)["patient"] == "p1"
    assert revocation.forms == []


def test_another_browser_cannot_close_a_chart(browser, other_browser, ehr, revocation):
    chart = opened(launch(browser, ehr))

    assert close(other_browser, chart).status_code == 404
    assert seen(browser, chart)["patient"] == "p1"


def test_a_client_with_a_key_proves_itself_to_the_revocation_endpoint_too(app, browser, ehr, revocation):
    register(app, ehr.registered(auth="private_key_jwt"))
    close(browser, opened(launch(browser, ehr)))

    keys = KeySet.import_key_set(browser.get("/.well-known/jwks.json").json)
    assertion = jwt.decode(revocation.forms[0]["client_assertion"], keys, algorithms=["RS384"])

    assert assertion.claims["aud"] == f"{ehr.origin}/token"


def test_a_client_with_a_secret_sends_it_by_basic(app, browser, ehr, revocation):
    register(app, ehr.registered(auth="secret", secret="hush hush"))
    close(browser, opened(launch(browser, ehr)))

    assert revocation.headers[0]["Authorization"].startswith("Basic ")
    assert "client_secret" not in revocation.forms[0]
