"""Whose token it is: issuers, tenants, and the keys of each."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey
from pytest_httpserver import HTTPServer

from cds_service.outside.registry import HostEhr
from cds_service.protocol import Refused
from cds_service.wiring import Wiring
from tests.cds_service.calls import BASE_URL, SERVICE, CdsClient, prefetch, view

Log = list[MutableMapping[str, Any]]
ENDPOINT = BASE_URL + SERVICE


def reasons(log: Log) -> list[str]:
    return [line["reason"] for line in log if "reason" in line]


def host_ehr(name: str, *clients: dict[str, Any]) -> HostEhr:
    return HostEhr.model_validate(
        {"name": name, "fhir_base": f"https://{name}.example/fhir", "cds_clients": clients}
    )


@pytest.fixture
def tenants(wiring: Wiring, key: ECKey) -> Any:
    """Two host EHRs behind one issuer, told apart by tenant."""
    keys = {"keys": [key.as_dict(private=False)]}
    for tenant in ("north", "south"):
        client = {"iss": "https://cloud.example", "jwks": keys, "tenant": tenant}
        wiring.host_ehrs.add(host_ehr(f"cloud-{tenant}", client))
    yield
    for tenant in ("north", "south"):
        wiring.host_ehrs.remove(f"cloud-{tenant}")


@pytest.mark.usefixtures("tenants")
def test_one_issuer_of_several_host_ehrs_is_told_apart_by_its_tenant(ehr: CdsClient, wiring: Wiring):
    cloud = CdsClient(ehr.http, ehr.key, "https://cloud.example")

    caller = wiring.trust.verify(f"Bearer {cloud.token(tenant='south')}", ENDPOINT)

    assert caller.host_ehr.name == "cloud-south"
    for tenant in (None, "east", "SOUTH"):
        with pytest.raises(Refused):
            wiring.trust.verify(f"Bearer {cloud.token(tenant=tenant)}", ENDPOINT)


@pytest.fixture
def fetched(wiring: Wiring, key: ECKey, httpserver: HTTPServer, ehr: CdsClient) -> Iterator[CdsClient]:
    """A client of one tenant whose keys are at a registered address."""
    httpserver.expect_request("/jwks.json").respond_with_json({"keys": [key.as_dict(private=False)]})
    client = {"iss": "https://fetched.example", "jku": httpserver.url_for("/jwks.json"), "tenant": "t-1"}
    wiring.host_ehrs.add(host_ehr("fetched", client))
    yield CdsClient(ehr.http, key, "https://fetched.example")
    wiring.host_ehrs.remove("fetched")


def test_keys_come_from_the_registered_address_whether_or_not_the_token_names_it(
    fetched: CdsClient, httpserver: HTTPServer
):
    for header in ({}, {"jku": httpserver.url_for("/jwks.json")}):
        assert (
            fetched.post(view(prefetch()), token=fetched.token(header=header, tenant="t-1")).status_code
            == 200
        )


def test_a_token_that_names_any_other_address_for_its_keys_is_refused_and_nothing_is_fetched(
    fetched: CdsClient, httpserver: HTTPServer, log: Log
):
    for path in ("/evil.json", "/jwks.json?x", "/jwks.json/"):
        token = fetched.token(header={"jku": httpserver.url_for(path)}, tenant="t-1")
        assert fetched.post(view(prefetch()), token=token).status_code == 401

    assert set(reasons(log)) == {"jku-is-not-the-registered-one"}
    assert httpserver.log == []


def test_a_pinned_key_is_used_and_the_address_a_token_names_is_not(ehr: CdsClient, httpserver: HTTPServer):
    token = ehr.token(header={"jku": httpserver.url_for("/sandbox.json")})

    assert ehr.post(view(prefetch()), token=token).status_code == 200
    assert httpserver.log == []


def test_a_client_of_one_tenant_must_name_it(fetched: CdsClient, log: Log):
    for tenant in (None, "t-2"):
        assert fetched.post(view(prefetch()), token=fetched.token(tenant=tenant)).status_code == 401

    assert set(reasons(log)) == {"tenant-not-registered"}


def test_an_issuer_registered_twice_without_tenants_is_refused_rather_than_guessed(
    ehr: CdsClient, wiring: Wiring, key: ECKey, log: Log
):
    client = {"iss": "https://twice.example", "jwks": {"keys": [key.as_dict(private=False)]}}
    wiring.host_ehrs.add(host_ehr("twice-a", client))
    wiring.host_ehrs.add(host_ehr("twice-b", client))
    try:
        token = CdsClient(ehr.http, ehr.key, "https://twice.example").token()
        with pytest.raises(Refused):
            wiring.trust.verify(f"Bearer {token}", ENDPOINT)
    finally:
        wiring.host_ehrs.remove("twice-a")
        wiring.host_ehrs.remove("twice-b")
    assert reasons(log) == ["issuer-registered-more-than-once-without-tenant"]


def test_the_key_of_one_issuer_does_not_sign_for_another(ehr: CdsClient, wiring: Wiring):
    mine = RSAKey.generate_key(2048, {"kid": "key-1"})
    client = {"iss": "https://rsa.example", "jwks": {"keys": [mine.as_dict(private=False)]}}
    wiring.host_ehrs.add(host_ehr("rsa", client))
    try:
        good = CdsClient(ehr.http, mine, "https://rsa.example")
        assert good.post(view(prefetch())).status_code == 200
        assert good.post(view(prefetch()), token=good.token(iss=ehr.iss)).status_code == 401
        assert ehr.post(view(prefetch()), token=ehr.token(iss=good.iss)).status_code == 401
    finally:
        wiring.host_ehrs.remove("rsa")
