"""The token endpoint of a host EHR: Authlib's OAuth 2.0 client over our HTTP client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign

from cds_service.outside.keys import Algorithm, SigningKeys
from cds_service.outside.registry import SmartClient

_ASSERTION_SECONDS = 240  # SMART App Launch 2.2, client assertions: at most five minutes


class SmartProblem(Exception):
    """The launch cannot go on; the message is a sentence for the page and holds no code, token or patient."""


class NotAcceptable(SmartProblem):
    """The EHR answered something that must not be used: another origin, no token, a wrong id_token."""


class Unreachable(SmartProblem):
    """The EHR's authorization server did not answer, or answered with a fault of its own."""


class Declined(SmartProblem):
    """The token endpoint said no. `error` is its code (RFC 6749, 5.2), e.g. `invalid_grant`."""

    def __init__(self, message: str, error: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True)
class Tokens:
    """A token response (SMART App Launch 2.2, "Launch context"); `expires_at` in seconds since 1970.

    `context` is the whole response (patient, encounter, need_patient_banner...), not yet checked.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    id_token: str | None = field(repr=False)
    expires_at: int | None
    scope: str | None
    context: Mapping[str, Any] = field(repr=False)


class TokenEndpoint:
    """One token endpoint, asked as one registered client. Every method raises SmartProblem when it fails."""

    def __init__(self, http: httpx.Client, url: str, client: SmartClient, keys: SigningKeys, alg: Algorithm):
        self._url = url
        secret = client.secret.get_secret_value() if client.auth == "secret" and client.secret else None
        method = {"public": "none", "secret": "client_secret_basic"}.get(client.auth, client.auth)
        self._client = _Client(
            http,
            client.client_id,
            secret,
            token_endpoint_auth_method=method,
            revocation_endpoint_auth_method=method,
        )
        self._client.register_client_auth_method(_ShortAssertion(keys, alg, url))

    def exchange(self, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """The tokens for an authorization code, with its PKCE verifier."""
        parameters = {"code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
        return self._ask(self._client.fetch_token, grant_type="authorization_code", **parameters)

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens; when no new refresh token comes with them, the old one stays valid (RFC 6749, 6)."""
        return self._ask(self._client.refresh_token, refresh_token=refresh_token)

    def revoke(self, url: str, token: str, kind: str) -> None:
        """Give a token back (RFC 7009); `kind` is `access_token` or `refresh_token`."""
        try:
            response = self._client.revoke_token(url, token=token, token_type_hint=kind)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"The revocation endpoint did not answer ({type(error).__name__}).") from None
        if response.status_code != httpx.codes.OK:
            raise NotAcceptable(f"The revocation endpoint answered HTTP {response.status_code}.")

    def _ask(self, how: Any, **parameters: str) -> Tokens:
        try:
            answer = how(self._url, **parameters)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"The token endpoint did not answer ({type(error).__name__}).") from None
        return Tokens(
            answer["access_token"],
            refresh_token=_text(answer.get("refresh_token")),
            id_token=_text(answer.get("id_token")),
            expires_at=answer.get("expires_at"),
            scope=_text(answer.get("scope")),
            context=dict(answer),
        )


class _HttpxAuth(ClientAuth, httpx.Auth):  # type: ignore[misc]  # Authlib publishes no types
    """Authlib's client authentication, in the form in which httpx calls it."""

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Any:
        url, headers, body = self.prepare(request.method, str(request.url), request.headers, request.content)
        headers["Content-Length"] = str(len(body))
        yield httpx.Request(request.method, url, headers=headers, content=body, extensions=request.extensions)


class _Client(OAuth2Client):  # type: ignore[misc]
    """Authlib's client with a stricter reading of token responses."""

    client_auth_class = _HttpxAuth

    def parse_response_token(self, response: httpx.Response) -> Any:
        status, answer = response.status_code, json_object(response)
        if status >= 500 or status == 429:
            raise Unreachable(f"The token endpoint answered with an error (HTTP {status}).")
        if answer is None:
            raise NotAcceptable(f"The token endpoint did not answer a JSON object (HTTP {status}).")
        if "error" in answer or status != 200:
            code = _error_code(answer.get("error"))
            raise Declined(f"The authorization server refused to give a token (error: {code}).", code)
        if not _text(answer.get("access_token")):
            raise NotAcceptable("The token endpoint answered without an access_token.")
        if str(answer.get("token_type", "")).lower() != "bearer":
            raise NotAcceptable("The token endpoint answered a token that is not a Bearer token.")
        self.token = _with_expiry(answer)
        return self.token


class _ShortAssertion(PrivateKeyJWT):  # type: ignore[misc]
    """private_key_jwt as SMART wants it: RS384 or ES384, `kid`, minutes to live (Authlib: an hour).

    Its audience is the token endpoint wherever it is sent (Authlib: the address it is sent to).
    """

    def __init__(self, keys: SigningKeys, alg: Algorithm, audience: str) -> None:
        super().__init__(audience, alg=alg)
        self._keys = keys

    def sign(self, auth: ClientAuth, token_endpoint: str) -> str:
        key = self._keys.current(self.alg)
        about = {"header": {"typ": "JWT", "kid": key.kid}, "expires_in": _ASSERTION_SECONDS}
        return str(private_key_jwt_sign(key, auth.client_id, token_endpoint, alg=self.alg, **about))


def json_object(response: httpx.Response) -> dict[str, Any] | None:
    """The body, when it is a JSON object; orjson refuses what nests too deeply."""
    try:
        found = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _error_code(value: object) -> str:
    return value[:64] if isinstance(value, str) and value.isascii() and value.isprintable() else "none given"


def _with_expiry(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with a numeric `expires_in`, or none; some servers write it as text."""
    lifetime = answer.pop("expires_in", None)
    answer.pop("expires_at", None)  # not in the standard; Authlib would believe it
    if isinstance(lifetime, str) and lifetime.isdecimal() and lifetime.isascii():
        lifetime = int(lifetime[:9])
    if isinstance(lifetime, int | float) and 0 < lifetime < 10**9:
        answer["expires_in"] = int(lifetime)
    return answer
