"""Hostile and broken calls of every service: 4xx with an OperationOutcome, or an answer; never a fault."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from cds_service.outside.registry import HostEhr
from cds_service.services import find_services
from cds_service.wiring import Wiring
from measures.library.cms122_glycemic_status import DIABETES
from measures.orders.medicines import LITHIUM
from measures.shared.visits import OFFICE
from tests.cds_service.calls import ORDER_SELECT, ORDER_SIGN, CdsClient, bundle, hook, prefetch, problems
from tests.cds_service.test_card_disclosure import last_audit
from tests.cds_service.test_protocol import ODD
from tests.clinic import diagnosed, prescribed, visit
from tests.measures.orders.signing import draft_for, draft_test

Json = dict[str, Any]

ORDER = draft_for(LITHIUM, "Lithium", id="lithium-1")
CONTEXT: dict[str, Json] = {
    "patient-view": {},
    "order-sign": {"draftOrders": bundle(ORDER)},
    "order-select": {"draftOrders": bundle(ORDER), "selections": ["MedicationRequest/lithium-1"]},
    "encounter-discharge": {},
}
SERVICES = [(f"/cds-services/{one.id}", one.hook) for one in find_services().values()]


def good(name: str) -> Json:
    return hook(name, prefetch(), **CONTEXT[name])


def raw(name: str, **members: bytes) -> bytes:
    body = {key: orjson.dumps(value) for key, value in good(name).items()} | members
    return b"{" + b",".join(b'"%s":%s' % (key.encode(), value) for key, value in body.items()) + b"}"


HOSTILE: dict[str, Any] = {
    "nothing": lambda _: b"",
    "a list": lambda _: b"[]",
    "100,000 levels": lambda name: raw(name, prefetch=b"[" * 100_000 + b"]" * 100_000),
    "NaN": lambda name: raw(name, prefetch=b'{"Patient":NaN}'),
    "2^70": lambda name: raw(name, context=b'{"userId":"P/1","patientId":1180591620717411303424}'),
    "a lone surrogate": lambda name: raw(name, prefetch=b'{"Patient":"\\ud800"}'),
    "a member twice": lambda name: raw(name)[:-1] + b',"hook":"x"}',
    "a list for the context": lambda name: raw(name, context=b"[]"),
    "a list for the prefetch": lambda name: raw(name, prefetch=b"[]"),
    "a list for the token": lambda name: raw(name, fhirAuthorization=b"[]"),
    "another hook": lambda name: raw(name, hook=b'"order-dispatch"'),
    "no hook": lambda name: raw(name, hook=b"null"),
    "NUL in a text": lambda name: raw(name, context=b'{"userId":"a\\u0000","patientId":"pat-1"}'),
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize(("path", "name"), SERVICES)
def test_a_hostile_body_is_refused_with_an_operation_outcome(ehr: CdsClient, path: str, name: str, what: str):
    answer = ehr.post(HOSTILE[what](name), path)

    assert 400 <= answer.status_code < 500
    assert problems(answer)


@pytest.mark.parametrize(("path", "name"), SERVICES)
def test_extensions_unknown_members_and_later_scopes_are_tolerated(ehr: CdsClient, path: str, name: str):
    token = {"access_token": "t", "token_type": "Bearer", "expires_in": 300, "subject": "x"}
    for scope in ("patient/*.read", "patient/*.rs", ""):
        more = {
            "extension": {"org.example": {"a": [1]}},
            "user": 3,
            "fhirServer": "https://ehr.riverside.example/fhir",
            "fhirAuthorization": token | {"scope": scope},
        }
        assert ehr.post(good(name) | more, path).status_code == 200


@pytest.mark.parametrize(("path", "name"), SERVICES)
def test_without_required_data_every_service_answers_412(ehr: CdsClient, path: str, name: str):
    for given_ in (None, {"Patient": None}, dict.fromkeys(prefetch())):
        assert ehr.post(hook(name, given_, **CONTEXT[name]), path).status_code == 412


@pytest.mark.parametrize(("path", "name"), SERVICES)
def test_orders_and_prefetch_of_another_patient_change_nothing_and_are_counted(
    ehr: CdsClient, wiring: Wiring, path: str, name: str
):
    theirs = prescribed(LITHIUM, "2026-01-01") | {"subject": {"reference": "Patient/pat-2"}}
    given_ = prefetch()
    given_["MedicationRequest"] = bundle(theirs)

    answer = ehr.post(hook(name, given_, **CONTEXT[name]), path)

    assert answer.status_code == 200
    assert last_audit(wiring)["other_patients_resources_dropped"] == 1


DRAFTS = (ORDER, draft_test(LITHIUM, id="test-1", category={"text": "x"}))
ELEMENTS = sorted(
    {"dosageInstruction", "contained", "medicationReference", "performer", "reasonCode"}.union(*DRAFTS)
)


@given(st.integers(0, 1), st.sampled_from(ELEMENTS), ODD, st.booleans())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.faults_are_expected  # a value that breaks a check costs that check's cards, and is counted
def test_no_odd_value_in_a_draft_is_ever_a_fault(
    ehr: CdsClient, which: int, element: str, value: Any, chosen: bool
):
    drafts = [*DRAFTS]
    drafts[which] = drafts[which] | {element: value}
    context = {"draftOrders": bundle(*drafts)} | (
        {"selections": ["MedicationRequest/lithium-1"]} if chosen else {}
    )
    name, path = ("order-select", ORDER_SELECT) if chosen else ("order-sign", ORDER_SIGN)

    answer = ehr.post(hook(name, prefetch(prescribed(LITHIUM, "2024-01-01")), **context), path)

    assert answer.status_code in (200, 400), (element, value)


@pytest.mark.parametrize("odd", [[None], {}, 7, True])
def test_an_id_that_is_no_text_costs_its_draft_nothing(ehr: CdsClient, odd: Any):
    """Found by the test above: a record cannot be indexed by a list."""
    body = hook("order-sign", prefetch(), draftOrders=bundle(ORDER | {"id": odd}))

    cards = ehr.post(body, ORDER_SIGN).get_json()["cards"]

    assert "lithium-monitoring" in {card["source"]["topic"]["display"] for card in cards}


@given(ODD)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_odd_bundle_of_drafts_is_ever_a_fault(ehr: CdsClient, value: Any):
    for drafts in (value, {"entry": value}, {"entry": [value]}, {"entry": [{"resource": value}]}):
        answer = ehr.post(hook("order-sign", prefetch(), draftOrders=drafts), ORDER_SIGN)
        assert answer.status_code in (200, 400), drafts


@pytest.fixture
def black_hole(ehr: CdsClient, wiring: Wiring) -> Iterator[CdsClient]:
    """A client of a host EHR that takes connections and never answers."""
    key = ECKey.generate_key("P-384", {"kid": "hole"})
    client = {"iss": "https://hole.example", "jwks": {"keys": [key.as_dict(private=False)]}}
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}/fhir"
        wiring.host_ehrs.add(
            HostEhr.model_validate({"name": "hole", "fhir_base": base, "cds_clients": [client]})
        )
        ehr_client = CdsClient(ehr.http, key, "https://hole.example")
        ehr_client.fhir_base = base  # type: ignore[attr-defined]
        yield ehr_client
        wiring.host_ehrs.remove("hole")


@pytest.mark.parametrize(("path", "name"), SERVICES)
def test_an_ehr_that_never_answers_is_given_up_and_what_it_would_have_said_is_named(
    black_hole: CdsClient, path: str, name: str
):
    """Nobody lets the EHR go on: without the deadline the call would never end."""
    more = {"fhirServer": black_hole.fhir_base, "fhirAuthorization": {"access_token": "t"}}  # type: ignore[attr-defined]
    lacking = prefetch(visit(OFFICE, "2026-03-10"), diagnosed(DIABETES, "2019")) | {"DeviceRequest": None}
    required = prefetch() | {"Condition": None}

    optional = black_hole.post(hook(name, lacking, **CONTEXT[name]) | more, path)
    refused = black_hole.post(hook(name, required, **CONTEXT[name]) | more, path)

    assert optional.status_code == 200
    assert refused.status_code == 412
    assert "reading it from fhirServer: failed" in problems(refused)


def test_one_token_sent_by_many_at_once_is_answered_once(ehr: CdsClient):
    token = ehr.token(ORDER_SIGN)
    body = orjson.dumps(good("order-sign"))
    clients = [CdsClient(ehr.http.application.test_client(), ehr.key, ehr.iss) for _ in range(8)]

    with ThreadPoolExecutor(8) as together:
        statuses = list(together.map(lambda c: c.post(body, ORDER_SIGN, token=token).status_code, clients))

    assert sorted(statuses) == [200, *[401] * 7]


def test_a_token_for_one_service_is_not_good_for_another(ehr: CdsClient):
    assert ehr.post(good("order-sign"), ORDER_SIGN, token=ehr.token()).status_code == 401
