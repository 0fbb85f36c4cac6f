"""What a host EHR says about its authorization server, read without trusting its shape.

Two forms: `.well-known/smart-configuration` (SMART App Launch 2.2, "Conformance") and, for servers of SMART
1.0, the `oauth-uris` extension of the CapabilityStatement. Who may be called is decided in smart.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


@dataclass(frozen=True)
class Endpoints:
    """An authorization server. `v1_only`: it understands scopes in the spelling of SMART 1.0 only."""

    authorize: str
    token: str
    issuer: str | None = None
    jwks: str | None = None
    v1_only: bool = False
    names_itself: bool = False  # sends `iss` with every callback (RFC 9207)
    assertion_algorithms: tuple[str, ...] = ()
    revocation: str | None = None  # where tokens are given back (RFC 7009)
    takes_posts: bool = False  # the authorization request may be a form (SMART App Launch 2.2)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses without which there is no launch."""
        return tuple(each for each in (self.authorize, self.token, self.jwks) if each)

    @classmethod
    def kept(cls, values: dict[str, Any]) -> Endpoints:
        """The endpoints again, from their `asdict` that was kept as JSON."""
        return cls(**values | {"assertion_algorithms": tuple(values["assertion_algorithms"])})


def from_smart_configuration(document: Mapping[str, Any] | None) -> Endpoints | None:
    """The endpoints of a SMART configuration; None when it does not name both that are needed."""
    if document is None:
        return None
    authorize = _text(document, "authorization_endpoint")
    token = _text(document, "token_endpoint")
    if authorize is None or token is None:
        return None
    capabilities = _texts(document, "capabilities")
    return Endpoints(
        authorize=authorize,
        token=token,
        issuer=_text(document, "issuer"),
        jwks=_text(document, "jwks_uri"),
        v1_only="permission-v1" in capabilities and "permission-v2" not in capabilities,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        assertion_algorithms=_texts(document, "token_endpoint_auth_signing_alg_values_supported"),
        revocation=_text(document, "revocation_endpoint"),
        takes_posts="authorize-post" in capabilities,
    )


def from_capability_statement(document: Mapping[str, Any] | None) -> Endpoints | None:
    """The endpoints in `rest.security.extension[oauth-uris]`; None when they are not there."""
    for rest in _objects(document or {}, "rest"):
        security = rest.get("security")
        for extension in _objects(security if isinstance(security, dict) else {}, "extension"):
            if extension.get("url") == _OAUTH_URIS:
                uris = {part.get("url"): _text(part, "valueUri") for part in _objects(extension, "extension")}
                authorize, token = uris.get("authorize"), uris.get("token")
                if authorize is not None and token is not None:
                    return Endpoints(authorize, token, v1_only=True)
    return None


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) and value else None


def _texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = values.get(name)
    return tuple(text for text in found if isinstance(text, str)) if isinstance(found, list) else ()


def _objects(values: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    found = values.get(name)
    yield from (item for item in found if isinstance(item, dict)) if isinstance(found, list) else ()
