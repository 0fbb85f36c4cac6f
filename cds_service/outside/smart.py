"""SMART App Launch 2.2 at a host EHR's authorization server: discovery, authorization URL, tokens, identity.

Every address comes from the EHR's own discovery document, so each is held against the register before use:
only the origin of the FHIR base, and those its host EHR file lists under `smart.origins`, are ever called or
redirected to. No redirect is followed and nothing is retried: an authorization code works once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import httpx
import structlog
from authlib.oauth2.client import OAuth2Client

from cds_service.outside import clock
from cds_service.outside.bounded import BoundedClient
from cds_service.outside.discovery import Endpoints, from_capability_statement, from_smart_configuration
from cds_service.outside.identity import Identity, UnknownKey, identify, issuer_named_by
from cds_service.outside.keys import Algorithm, SigningKeys
from cds_service.outside.origins import BadAddress, checked_origin_of
from cds_service.outside.registry import HostEhr, SmartClient
from cds_service.outside.token_endpoint import (
    NotAcceptable,
    SmartProblem,
    TokenEndpoint,
    Unreachable,
    json_object,
)

ANSWER_SECONDS = 8.0  # a clinician waits for it
_STYLE_SECONDS = 1.5
_LARGEST_STYLE = 64 * 1024  # bytes
_REMEMBERED_SECONDS = 600.0
_ASK_AGAIN_SECONDS = 60.0  # a token signed with an unknown key: how old the known keys must be
_JSON = {"Accept": "application/json"}
_FHIR = {"Accept": "application/fhir+json"}
_log = structlog.get_logger()


class SmartAuthorization:
    """This app as a client of every registered host EHR. One per process; safe for threads."""

    def __init__(self, keys: SigningKeys) -> None:
        self._keys = keys
        self._http = BoundedClient(most_seconds=ANSWER_SECONDS)
        self._quick = BoundedClient(most_bytes=_LARGEST_STYLE, most_seconds=_STYLE_SECONDS)
        self._documents: dict[tuple[str, str], tuple[float, dict[str, Any] | None]] = {}
        self._lock = threading.Lock()

    def discover(self, ehr: HostEhr) -> Endpoints:
        """The EHR's endpoints; raises Unreachable, or NotAcceptable when one is on an unregistered origin."""
        configuration = self._document(ehr, f"{ehr.fhir_base}/.well-known/smart-configuration", _JSON)
        found = from_smart_configuration(configuration)
        if found is None:  # SMART 1.0
            found = from_capability_statement(self._document(ehr, f"{ehr.fhir_base}/metadata", _FHIR))
        if found is None:
            raise NotAcceptable(
                f"{ehr.name} names no authorization server, neither in .well-known/smart-configuration "
                "nor in its CapabilityStatement."
            )
        for address in found.addresses:
            _registered(ehr, address)
        return found

    def authorization_url(
        self,
        ehr: HostEhr,
        endpoints: Endpoints,
        *,
        state: str,
        nonce: str,
        verifier: str,
        redirect_uri: str,
        scope: str,
        launch: str | None,
    ) -> str:
        """Where to send the browser. PKCE S256 is always used, advertised or not; `aud` is the FHIR base."""
        client = OAuth2Client(None, _client_of(ehr).client_id, code_challenge_method="S256")
        url, _ = client.create_authorization_url(
            _registered(ehr, endpoints.authorize),
            state=state,
            code_verifier=verifier,
            redirect_uri=redirect_uri,
            scope=scope,
            nonce=nonce,
            aud=ehr.fhir_base,
            launch=launch,
        )
        return str(url)

    def token_endpoint(self, ehr: HostEhr, endpoints: Endpoints) -> TokenEndpoint:
        """The EHR's token endpoint, asked in the way in which this app is registered there."""
        offered = endpoints.assertion_algorithms
        alg: Algorithm = "ES384" if "ES384" in offered and "RS384" not in offered else "RS384"
        return TokenEndpoint(self._http, _registered(ehr, endpoints.token), _client_of(ehr), self._keys, alg)

    def style(self, ehr: HostEhr, address: object) -> dict[str, Any]:
        """The style document of a launch (`smart_style_url`), when its host is registered; else nothing.

        A launch never fails, and hardly waits, for its looks.
        """
        if not isinstance(address, str):
            return {}
        try:
            response = self._quick.get(_registered(ehr, address), headers=_JSON)
        except (httpx.HTTPError, httpx.InvalidURL, NotAcceptable) as problem:
            _log.info("style not read", host_ehr=ehr.name, error=type(problem).__name__)
            return {}
        return json_object(response) or {} if response.status_code == httpx.codes.OK else {}

    def give_back(self, ehr: HostEhr, endpoints: Endpoints, tokens: Iterable[tuple[str, str]]) -> bool:
        """Have tokens revoked, each as (token, its kind in RFC 7009).

        False when the EHR does not offer it, or did not do it: the tokens then end by themselves.
        """
        if endpoints.revocation is None:
            return False
        try:
            address = _registered(ehr, endpoints.revocation)
            endpoint = self.token_endpoint(ehr, endpoints)
            for token, kind in tokens:
                endpoint.revoke(address, token, kind)
        except SmartProblem as problem:
            _log.warning("tokens not revoked", host_ehr=ehr.name, error=type(problem).__name__)
            return False
        return True

    def identify(self, ehr: HostEhr, endpoints: Endpoints, id_token: str, nonce: str) -> Identity:
        """Who launched the app. Raises NotIdentified (of identity.py), Unreachable or NotAcceptable."""
        issuer, jwks = self._issuer_and_keys(ehr, endpoints, id_token)
        expected = {"issuer": issuer, "client_id": _client_of(ehr).client_id, "nonce": nonce}
        now = int(clock.now().timestamp())
        try:
            keys = self._keys_at(ehr, jwks, _REMEMBERED_SECONDS)
            return identify(id_token, keys, fhir_base=ehr.fhir_base, now=now, **expected)
        except UnknownKey:  # they may have been rotated since we read them
            keys = self._keys_at(ehr, jwks, _ASK_AGAIN_SECONDS)
            return identify(id_token, keys, fhir_base=ehr.fhir_base, now=now, **expected)

    def _issuer_and_keys(self, ehr: HostEhr, endpoints: Endpoints, id_token: str) -> tuple[str, str]:
        """Where the configuration names no keys (SMART 1.0), OpenID Connect Discovery at the issuer does."""
        if endpoints.issuer and endpoints.jwks:
            return endpoints.issuer, _registered(ehr, endpoints.jwks)
        issuer = endpoints.issuer or issuer_named_by(id_token) or ehr.fhir_base
        found = self._document(ehr, f"{issuer.rstrip('/')}/.well-known/openid-configuration", _JSON) or {}
        jwks = found.get("jwks_uri")
        if found.get("issuer") != issuer or not isinstance(jwks, str):
            raise NotAcceptable(f"{ehr.name} does not publish the keys that sign its id_tokens.")
        return issuer, _registered(ehr, jwks)

    def _keys_at(self, ehr: HostEhr, address: str, newer_than: float) -> list[dict[str, Any]]:
        keys = (self._document(ehr, address, _JSON, newer_than) or {}).get("keys")
        return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []

    def _document(
        self, ehr: HostEhr, address: str, headers: Mapping[str, str], newer_than: float = _REMEMBERED_SECONDS
    ) -> dict[str, Any] | None:
        """A JSON object the EHR publishes, remembered for a while; None when there is no such document."""
        key = (ehr.name, _registered(ehr, address))
        with self._lock:
            read_at, document = self._documents.get(key, (0.0, None))
        if document is None or clock.now().timestamp() - read_at >= newer_than:
            document = self._fetch(ehr, address, headers)
            with self._lock:
                self._documents[key] = (clock.now().timestamp(), document)
        return document

    def _fetch(self, ehr: HostEhr, address: str, headers: Mapping[str, str]) -> dict[str, Any] | None:
        try:
            response = self._http.get(address, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"{ehr.name} did not answer ({type(error).__name__}).") from None
        if response.status_code >= 500 or response.status_code == 429:
            raise Unreachable(f"{ehr.name} answered with an error (HTTP {response.status_code}).")
        return json_object(response) if response.status_code == 200 else None


def _registered(ehr: HostEhr, address: str) -> str:
    """The address, when its origin is registered for this host EHR; else NotAcceptable."""
    allowed = {ehr.origin, *(ehr.smart.origins if ehr.smart else ())}
    try:
        home = checked_origin_of(address)
    except BadAddress:
        raise NotAcceptable(f"{ehr.name} names an address for SMART that no app may use.") from None
    if home not in allowed:
        raise NotAcceptable(
            f"{ehr.name} names an address on {home}, which is not registered for it; "
            "if it is right, add it to `smart.origins` in the host EHR file."
        )
    return address


def _client_of(ehr: HostEhr) -> SmartClient:
    if ehr.smart is None:
        raise NotAcceptable(f"{ehr.name} is registered without a SMART client; add `smart:` to its file.")
    return ehr.smart
