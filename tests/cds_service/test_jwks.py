"""Fetching the keys of a client: from its registered address, seldom, and within bounds."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from cds_service.outside.jwks import REFETCH_SECONDS, USABLE_SECONDS, ClientKeys
from cds_service.outside.registry import CdsClient

ONE = ECKey.generate_key("P-384", {"kid": "one"})
TWO = RSAKey.generate_key(2048, {"kid": "two"})


def key_set(*keys: Any) -> dict[str, Any]:
    return {"keys": [key if isinstance(key, dict) else key.as_dict(private=False) for key in keys]}


class Address:
    """A registered jku whose answer can change; counts how often it is asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked = 0
        self.answer: Any = key_set(ONE)
        self.client = CdsClient(iss="https://ehr.example", jku=server.url_for("/jwks.json"))
        server.expect_request("/jwks.json").respond_with_handler(self._handle)

    def _handle(self, request: Request) -> Response:
        self.asked += 1
        if isinstance(self.answer, Response):
            return self.answer
        return Response(orjson.dumps(self.answer), content_type="application/json")


@pytest.fixture
def address(httpserver: HTTPServer) -> Address:
    return Address(httpserver)


@pytest.fixture
def time() -> list[float]:
    return [1000.0]


@pytest.fixture
def keys(time: list[float]) -> ClientKeys:
    return ClientKeys(monotonic=lambda: time[0])


def test_a_key_set_is_fetched_once_and_its_keys_are_found(keys: ClientKeys, address: Address):
    address.answer = key_set(ONE, TWO)

    found = [keys.find(address.client, kid) for kid in ("one", "two", "one")]

    assert [key.kid for key in found if key] == ["one", "two", "one"]
    assert found[0] is found[2]
    assert address.asked == 1


def test_the_only_key_needs_no_id_and_of_several_one_does(keys: ClientKeys, address: Address):
    pinned_one = CdsClient(iss="https://a.example", jwks=key_set(ONE))
    pinned_two = CdsClient(iss="https://b.example", jwks=key_set(ONE, TWO))

    assert keys.find(pinned_one, None) is not None
    assert keys.find(pinned_two, None) is None
    assert keys.find(pinned_two, "two") is not None


def test_a_new_key_is_fetched_but_a_flood_of_unknown_ids_asks_once_a_minute(
    keys: ClientKeys, address: Address, time: list[float]
):
    assert keys.find(address.client, "one")
    address.answer = key_set(ONE, TWO)

    assert keys.find(address.client, "two") is None  # within the minute of the first fetch
    time[0] += REFETCH_SECONDS
    assert keys.find(address.client, "two")
    assert [keys.find(address.client, f"nonsense-{n}") for n in range(100)] == [None] * 100
    assert address.asked == 2


def test_an_address_that_fails_is_asked_once_a_minute_too(
    keys: ClientKeys, address: Address, time: list[float]
):
    address.answer = Response(status=500)

    assert [keys.find(address.client, "one") for _ in range(10)] == [None] * 10
    assert address.asked == 1
    address.answer = key_set(ONE)
    time[0] += REFETCH_SECONDS
    assert keys.find(address.client, "one")


def test_the_last_keys_count_for_an_hour_when_the_address_fails(
    keys: ClientKeys, address: Address, time: list[float]
):
    assert keys.find(address.client, "one")
    address.answer = Response(status=503)

    time[0] += USABLE_SECONDS
    assert keys.find(address.client, "one")
    time[0] += 1
    assert keys.find(address.client, "one") is None


def test_a_key_that_was_withdrawn_stops_counting_within_minutes(
    keys: ClientKeys, address: Address, time: list[float]
):
    assert keys.find(address.client, "one")
    address.answer = key_set(TWO)

    time[0] += 601
    assert keys.find(address.client, "one") is None


@pytest.mark.parametrize(
    "answer",
    [
        Response(orjson.dumps(key_set(ONE)), status=302, headers={"Location": "/other.json"}),
        Response(orjson.dumps(key_set(ONE)), status=404),
        Response(b" " * 300_000, content_type="application/json"),
        Response(b"<html>"),
        Response(b"[" * 100_000),
        [],
        {},
        {"keys": {}},
        {"keys": []},
        {"keys": [1, None, {}, {"kty": "EC"}, {"kty": "RSA", "n": "!", "e": "AQAB"}, {"kty": ["EC"]}]},
        key_set(ONE.as_dict(private=True)),
        {"keys": [OctKey.generate_key(256, {"kid": "one"}).as_dict()]},
    ],
    ids=range(12),
)
def test_what_is_no_public_key_set_gives_no_key(
    keys: ClientKeys, address: Address, httpserver: HTTPServer, answer: Any
):
    httpserver.expect_request("/other.json").respond_with_json(key_set(ONE))
    address.answer = answer

    assert keys.find(address.client, "one") is None
    assert [request.path for request, _ in httpserver.log] == ["/jwks.json"]


def test_a_key_we_cannot_use_costs_only_itself(keys: ClientKeys, address: Address):
    address.answer = key_set({"kty": "ML-DSA", "kid": "future"}, {"kty": "RSA"}, ONE)

    assert keys.find(address.client, "one")
