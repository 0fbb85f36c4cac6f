"""Whatever an EHR answers, the chart page stands: it says which source failed, offers to ask again, and shows
nothing of another patient.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from html import unescape

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from smart_app.care.queries import CHART_KINDS
from smart_app.pages import reading
from tests.smart_app.chart_ehr import ChartEhr, Fault, html, status, story
from tests.smart_app.launching import launch, opened, register
from tests.smart_app.small_ehr import SmallEhr

PARTLY = "results and assessments: failed"
NOT_PERMITTED = "results and assessments: not permitted"
DANA = re.compile(r"Marrowbrook|dana", re.IGNORECASE)


@pytest.fixture
def fhir(ehr) -> ChartEhr:
    """Ines, and Dana in the same EHR."""
    ehr.patient = "ines"
    return ChartEhr(ehr, *story("ines"), *story("dana"))


@pytest.fixture
def page(browser, ehr, fhir) -> Callable[[], str]:
    def load() -> str:
        response = browser.get(opened(launch(browser, ehr)) + "/")
        assert response.status_code == 200, response.text
        return response.text

    return load


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def observations(name: str) -> list[dict]:
    return [resource for resource in story(name) if resource["resourceType"] == "Observation"]


def bundle(resources: list[dict], next_url: str | None = None) -> Response:
    tree = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": r} for r in resources]}
    if next_url is not None:
        tree["link"] = [{"relation": "next", "url": next_url}]
    return Response(json.dumps(tree), content_type="application/fhir+json")


def fhir_json(text: str) -> Fault:
    return lambda: Response(text, content_type="application/fhir+json")


def in_turn(*answers: Response) -> Fault:
    """The first answer to the first request, and so on; the last one to all that follow."""
    left = list(answers)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def cut() -> Response:
    whole = bundle(observations("ines")).get_data()
    return Response(whole[: len(whole) // 2], content_type="application/fhir+json")


def stands(text: str) -> bool:
    """The rest of the page is there, nobody else's, and asking again is offered."""
    return (
        "Ines Tarnwell" in text
        and "escitalopram" in text
        and "Read again" in text
        and not DANA.search(text)
        and "13 of 14 sources" in text
    )


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (status(401), NOT_PERMITTED),
        (status(403), NOT_PERMITTED),
        (status(404), PARTLY),
        (status(429), PARTLY),
        (status(500), PARTLY),
        (status(503), PARTLY),
        (lambda: Response("", 302, {"Location": "https://login.example.org/"}), PARTLY),
        (html, PARTLY),
        (fhir_json(""), PARTLY),
        (fhir_json("[]"), PARTLY),
        (fhir_json('{"resourceType":"OperationOutcome"}'), PARTLY),
        (cut, PARTLY),
    ],
    ids=["401", "403", "404", "429", "500", "503", "302", "HTML", "empty", "list", "outcome", "cut"],
)
def test_an_answer_that_is_none_costs_its_own_source_only(page, fhir, fault, said):
    fhir.faults["Observation"] = fault

    text = page()

    assert stands(text)
    assert said in words(text)
    assert "PHQ-9 15" not in text


def test_a_failed_source_has_a_link_to_ask_again_and_that_brings_it_back(browser, ehr, fhir):
    fhir.faults["CareTeam"] = in_turn(Response("{}", 500), bundle([]))
    chart = opened(launch(browser, ehr))
    text = browser.get(f"{chart}/").text
    retry = re.search(
        r'couldn&#39;t read the care team from the EHR.\s*<a class="inline-target" href="([^"]+)"', text
    )
    assert retry, words(text)

    again = browser.get(f"{chart}/{unescape(retry[1])}").text

    assert "14 sources" in again
    assert "couldn't read the care team" not in unescape(again)


def test_an_ehr_that_says_when_to_come_back_is_asked_again_once(page, fhir):
    fhir.faults["Observation"] = in_turn(
        Response("{}", 429, {"Retry-After": "0"}), bundle(observations("ines"))
    )

    assert "13 of 14 sources" not in page()
    assert fhir.asked.count("Observation") == 2


def test_an_ehr_that_says_to_come_back_in_an_hour_is_not_waited_for(page, fhir):
    fhir.faults["Observation"] = lambda: Response("{}", 429, {"Retry-After": "3600"})

    assert stands(page())
    assert fhir.asked.count("Observation") == 1


def test_a_source_that_hangs_costs_the_deadline_and_no_more(app, browser, monkeypatch):
    monkeypatch.setattr(reading, "DEADLINE_MS", 1500)
    over = threading.Event()

    def hang() -> Response:
        over.wait(20)
        return bundle([])

    with HTTPServer(threaded=True) as server:
        slow = SmallEhr(server, name="lakeside", patient="ines")
        ChartEhr(slow, *story("ines")).faults["Observation"] = hang
        register(app, slow.registered())
        try:
            text = browser.get(opened(launch(browser, slow)) + "/").text
        finally:
            over.set()

    assert stands(text)
    assert "Observation: no complete answer within the deadline" in text


def test_what_came_before_a_page_that_fails_is_shown_and_called_incomplete(page, ehr, fhir):
    first = [r for r in observations("ines") if "44261-6" in json.dumps(r)]
    fhir.faults["Observation"] = in_turn(
        bundle(first, f"{ehr.fhir_base}/Observation?patient=ines&page=2"), Response("{}", 500)
    )

    text = page()

    assert stands(text)
    assert "PHQ-9 15" in words(text)
    assert PARTLY in words(text)


@pytest.mark.parametrize("where", ["itself", "there and back"])
def test_pages_in_a_circle_end(page, ehr, fhir, where):
    first, second = (f"{ehr.fhir_base}/Observation?patient=ines{more}" for more in ("", "&page=2"))
    answers = [bundle(observations("ines"), first if where == "itself" else second)]
    fhir.faults["Observation"] = in_turn(*answers, bundle([], first))

    text = page()

    assert stands(text)
    assert "the pages go in a circle" in text
    assert fhir.asked.count("Observation") <= 2


def test_a_next_page_elsewhere_is_not_asked_for_and_no_token_is_sent_there(page, fhir):
    with HTTPServer() as trap:
        fhir.faults["Observation"] = lambda: bundle(observations("ines"), trap.url_for("/next"))

        text = page()

        assert stands(text)
        assert "the next page is on another origin; it was not read" in text
        assert trap.log == []


def test_another_patients_resources_are_not_shown_whatever_was_asked_for(page, fhir):
    fhir.faults["Observation"] = lambda: bundle(observations("dana"))
    fhir.faults["Condition"] = lambda: bundle(
        [r for r in story("dana") if r["resourceType"] == "Condition"]
        + [r for r in story("ines") if r["resourceType"] == "Condition"]
    )

    text = page()

    assert not DANA.search(text)
    assert re.search(r"\d+ resources left out: unreadable, or not this patient's", words(text))
    assert "Failed: couldn't read results and assessments from the EHR." in words(text)


def test_a_server_that_answers_with_another_patient_shows_nobody(browser, ehr, fhir):
    dana = next(r for r in story("dana") if r["resourceType"] == "Patient")
    fhir.faults["Patient"] = lambda: Response(json.dumps(dana), content_type="application/fhir+json")

    response = browser.get(opened(launch(browser, ehr)) + "/")

    assert response.status_code == 502
    assert not DANA.search(response.text)
    assert "the answer is another patient" in response.text
    assert "try again" in response.text


def test_an_ehr_that_takes_no_token_any_more_asks_for_a_new_launch(browser, ehr, fhir):
    ehr.change_tokens = lambda answer: answer | {"refresh_token": None}
    chart = opened(launch(browser, ehr))
    fhir.revoked = "access-1"

    response = browser.get(f"{chart}/")

    assert response.status_code == 401
    assert "Open Throughline again" in response.text


def test_an_ehr_that_refuses_the_new_token_too_is_not_asked_without_end(browser, ehr, fhir):
    chart = opened(launch(browser, ehr))
    fhir.faults = dict.fromkeys(CHART_KINDS, status(401))

    response = browser.get(f"{chart}/")

    assert response.status_code == 502
    assert fhir.asked.count("Patient") == 2
    assert len(ehr.token_requests) == 2


def test_a_source_page_of_a_failing_ehr_says_so(browser, ehr, fhir):
    chart = opened(launch(browser, ehr))
    fhir.faults["Observation"] = html

    response = browser.get(f"{chart}/source/Observation/{observations('ines')[0]['id']}")

    assert response.status_code == 502
    assert "Failed: couldn't read results and assessments" in unescape(response.text)
