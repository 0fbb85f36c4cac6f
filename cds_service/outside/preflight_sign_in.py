"""Preflight of SMART App Launch: the EHR's authorization server, held against the host EHR file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cds_service.outside.discovery import Endpoints, from_smart_configuration
from cds_service.outside.host_ehr import HostEhr, SmartClient, check_public_keys
from cds_service.outside.keys import ALGORITHMS
from cds_service.outside.origins import BadAddress, checked_origin_of
from cds_service.outside.probing import Step, Unusable, document_at, failed, ok, skipped
from cds_service.scopes import ResourceScope, resource_scope, to_request

_CONFIGURATION = "SMART configuration"
_ADDRESSES, _PKCE, _KEYS = "Sign-in addresses", "PKCE S256", "Keys that sign id_tokens"
_AUTHENTICATION, _SCOPES = "Client authentication", "Scopes"

# SMART App Launch 2.2, capabilities; OpenID Connect Discovery, token_endpoint_auth_methods_supported.
_AS_ADVERTISED = {
    "public": ("client-public", "none"),
    "secret": ("client-confidential-symmetric", "client_secret_basic"),
    "private_key_jwt": ("client-confidential-asymmetric", "private_key_jwt"),
}


def sign_in_steps(ehr: HostEhr, kinds: Iterable[str]) -> Iterator[Step]:
    """Discovery, addresses, PKCE, keys, client authentication and scopes. `kinds` are the types we read."""
    if ehr.smart is None:
        yield skipped(_CONFIGURATION, "no `smart:` in the host EHR file")
        return
    address = f"{ehr.fhir_base}/.well-known/smart-configuration"
    try:
        document = document_at(address)
        endpoints = from_smart_configuration(document)
        if endpoints is None:
            raise Unusable(
                "names no authorization_endpoint or no token_endpoint",
                "ask the EHR to turn on SMART App Launch for this FHIR base",
            )
    except Unusable as trouble:
        yield failed(_CONFIGURATION, trouble.found, trouble.mend)
        for title in (_ADDRESSES, _PKCE, _KEYS, _AUTHENTICATION, _SCOPES):
            yield skipped(title, "needs the SMART configuration")
        return
    yield ok(_CONFIGURATION, address)
    yield _sign_in_addresses(ehr, endpoints)
    yield _pkce(document)
    yield _signing_keys(ehr, ehr.smart, endpoints)
    yield _client_authentication(ehr.smart, document)
    yield _scopes(ehr, endpoints, document, tuple(kinds))


def _sign_in_addresses(ehr: HostEhr, endpoints: Endpoints) -> Step:
    named = (*endpoints.addresses, *filter(None, [endpoints.revocation]))
    try:
        origins = {checked_origin_of(each) for each in named}
    except BadAddress as trouble:
        return failed(_ADDRESSES, str(trouble), "ask the EHR to name https addresses")
    foreign = sorted(origins - _registered(ehr))
    if foreign:
        return failed(
            _ADDRESSES,
            f"on {', '.join(foreign)}, which is not registered",
            "if this is the EHR's own sign-in server, add it to `smart.origins` in the host EHR file",
        )
    return ok(_ADDRESSES, ", ".join(sorted(origins)))


def _pkce(document: Mapping[str, Any]) -> Step:
    methods = document.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" in methods:
        return ok(_PKCE, "advertised")
    return failed(
        _PKCE,
        "not among code_challenge_methods_supported",
        "ask the EHR to turn on PKCE with S256, which SMART App Launch 2 requires; it is sent in any case",
    )


def _signing_keys(ehr: HostEhr, smart: SmartClient, endpoints: Endpoints) -> Step:
    """The public keys of the issuer, from its `jwks_uri` or its OpenID Connect discovery document."""
    if "openid" not in smart.scopes:
        return skipped(_KEYS, "the host EHR file does not ask for `openid`")
    try:
        address = endpoints.jwks or _openid_keys(ehr, endpoints)
        if _home(address) not in _registered(ehr):
            return skipped(_KEYS, f"{address} is not on a registered origin, so it was not contacted")
        document = document_at(address)
        check_public_keys(document)
    except Unusable as trouble:
        return failed(_KEYS, trouble.found, trouble.mend)
    except ValueError as trouble:
        return failed(_KEYS, str(trouble), "ask the EHR for the public keys that sign its id_tokens")
    return ok(_KEYS, f"{len(document['keys'])} at {address}")


def _openid_keys(ehr: HostEhr, endpoints: Endpoints) -> str:
    issuer = (endpoints.issuer or ehr.fhir_base).rstrip("/")
    address = f"{issuer}/.well-known/openid-configuration"
    if _home(address) not in _registered(ehr):
        return address
    found = document_at(address).get("jwks_uri")
    if not isinstance(found, str):
        raise Unusable("no jwks_uri is named anywhere", "ask the EHR where the keys of its issuer are")
    return found


def _client_authentication(smart: SmartClient, document: Mapping[str, Any]) -> Step:
    capability, method = _AS_ADVERTISED[smart.auth]
    offered = _texts(document.get("capabilities"), "client-")
    offered += _texts(document.get("token_endpoint_auth_methods_supported"))
    if not offered:
        return skipped(_AUTHENTICATION, "the EHR does not say how clients prove who they are")
    if capability not in offered and method not in offered:
        known = [auth for auth, words in _AS_ADVERTISED.items() if set(words) & set(offered)]
        mend = f"register with `auth: {known[0]}`" if known else "ask the EHR which `auth` it takes"
        return failed(_AUTHENTICATION, f"the EHR does not offer {smart.auth}", mend)
    algorithms = _texts(document.get("token_endpoint_auth_signing_alg_values_supported"))
    if smart.auth == "private_key_jwt" and algorithms and not set(algorithms) & set(ALGORITHMS):
        return failed(
            _AUTHENTICATION,
            f"the EHR takes assertions signed with {', '.join(algorithms)[:100]} only",
            "ask the EHR to accept RS384 or ES384, as SMART App Launch 2 requires",
        )
    return ok(_AUTHENTICATION, f"{smart.auth} is offered")


def _scopes(ehr: HostEhr, endpoints: Endpoints, document: Mapping[str, Any], kinds: tuple[str, ...]) -> Step:
    offered = _texts(document.get("scopes_supported"))
    if not offered:
        return skipped(_SCOPES, "the EHR does not list the scopes it supports")
    registered, v1_only = ehr.smart.scopes if ehr.smart else (), endpoints.v1_only
    asked = to_request(registered, ehr.behaves_as, kinds, standalone=False, v1_only=v1_only).split()
    resources = [scope for each in offered if (scope := resource_scope(each))]
    missing = [scope for scope in asked if scope not in offered and not _covered(scope, resources, kinds)]
    if missing:
        return failed(
            _SCOPES,
            f"the EHR does not list {', '.join(missing)[:500]}",
            "ask the EHR to permit them, or take them out of `smart.scopes`; what is not granted shows as "
            "'not permitted'",
        )
    return ok(_SCOPES, f"all {len(asked)} are listed")


def _covered(scope: str, offered: list[ResourceScope], kinds: tuple[str, ...]) -> bool:
    """Whether what a resource scope asks for is offered, in whichever spelling."""
    asked = resource_scope(scope)
    if asked is None:
        return False
    ours = [each for each in offered if each.context == asked.context and not each.query]
    return all(
        any(each.covers(kind, letter) for each in ours)
        for kind in (kinds if asked.kind == "*" else (asked.kind,))
        for letter in asked.letters
    )


def _registered(ehr: HostEhr) -> set[str]:
    return {ehr.origin, *(ehr.smart.origins if ehr.smart else ())}


def _home(address: str) -> str:
    try:
        return checked_origin_of(address)
    except BadAddress as trouble:
        raise Unusable(str(trouble), "ask the EHR to name https addresses") from None


def _texts(values: object, beginning: str = "") -> list[str]:
    found = values if isinstance(values, list) else []
    return [text for text in found if isinstance(text, str) and text.startswith(beginning)]
