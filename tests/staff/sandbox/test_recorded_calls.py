"""The sandbox page: what testers read of the last calls, and that nothing is kept anywhere but in a demo."""

from __future__ import annotations

import orjson
import pytest
from flask import Flask

from cds_service.outside.recent_calls import MOST_KEPT, RecentCalls
from cds_service.outside.sandbox_client import Signing
from smart_app.studio.call_shown import stages
from smart_app.studio.prefetch_rates import prefetch_states
from tests.cds_service.calls import SERVICE, view
from tests.staff.browsing import StaffBrowser
from tests.staff.sandbox.calling import BODY, PAGE, call, heard, newest, request_of

STAGES = ["trust", "parse", "gather", "evaluate", "cards", "record"]


# -- what is kept, and where -------------------------------------------------------------------------------


def test_outside_the_demo_nothing_is_kept_and_the_page_says_why(app: Flask, signed_in):
    calls = app.extensions["throughline"].recent_calls
    calls.note(heard())

    assert calls.all() == ()
    assert "so none is kept here" in signed_in("quality").get(PAGE).text
    assert signed_in("coordinator").get(PAGE).status_code == 403


def test_outside_the_demo_no_test_call_can_be_sent_and_nothing_holds_a_key_for_one(app: Flask, signed_in):
    parts, quality = app.extensions["throughline"], signed_in("quality")

    for where in ("send", "feedback"):
        assert quality.send(f"{PAGE}1/{where}", signing="SIGNED").status_code == 404
    assert quality.get(f"{PAGE}1/request.json").status_code == 404
    assert parts.sandbox_client is None


def test_a_key_alone_opens_nothing_where_its_client_is_not_registered(demo: Flask):
    demo.extensions["throughline"].host_ehrs.remove("demo")

    call(demo, request_of())

    assert (newest(demo).status, newest(demo).why) == (401, "issuer-not-registered")


def test_a_call_is_shown_without_its_token(demo: Flask, tester: StaffBrowser):
    number = call(demo, BODY)

    for page in (tester.get(f"{PAGE}?call={number}"), tester.get(f"{PAGE}{number}/request.json")):
        assert page.status_code == 200
        assert "hush-hush" not in page.text
        assert "not-shown" in page.text


def test_only_the_newest_calls_are_held():
    calls = RecentCalls(keeps=True)
    for _ in range(MOST_KEPT + 1):
        calls.note(heard())

    assert [call.number for call in calls.all()] == list(range(MOST_KEPT + 1, 1, -1))
    assert calls.one("1") is None
    assert calls.one("2") is not None


@pytest.mark.parametrize("number", ["", "0", "x", "9" * 5000])
def test_a_number_that_no_call_has_is_not_found(tester: StaffBrowser, number: str):
    assert tester.get(f"{PAGE}?call={number}").status_code == 200
    assert tester.get(f"{PAGE}{number or '-'}/request.json").status_code == 404


def test_discovery_is_no_call(demo: Flask):
    base_url = demo.extensions["throughline"].settings.base_url
    assert demo.test_client().get("/cds-services", base_url=base_url).status_code == 200
    assert demo.extensions["throughline"].recent_calls.all() == ()


# -- what was refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [how for how in Signing if how is not Signing.SIGNED])
def test_a_call_nobody_signed_is_listed_with_its_answer_and_its_body_is_not_kept(
    demo: Flask, tester: StaffBrowser, how: Signing
):
    number = call(demo, request_of(), how)

    page = tester.get(f"{PAGE}?call={number}").text
    assert newest(demo).request is None
    assert newest(demo).host_ehr == ""
    assert "the call needs a valid JWT" in page
    assert newest(demo).why in page
    assert "Its request is not kept" in page
    assert tester.get(f"{PAGE}{number}/request.json").status_code == 404


def test_why_a_token_was_not_accepted_is_told_to_testers_and_never_to_the_caller(demo: Flask):
    call(demo, request_of(), Signing.EXPIRED)

    assert newest(demo).why == "claim-expired_token:exp"
    assert b"expired" not in newest(demo).response


@pytest.mark.parametrize(
    ("body", "path", "status", "says"),
    [
        (b"{", SERVICE, 400, "the body is not JSON"),
        (orjson.dumps(view({})), SERVICE, 412, "Patient is required and was not gathered"),
        (orjson.dumps(view({}) | {"hook": "order-sign"}), SERVICE, 400, "this service answers patient-view"),
        (b"{}", "/cds-services/nobody-home", 404, "there is no service of this id"),
        (b"[" * 300 + b"]" * 300, SERVICE, 400, "nested more than 250 levels deep"),
    ],
)
def test_a_call_that_was_refused_is_listed_with_what_its_answer_says(
    demo: Flask, tester: StaffBrowser, body: bytes, path: str, status: int, says: str
):
    number = call(demo, body, path=path)

    page = tester.get(f"{PAGE}?call={number}").text
    assert newest(demo).status == status
    assert says in page
    assert f">{status}<" in page


def test_what_a_stranger_puts_into_an_address_is_text(demo: Flask, tester: StaffBrowser):
    call(demo, b"{}", path="/cds-services/<script>alert(1)</script>")

    assert "<script>alert" not in tester.get(PAGE).text


# -- where the time went -----------------------------------------------------------------------------------


def test_each_stage_of_a_call_is_timed_and_they_add_up_to_the_whole(demo: Flask, tester: StaffBrowser):
    number = call(demo, request_of())

    assert list(newest(demo).stages) == STAGES
    told = stages(newest(demo))
    assert told[-1].name == "the rest"
    assert sum(stage.share for stage in told) == pytest.approx(100, abs=0.1)
    assert [stage.begins for stage in told] == sorted(stage.begins for stage in told)
    page = tester.get(f"{PAGE}?call={number}").text
    assert f"Where its {newest(demo).ms:.1f} ms went" in page
    assert page.count('<svg class="share"') == len(STAGES) + 1


def test_a_refused_call_has_the_stages_it_came_to(demo: Flask):
    call(demo, request_of(), Signing.UNSIGNED)
    assert list(newest(demo).stages) == ["trust"]

    call(demo, view({}))
    assert list(newest(demo).stages) == ["trust", "parse", "gather", "record"]


# -- prefetch ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "state"),
    [("Patient", "filled"), ("Condition", "null"), ("Encounter", "error"), ("Observation", "left out")],
)
def test_each_prefetch_key_is_told_by_what_it_brought(key: str, state: str):
    assert prefetch_states(BODY)[key] == state


@pytest.mark.parametrize("body", [b"", b"[]", b"{"])
def test_a_body_that_is_no_request_has_no_prefetch(body: bytes):
    assert prefetch_states(body) == {}


def test_rates_count_only_calls_whose_request_is_known(demo: Flask, tester: StaffBrowser):
    call(demo, BODY)
    call(demo, request_of())
    call(demo, request_of(), Signing.UNSIGNED)

    assert "1 of 2 (50 %)" in tester.get(PAGE).text
    assert "of 3" not in tester.get(PAGE).text
