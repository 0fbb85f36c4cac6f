"""The sandbox page: what testers read in a demo, and that nothing is kept anywhere else."""

from __future__ import annotations

import orjson
import pytest
from flask import Flask

from cds_service.outside.recent_calls import MOST_KEPT, RecentCalls
from smart_app.studio.prefetch_rates import prefetch_states

BODY = orjson.dumps(
    {
        "hook": "patient-view",
        "fhirAuthorization": {"access_token": "hush-hush"},
        "prefetch": {
            "Patient": {"resourceType": "Patient"},
            "Condition": None,
            "Encounter": {"resourceType": "OperationOutcome"},
        },
    }
)


def test_outside_the_demo_nothing_is_kept_and_the_page_says_why(app: Flask, signed_in):
    calls = app.extensions["throughline"].recent_calls
    calls.note("riverside", "throughline-patient-view", 200, 1.0, BODY, b"{}")

    assert calls.all() == ()
    assert "so none is kept here" in signed_in("quality").get("/staff/sandbox/").text
    assert signed_in("coordinator").get("/staff/sandbox/").status_code == 403


def test_in_the_demo_a_call_is_shown_without_its_token(app: Flask, signed_in):
    calls = app.extensions["throughline"].recent_calls
    calls.keeps = True
    calls.note("riverside", "throughline-patient-view", 200, 1.0, BODY, b'{"cards":[]}')

    page = signed_in("quality").get("/staff/sandbox/?call=1").text

    assert "hush-hush" not in page
    assert "&#34;cards&#34;: []" in page
    assert "1 of 1" in page
    assert "curl -X POST" in page


def test_only_the_newest_calls_are_held():
    calls = RecentCalls(keeps=True)
    for _ in range(MOST_KEPT + 1):
        calls.note("riverside", "x", 200, 1.0, b"{}", b"{}")

    assert [call.number for call in calls.all()] == list(range(MOST_KEPT + 1, 1, -1))


@pytest.mark.parametrize(
    ("key", "state"),
    [("Patient", "filled"), ("Condition", "null"), ("Encounter", "error"), ("Observation", "left out")],
)
def test_each_prefetch_key_is_told_by_what_it_brought(key: str, state: str):
    assert prefetch_states(BODY)[key] == state


@pytest.mark.parametrize("body", [b"", b"[]", b"{"])
def test_a_body_that_is_no_request_has_no_prefetch(body: bytes):
    assert prefetch_states(body) == {}
