"""Staff signed in by the organisation's OpenID Connect provider: authorization code flow with PKCE.

Clauses: OpenID Connect Core 1.0, 3.1 (code flow) and 3.1.3.7 (id_token); Discovery 1.0, 4.3 (the document
names exactly the issuer it was asked of); RFC 9700 (PKCE S256, exact redirect URI, one issuer). Only the
issuer's origin, and those the settings list besides, are ever called or redirected to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.client import OAuth2Client

from cds_service.outside import clock
from cds_service.outside.bounded import BoundedClient
from cds_service.outside.host_ehr import SmartClient
from cds_service.outside.identity import UnknownKey, verified_claims
from cds_service.outside.keys import Algorithm, SigningKeys
from cds_service.outside.origins import origin
from cds_service.outside.published import REMEMBERED_SECONDS, Published
from cds_service.outside.settings import Settings
from cds_service.outside.token_endpoint import NotAcceptable, TokenEndpoint
from cds_service.roles import Role

_ANSWER_SECONDS = 8.0  # a person waits for it
_ASK_AGAIN_SECONDS = 60.0  # a token signed with an unknown key: how old the known keys must be
_NAMES = ("preferred_username", "email", "name")


@dataclass(frozen=True)
class Provided:
    """Whom the provider signed in, and the roles its claim gives; none at all is an answer, too."""

    subject: str
    shown_as: str
    roles: frozenset[Role]


class StaffProvider:
    """This app as a client of the provider in the settings. One per process; safe for threads."""

    def __init__(self, settings: Settings, keys: SigningKeys) -> None:
        if settings.staff_oidc_issuer is None or settings.staff_oidc_client_id is None:
            raise ValueError("the settings name no provider")
        self.issuer = settings.staff_oidc_issuer
        self._settings = settings
        self._keys = keys
        self._http = BoundedClient(most_seconds=_ANSWER_SECONDS)
        origins = {origin(self.issuer), *settings.staff_oidc_origins}
        self._published = Published("The identity provider", origins, self._http)
        secret = settings.staff_oidc_client_secret
        self._client = SmartClient(
            client_id=settings.staff_oidc_client_id,
            auth="secret" if secret else "private_key_jwt",
            secret=secret,
            scopes=tuple(settings.staff_oidc_scope.split()),
        )

    def address(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser. Raises SmartProblem (token_endpoint.py) when there is nowhere."""
        client = OAuth2Client(None, self._client.client_id, code_challenge_method="S256")
        url, _ = client.create_authorization_url(
            self._published.listed(self._configuration().get("authorization_endpoint")),
            redirect_uri=redirect_uri,
            scope=" ".join(self._client.scopes),
            state=state,
            nonce=nonce,
            code_verifier=verifier,
        )
        return str(url)

    def came_from(self, sender: str | None) -> bool:
        """RFC 9207: whether an answer names this issuer, or none where none is promised."""
        promised = self._configuration().get("authorization_response_iss_parameter_supported") is True
        return sender == self.issuer if sender is not None else not promised

    def signed_in(self, *, code: str, redirect_uri: str, nonce: str, verifier: str) -> Provided:
        """Whom a code stands for. Raises SmartProblem, or NotIdentified (of identity.py)."""
        configuration = self._configuration()
        url = self._published.listed(configuration.get("token_endpoint"))
        offered = configuration.get("token_endpoint_auth_signing_alg_values_supported") or ()
        alg: Algorithm = "ES384" if "ES384" in offered and "RS384" not in offered else "RS384"
        endpoint = TokenEndpoint(self._http, url, self._client, self._keys, alg)
        tokens = endpoint.exchange(code=code, verifier=verifier, redirect_uri=redirect_uri)
        if tokens.id_token is None:
            raise NotAcceptable("The identity provider did not say who signed in (no id_token).")
        claims = self._verified(tokens.id_token, nonce)
        subject = str(claims["sub"])
        named = next((claims[name] for name in _NAMES if isinstance(claims.get(name), str)), subject)
        claimed = set(_texts(claims, self._settings.staff_oidc_role_claim))
        roles = frozenset(role for role, value in self._settings.staff_oidc_roles if value in claimed)
        return Provided(subject, named or subject, roles)

    def _verified(self, id_token: str, nonce: str) -> dict[str, Any]:
        expected = {"issuer": self.issuer, "client_id": self._client.client_id, "nonce": nonce}
        now = int(clock.now().timestamp())
        try:
            return verified_claims(id_token, self._public_keys(REMEMBERED_SECONDS), now=now, **expected)
        except UnknownKey:  # they may have been rotated since we read them
            return verified_claims(id_token, self._public_keys(_ASK_AGAIN_SECONDS), now=now, **expected)

    def _public_keys(self, newer_than: float) -> list[dict[str, Any]]:
        address = self._published.listed(self._configuration().get("jwks_uri"))
        keys = self._published.document(address, newer_than=newer_than).get("keys")
        return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []

    def _configuration(self) -> dict[str, Any]:
        found = self._published.document(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise NotAcceptable(
                "The identity provider's configuration names another issuer than the settings do."
            )
        return found


def _texts(claims: Mapping[str, Any], name: str) -> Iterator[str]:
    """The texts of a claim, one or a list; a name with dots that is no claim itself leads inside."""
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    yield from (each for each in (found if isinstance(found, list) else [found]) if isinstance(each, str))
