"""Calls of a tester's own: signed rightly, wrongly or not at all, and feedback on the cards of an answer."""

from __future__ import annotations

import re
from html import unescape

import orjson
import pytest
from flask import Flask

from cds_service.outside.sandbox_client import Signing
from smart_app.studio.call_shown import pretty
from tests.cds_service.calls import ORDER_SIGN
from tests.staff.browsing import StaffBrowser, audited
from tests.staff.sandbox.calling import BODY, PAGE, browser_of, call, newest, ordering, page_of, request_of

# -- calls of one's own ------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", list(Signing))
def test_a_request_is_sent_again_signed_as_chosen_and_only_a_good_signature_is_let_in(
    demo: Flask, tester: StaffBrowser, how: Signing
):
    number = call(demo, request_of())

    answer = tester.send(f"{PAGE}{number}/send", signing=how.name)

    assert answer.location == f"{PAGE}?call={number + 1}#one"
    assert newest(demo).status == (200 if how is Signing.SIGNED else 401)
    assert newest(demo).sent_as == how.value
    assert ("staff/quality", "sandbox-call-sent", "success") in audited(demo)
    assert f"this page, {how.value}" in tester.get(PAGE).text


def test_a_changed_request_is_sent_with_the_token_it_came_with(demo: Flask, tester: StaffBrowser):
    number = call(demo, BODY)
    text = unescape(
        re.findall(r'<textarea id="body"[^>]*>\n(.*?)</textarea>', page_of(tester, number), re.S)[0]
    )
    assert text == pretty(BODY).replace("hush-hush", "not-shown")

    tester.send(f"{PAGE}{number}/send", signing="SIGNED", body=text.replace("patient-view", "order-sign"))

    assert b"hush-hush" in (newest(demo).request or b"")
    assert b"order-sign" in (newest(demo).request or b"")
    assert newest(demo).status == 400


def test_a_request_is_tried_at_another_hook_with_an_example_of_what_that_needs(
    demo: Flask, tester: StaffBrowser
):
    number = call(demo, request_of())
    assert '<option value="throughline-patient-view" selected>patient-view</option>' in page_of(
        tester, number
    )

    for hook in ("encounter-discharge", "order-select", "order-sign"):
        tester.send(f"{PAGE}{number}/send", signing="SIGNED", service=f"throughline-{hook}")
        assert (newest(demo).path, newest(demo).status) == (f"throughline-{hook}", 200)

    [entry] = orjson.loads(newest(demo).request or b"")["context"]["draftOrders"]["entry"]
    assert entry["resource"]["subject"] == {"reference": "Patient/bram"}


def test_the_orders_a_request_has_are_the_ones_that_are_tried(demo: Flask, tester: StaffBrowser):
    number = call(demo, ordering("bram", "order-sign", "lithium 300 mg", "ibuprofen 600 mg"), path=ORDER_SIGN)

    tester.send(f"{PAGE}{number}/send", signing="SIGNED", service="throughline-order-select")

    context = orjson.loads(newest(demo).request or b"")["context"]
    assert len(context["draftOrders"]["entry"]) == 2
    assert newest(demo).status == 200


@pytest.mark.parametrize("service", ["throughline-patient-view", "throughline-order-sing", ""])
def test_at_its_own_service_a_request_stands_as_it_is(demo: Flask, tester: StaffBrowser, service: str):
    number = call(demo, request_of())
    wrong = orjson.dumps(request_of() | {"hook": "order-sign"}).decode()

    tester.send(f"{PAGE}{number}/send", signing="SIGNED", service=service, body=wrong)

    assert (newest(demo).path, newest(demo).status) == ("throughline-patient-view", 400)


def test_a_request_can_be_made_no_json_at_all(demo: Flask, tester: StaffBrowser):
    number = call(demo, BODY)

    tester.send(f"{PAGE}{number}/send", signing="SIGNED", body="{")

    assert (newest(demo).request, newest(demo).status) == (b"{", 400)


def test_a_request_that_was_emptied_is_sent_empty_and_one_without_a_box_as_it_was_recorded(
    demo: Flask, tester: StaffBrowser
):
    number = call(demo, BODY)

    tester.send(f"{PAGE}{number}/send", signing="SIGNED", body="")
    assert not newest(demo).request
    assert newest(demo).status == 400

    tester.send(f"{PAGE}{number}/send", signing="SIGNED")
    assert newest(demo).request == BODY


def test_a_test_call_needs_the_form_of_the_page_and_a_way_to_sign(demo: Flask, tester: StaffBrowser):
    number = call(demo, request_of())

    assert tester.post(f"{PAGE}{number}/send", {"signing": "SIGNED"}).status_code == 403
    assert tester.send(f"{PAGE}{number}/send", signing="nonsense").status_code == 400
    assert tester.send(f"{PAGE}99/send", signing="SIGNED").status_code == 404
    assert browser_of(demo, "coordinator").send(f"{PAGE}{number}/send", signing="SIGNED").status_code == 403
    assert newest(demo).number == number


# -- feedback ----------------------------------------------------------------------------------------------


def test_an_accepted_card_shows_what_is_stored_of_it(demo: Flask, tester: StaffBrowser):
    number = call(demo, request_of("otto"))
    card = next(one for one in orjson.loads(newest(demo).response)["cards"] if "suggestions" in one)
    assert "Nothing is stored of it yet" in page_of(tester, number)

    suggestion = card["suggestions"][0]
    form = {"card": card["uuid"], "outcome": "accepted", "suggestion": suggestion["uuid"]}
    tester.send(f"{PAGE}{number}/feedback", signing="SIGNED", **form)

    page = page_of(tester, number)
    assert "The service answered 200" in page
    assert f"accepted: {suggestion['label']}" in page
    assert newest(demo).path == "throughline-patient-view/feedback"


def test_a_card_set_aside_shows_reason_comment_and_until_when_it_rests(demo: Flask, tester: StaffBrowser):
    number = call(demo, request_of())
    card = orjson.loads(newest(demo).response)["cards"][0]
    reason = next(one for one in card["overrideReasons"] if one["code"] == "patient-declined")

    form = {"card": card["uuid"], "outcome": "overridden", "comment": "<b>in spring</b>"}
    form |= {"reason": f"{reason['system']} {reason['code']}", "signing": "SIGNED"}
    tester.send(f"{PAGE}{number}/feedback", **form)

    page = page_of(tester, number)
    assert "patient-declined" in page.split("Stored of it")[1]
    assert "&lt;b&gt;in spring&lt;/b&gt;" in page
    assert "for role:Practitioner, until 2027-02-20" in page


def test_a_warning_of_orders_that_rests_is_said_to_rest_for_what_it_was_about(
    demo: Flask, tester: StaffBrowser
):
    number = call(demo, ordering("silas", "order-sign", "Ibuprofen 600 mg"), path=ORDER_SIGN)
    card = orjson.loads(newest(demo).response)["cards"][0]
    reason = next(one for one in card["overrideReasons"] if one["code"] == "not-appropriate")

    form = {"card": card["uuid"], "outcome": "overridden", "signing": "SIGNED"}
    tester.send(f"{PAGE}{number}/feedback", **form, reason=f"{reason['system']} {reason['code']}")

    assert "lithium-interactions (of what this card was about), for user:" in page_of(tester, number)


@pytest.mark.parametrize(
    ("card", "outcome", "status"),
    [("00000000-0000-4000-8000-000000000000", "accepted", 404), ("", "accepted", 400), ("x", "y", 400)],
)
def test_feedback_that_is_refused_says_why(
    demo: Flask, tester: StaffBrowser, card: str, outcome: str, status: int
):
    number = call(demo, request_of())

    tester.send(f"{PAGE}{number}/feedback", signing="SIGNED", card=card, outcome=outcome)

    assert newest(demo).status == status
    assert f"The service answered {status}. " in page_of(tester, number)
