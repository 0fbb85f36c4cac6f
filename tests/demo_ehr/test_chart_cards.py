"""A chart opened against a stand-in CDS service: what it is sent, and what accepting and dismissing do."""

import re

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.demo_ehr.small_ehr import APP, EHR, ids, small_ehr
from tests.demo_ehr.stand_in_service import CARD, REASONS, REFERRAL, SERVICE, StandIn


@pytest.fixture
def service(httpserver):
    return StandIn(httpserver)


@pytest.fixture
def ehr(service):
    return small_ehr(services=service.address)


def key_of(page):
    return re.findall(r"/cards/([0-9a-f]{32})/accept", page)[0]


def settle(ehr, what, page=None, patient="ada", **form):
    page = page or ehr.get("/patients/ada/cards").text
    return ehr.post(f"/patients/{patient}/cards/{key_of(page)}/{what}", data=form)


def test_a_chart_is_opened_with_what_discovery_asks_for(ehr, service):
    ehr.get("/patients/ada/cards")

    (request,) = service.sent("/cds-services/a-service")
    assert request["hook"] == "patient-view"
    assert request["context"] == {
        "userId": "Practitioner/demo-clinician",
        "patientId": "ada",
        "encounterId": "now",
    }
    assert request["fhirServer"] == f"{EHR}/fhir"
    prefetch = request["prefetch"]
    assert prefetch.keys() == {"patient", "a1c", "visits", "user", "nothing", "nobody"}
    assert prefetch["patient"]["id"] == "ada"
    assert [entry["resource"]["id"] for entry in prefetch["a1c"]["entry"]] == ["a1c-new"]
    assert prefetch["nothing"] == {"resourceType": "Bundle", "type": "searchset", "total": 0}
    assert prefetch["nobody"] is None
    assert prefetch["user"]["name"][0]["family"] == "Larkspur"


def test_what_could_not_be_prefetched_is_said_to_the_tester(ehr):
    page = ehr.get("/patients/ada/cards").text

    assert "clever" in page
    assert "foreign" in page
    assert "no search parameter &#39;mood&#39;" in page


def test_each_call_is_signed_for_its_own_address(ehr, service, time_machine):
    time_machine.move_to(ehr.clock(), tick=True)
    ehr.get("/patients/ada/cards")
    keys = KeySet.import_key_set(ehr.get("/.well-known/jwks.json").get_json())

    seen = set()
    for path, headers, _ in service.calls:
        token = jwt.decode(headers["Authorization"].removeprefix("Bearer "), keys, algorithms=["ES384"])
        assert token.claims["aud"] == service.address + path
        assert token.claims["iss"] == EHR
        assert 0 < token.claims["exp"] - token.claims["iat"] <= 300
        assert token.header["typ"] == "JWT"
        assert token.header["jku"] == f"{EHR}/.well-known/jwks.json"
        seen.add(token.claims["jti"])
    assert len(seen) == len(service.calls) == 2


def test_the_services_token_reads_this_patient_and_no_other(ehr, service):
    ehr.get("/patients/ada/cards")
    granted = service.sent("/cds-services/a-service")[0]["fhirAuthorization"]
    headers = {"Authorization": f"Bearer {granted['access_token']}"}

    assert granted["patient"] == "ada"
    assert ids(ehr.get("/fhir/Condition?patient=ada", headers=headers)) == ["mdd", "flu"]
    assert ehr.get("/fhir/Condition?patient=ben", headers=headers).status_code == 403
    assert granted["access_token"] not in ehr.get("/calls").text
    assert granted["access_token"] not in ehr.get("/calls/2/request.json").text
    assert ehr.get("/calls/2/request.json").get_json()["context"]["patientId"] == "ada"


def test_a_card_is_shown_with_its_words_and_acts(ehr):
    page = ehr.get("/patients/ada/cards").text

    assert "PHQ-9 17 on 12 Nov; no follow-up recorded" in page
    assert "<strong>8</strong>" in page
    assert "Warning" in page
    assert "Refer to behavioral health" in page
    assert "Not at this visit" in page


def test_accepting_puts_a_signed_order_in_the_chart_and_tells_the_service(ehr, service):
    answer = settle(ehr, "accept", suggestion="s-1")

    assert "Accepted: Refer to behavioral health" in answer.text
    (order,) = ehr.fhir("ServiceRequest?patient=ada").get_json()["entry"]
    assert order["resource"]["status"] == "active"
    assert order["resource"]["authoredOn"] == "2026-11-20T15:00:00+00:00"
    assert order["resource"]["requester"]["reference"] == "Practitioner/demo-clinician"
    (told,) = service.sent("/cds-services/a-service/feedback")
    assert told["feedback"] == [
        {
            "card": CARD["uuid"],
            "outcome": "accepted",
            "acceptedSuggestions": [{"id": "s-1"}],
            "outcomeTimestamp": "2026-11-20T15:00:00.000+00:00",
        }
    ]
    assert "Referral to behavioral health" in ehr.get("/patients/ada/panels").text


def test_dismissing_tells_the_service_why(ehr, service):
    answer = settle(ehr, "dismiss", reason="later", comment=" She leaves early. ")

    assert "Dismissed: Not at this visit" in answer.text
    (told,) = service.sent("/cds-services/a-service/feedback")
    assert told["feedback"][0]["outcome"] == "overridden"
    assert told["feedback"][0]["overrideReason"] == {"reason": REASONS[0], "userComment": "She leaves early."}


def test_dismissing_needs_one_of_the_reasons_offered(ehr, service):
    answer = settle(ehr, "dismiss", reason="because")

    assert "Choose a reason first" in answer.text
    assert service.sent("/cds-services/a-service/feedback") == []


def test_a_card_is_settled_once(ehr, service):
    page = ehr.get("/patients/ada/cards").text

    settle(ehr, "accept", page, suggestion="s-1")
    again = settle(ehr, "accept", page, suggestion="s-1")
    other = settle(ehr, "dismiss", page, reason="later")

    assert "already settled" in again.text
    assert "already settled" in other.text
    assert len(ids(ehr.fhir("ServiceRequest?patient=ada"))) == 1
    assert len(service.sent("/cds-services/a-service/feedback")) == 1


def test_a_card_is_not_settled_from_another_patients_chart_or_another_site(ehr):
    page = ehr.get("/patients/ada/cards").text
    address = f"/patients/ada/cards/{key_of(page)}/accept"

    foreign = ehr.browser.post(address, base_url=EHR, data={"suggestion": "s-1"}, headers={"Origin": APP})
    silent = ehr.browser.post(address, base_url=EHR, data={"suggestion": "s-1"})

    assert settle(ehr, "accept", page, patient="ben", suggestion="s-1").status_code == 404
    assert (foreign.status_code, silent.status_code) == (403, 403)
    assert ids(ehr.fhir("ServiceRequest?patient=ada")) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"subject": {"reference": "Patient/ben"}}, "not about this patient"),
        ({"intent": None}, "not valid FHIR"),
        ({"resourceType": "Practitioner"}, "does not take Practitioner"),
    ],
)
def test_an_order_that_is_not_right_is_not_placed_and_the_card_stays(httpserver, change, why):
    resource = {name: value for name, value in (REFERRAL | change).items() if value is not None}
    action = {"type": "create", "description": "x", "resource": resource}
    service = StandIn(
        httpserver, CARD | {"suggestions": [{"uuid": "s-1", "label": "Refer", "actions": [action]}]}
    )
    ehr = small_ehr(services=service.address)

    answer = settle(ehr, "accept", suggestion="s-1")

    assert why in answer.text
    assert "/accept" in answer.text
    assert ids(ehr.fhir("ServiceRequest?patient=ada")) == []
    assert service.sent("/cds-services/a-service/feedback") == []


def test_a_service_that_refuses_is_shown_with_its_reason(httpserver):
    ehr = small_ehr(services=StandIn(httpserver, status=412).address)

    page = ehr.get("/patients/ada/cards").text

    assert "HTTP 412: Condition is required" in page


def test_a_service_that_is_not_there_does_not_take_the_chart_with_it():
    ehr = small_ehr(services="http://127.0.0.1:9")

    assert "No answer from http://127.0.0.1:9/cds-services" in ehr.get("/patients/ada/cards").text
    assert "Ada Ostrowska" in ehr.get("/patients/ada").text


def launch_links(page):
    return re.findall(r'href="(/patients/ada/cards/[0-9a-f]{32}/launch/\d)"', page)


def test_a_cards_link_opens_the_app_with_its_context(ehr):
    own, elsewhere = launch_links(ehr.get("/patients/ada/cards").text)

    opened = ehr.get(own)

    assert opened.headers["Location"].startswith(
        f"{APP}/launch?iss=http%3A%2F%2Flocalhost%3A8001%2Ffhir&launch="
    )
    launch = opened.headers["Location"].rpartition("launch=")[2]
    context = ehr.parts.grants.take_launch(launch)
    assert context is not None
    assert (context.patient, context.app_context, context.encounter) == ("ada", "gap-17", "now")
    assert ehr.get(elsewhere).status_code == 403


@pytest.mark.parametrize(
    "listed", [None, "everything", [None, 5], [{"hook": "patient-view"}], [{"hook": "patient-view", "id": 5}]]
)
def test_a_discovery_that_makes_no_sense_is_a_chart_without_cards(httpserver, listed):
    httpserver.expect_request("/cds-services").respond_with_json({"services": listed})
    ehr = small_ehr(services=httpserver.url_for("").rstrip("/"))

    page = ehr.get("/patients/ada/cards")

    assert page.status_code == 200
    assert "No decision support service listens" in page.text


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'{"cards": 5}', b'{"cards": [null, 5, {}]}'])
def test_an_answer_that_makes_no_sense_leaves_the_chart_usable(httpserver, answer):
    odd = SERVICE | {"prefetch": {"patient": 5}}
    httpserver.expect_request("/cds-services").respond_with_json({"services": [odd]})
    httpserver.expect_request("/cds-services/a-service").respond_with_data(answer, content_type="text/plain")
    ehr = small_ehr(services=httpserver.url_for("").rstrip("/"))

    page = ehr.get("/patients/ada/cards")

    assert page.status_code == 200
    assert "Show the call" in page.text
