"""The preflight of a host EHR: what must be right at the other side before a first launch or call works."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx
import orjson

from cds_service.outside.bounded import BoundedClient
from cds_service.outside.discovery import Endpoints, from_smart_configuration
from cds_service.outside.host_ehr import CdsClient, HostEhr, check_public_keys
from cds_service.outside.origins import BadAddress, checked_origin_of, is_loopback

_ANSWER_SECONDS = 10.0
_LARGEST_ANSWER = 20_000_000  # CapabilityStatements of several MB exist


class Outcome(StrEnum):
    """How a step ended."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"  # not asked for by the host EHR's file, or an earlier step failed


@dataclass(frozen=True)
class Step:
    """One thing that was looked at; a failed one says what was found and how to mend it."""

    title: str
    outcome: Outcome
    found: str
    mend: str = ""


class _Unusable(Exception):
    """An address that did not give what it should; (what was found, the mend)."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(found)
        self.found = found
        self.mend = mend


def preflight(ehr: HostEhr) -> Iterator[Step]:
    """Every step in the order in which a launch or a call would meet it."""
    yield _fhir_base(ehr)
    if ehr.smart is None:
        yield Step("SMART configuration", Outcome.SKIPPED, "no `smart:` in the host EHR file")
    else:
        yield from _smart(ehr)
    if not ehr.cds_clients:
        yield Step("CDS client keys", Outcome.SKIPPED, "no `cds_clients:` in the host EHR file")
    for client in ehr.cds_clients:
        yield _client_keys(client)


def _fhir_base(ehr: HostEhr) -> Step:
    title = "FHIR base"
    try:
        document = _fetched(f"{ehr.fhir_base}/metadata", "application/fhir+json")
    except _Unusable as trouble:
        return Step(title, Outcome.FAILED, trouble.found, f"{trouble.mend}; check `fhir_base`")
    version = document.get("fhirVersion")
    if document.get("resourceType") != "CapabilityStatement":
        return Step(
            title, Outcome.FAILED, "answers, but not as a FHIR server", "check the path in `fhir_base`"
        )
    if not str(version).startswith("4."):
        return Step(title, Outcome.FAILED, f"speaks FHIR {version}", "ask the EHR for its FHIR R4 base URL")
    return Step(title, Outcome.OK, f"{ehr.fhir_base} speaks FHIR {version}")


def _smart(ehr: HostEhr) -> Iterator[Step]:
    address = f"{ehr.fhir_base}/.well-known/smart-configuration"
    try:
        document = _fetched(address, "application/json")
        endpoints = from_smart_configuration(document)
        if endpoints is None:
            raise _Unusable(
                "names no authorization_endpoint or no token_endpoint",
                "ask the EHR to turn on SMART App Launch for this FHIR base",
            )
    except _Unusable as trouble:
        yield Step("SMART configuration", Outcome.FAILED, trouble.found, trouble.mend)
        for title in ("Sign-in addresses", "PKCE S256"):
            yield Step(title, Outcome.SKIPPED, "needs the SMART configuration")
        return
    yield Step("SMART configuration", Outcome.OK, address)
    yield _sign_in_addresses(ehr, endpoints)
    yield _pkce(document)


def _sign_in_addresses(ehr: HostEhr, endpoints: Endpoints) -> Step:
    title = "Sign-in addresses"
    registered = {ehr.origin, *(ehr.smart.origins if ehr.smart else ())}
    try:
        named = [
            checked_origin_of(each) for each in (endpoints.authorize, endpoints.token, endpoints.jwks) if each
        ]
    except BadAddress as trouble:
        return Step(title, Outcome.FAILED, str(trouble), "ask the EHR to name https addresses")
    foreign = sorted(set(named) - registered)
    if foreign:
        return Step(
            title,
            Outcome.FAILED,
            f"on {', '.join(foreign)}, which is not registered",
            "if this is the EHR's own sign-in server, add it to `smart.origins` in the host EHR file",
        )
    return Step(title, Outcome.OK, ", ".join(sorted(set(named))))


def _pkce(document: Mapping[str, Any]) -> Step:
    methods = document.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" in methods:
        return Step("PKCE S256", Outcome.OK, "advertised")
    return Step(
        "PKCE S256",
        Outcome.FAILED,
        "not among code_challenge_methods_supported",
        "ask the EHR to turn on PKCE with S256, which SMART App Launch 2 requires; it is sent in any case",
    )


def _client_keys(client: CdsClient) -> Step:
    title = f"Keys of {client.iss}"
    if client.jwks is not None:
        return Step(title, Outcome.OK, f"{len(client.jwks['keys'])} in the register")
    address = client.jku or ""
    try:
        document = _fetched(address, "application/json")
        check_public_keys(document)
    except _Unusable as trouble:
        return Step(title, Outcome.FAILED, f"{address}: {trouble.found}", f"{trouble.mend}; check `jku`")
    except ValueError as trouble:
        mend = "ask the EHR for the address of its public key set; check `jku`"
        return Step(title, Outcome.FAILED, f"{address}: {trouble}", mend)
    return Step(title, Outcome.OK, f"{len(document['keys'])} at {address}")


def _fetched(address: str, kind: str) -> dict[str, Any]:
    """The JSON object at an address; _Unusable says in the administrator's words what is wrong with it."""
    beyond = not is_loopback(address)  # a proxy from the environment is for other machines only
    http = BoundedClient(most_bytes=_LARGEST_ANSWER, most_seconds=_ANSWER_SECONDS, trust_env=beyond)
    try:
        with http as client:
            answer = client.get(address, headers={"Accept": kind})
    except httpx.TimeoutException:
        raise _Unusable("did not answer in time", "check the network and the firewall") from None
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        found = f"cannot be reached ({str(trouble) or type(trouble).__name__})"
        raise _Unusable(found, "check the host name, its certificate and the firewall") from None
    if answer.is_redirect:
        found = f"redirects to {answer.headers.get('location', 'nowhere')[:200]}"
        raise _Unusable(found, "register the final address; redirects are not followed")
    if answer.status_code != httpx.codes.OK:
        raise _Unusable(f"answers HTTP {answer.status_code}", "this address must be readable without a token")
    try:
        document = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        raise _Unusable("answers something that is not JSON", "check the path of the address") from None
    if not isinstance(document, dict):
        raise _Unusable("answers JSON that is not an object", "check the path of the address")
    return document
