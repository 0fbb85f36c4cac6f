"""SMART App Launch on Authlib: the rules that are this EHR's own, hung on Authlib's authorization code grant.

An app must send `aud`, PKCE S256 and a `launch` this EHR made (or ask for launch/patient: the user picks).
"""

# ruff: noqa: ARG002  (the signatures are Authlib's)

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from smart_app.demo_ehr.clients import RegisteredApp
from smart_app.demo_ehr.grants import CODE_LASTS, TOKEN_LASTS, Code, Context, Grants, Token
from smart_app.demo_ehr.keys import EhrKeys
from smart_app.demo_ehr.store import CLINICIAN_NAME, CLINICIAN_REFERENCE

METHODS = ["none", "client_secret_basic", "private_key_jwt"]
ASSERTION_ALGORITHMS = ["RS384", "ES384"]  # SMART App Launch 2.2, asymmetric client authentication
ASSERTION_LIVES_AT_MOST = 300 + 60  # seconds; five minutes and the skew


@dataclass(frozen=True)
class Authority:
    """What the grants below need to know about the EHR they belong to."""

    origin: str
    apps: Mapping[str, RegisteredApp]
    grants: Grants
    keys: EhrKeys
    patients: Container[str]  # ids a user may pick
    now: Callable[[], datetime]

    @property
    def fhir_base(self) -> str:
        return f"{self.origin}/fhir"


def authorization_server(app: Flask, authority: Authority) -> AuthorizationServer:
    """Authlib's server with SMART's rules. Refresh tokens come only with online_access or offline_access."""
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": int(TOKEN_LASTS.total_seconds())}
    app.config["OAUTH2_TOKEN_EXPIRES_IN"]["refresh_token"] = int(TOKEN_LASTS.total_seconds())
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
    server = _Server(app, authority.apps.get, _keeper(authority))
    server.register_client_auth_method("private_key_jwt", _Assertion(authority))
    server.register_grant(
        _bound(_CodeGrant, authority), [_Pkce(required=True), _Launch(authority), _IdToken(authority)]
    )
    server.register_grant(_bound(_RefreshGrant, authority), [_Launch(authority)])
    server.register_endpoint(_bound(_Revocation, authority))
    server.register_extension(_Issuer(authority))
    return server


def sayable(text: str) -> str:
    """The text in the characters an error_description may have. (RFC 6749, section 5.2)"""
    return "".join(one if " " <= one <= "~" and one not in '"\\' else " " for one in text)


def _bound(kind: type[Any], authority: Authority) -> type[Any]:
    """Authlib makes its grants itself, from a class: this class knows whose it is."""
    return type(kind.__name__, (kind,), {"authority": authority})


class _Server(AuthorizationServer):  # type: ignore[misc]
    def generate_token(self, *args: Any, scope: str = "", **kwargs: Any) -> Any:
        lasting = bool({"offline_access", "online_access"} & set((scope or "").split()))
        kwargs["include_refresh_token"] = lasting and kwargs.get("include_refresh_token", True)
        return super().generate_token(*args, scope=scope, **kwargs)


def _keeper(authority: Authority) -> Callable[[dict[str, Any], Any], None]:
    def keep(token: dict[str, Any], request: Any) -> None:
        origin: Code | Token = request.authorization_code or request.refresh_token
        authority.grants.keep_token(
            Token(
                token["access_token"],
                request.client.client_id,
                token["scope"],
                origin.context,
                authority.now() + TOKEN_LASTS,
                token.get("refresh_token"),
            )
        )

    return keep


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    authority: Authority

    def save_authorization_code(self, code: str, request: Any) -> None:
        asked = request.payload.data
        self.authority.grants.keep_code(
            Code(
                code,
                request.client.client_id,
                request.payload.redirect_uri,
                request.scope,
                request.user,
                self.authority.now() + CODE_LASTS,
                asked.get("nonce"),
                asked.get("code_challenge"),
                asked.get("code_challenge_method"),
            )
        )

    def query_authorization_code(self, code: str, client: RegisteredApp) -> Code | None:
        return self.authority.grants.take_code(code, client.client_id)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """It burned when it was taken."""

    def authenticate_user(self, authorization_code: Code) -> Context:
        return authorization_code.context


class _RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True
    authority: Authority

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        return self.authority.grants.take_refresh(refresh_token)

    def authenticate_user(self, refresh_token: Token) -> Context:
        return refresh_token.context

    def revoke_old_credential(self, refresh_token: Token) -> None:
        self.authority.grants.revoke(refresh_token)


class _Pkce(CodeChallenge):  # type: ignore[misc]
    """PKCE by S256 for every client, also those with a key or a secret."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError(
                "PKCE is required here: send code_challenge with code_challenge_method=S256."
            )
        super().validate_code_challenge(grant, redirect_uri)


class _Launch:
    """`aud` at the start, launch context in the token response. (SMART App Launch 2.2)"""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority

    def __call__(self, grant: Any) -> None:
        grant.register_hook("after_validate_authorization_request_payload", self.check)
        grant.register_hook("after_create_token_response", self.tell)

    def check(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if (asked.get("aud") or "").rstrip("/") != self.authority.fhir_base:
            raise InvalidRequestError(f"aud must be this EHR's FHIR base, {self.authority.fhir_base}.")
        if not asked.get("state"):
            raise InvalidRequestError("state is required.")

    def tell(self, grant: Any, response: tuple[int, dict[str, Any], Any]) -> None:
        context: Context = grant.request.user
        told = {
            "patient": context.patient,
            "encounter": context.encounter,
            "appContext": context.app_context,
        }
        response[1].update({key: value for key, value in told.items() if value is not None})
        response[1]["need_patient_banner"] = context.banner


class _IdToken(OpenIDCode):  # type: ignore[misc]
    def __init__(self, authority: Authority) -> None:
        super().__init__(require_nonce=True)
        self.authority = authority

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False  # a nonce protects the app, which compares it; this EHR only repeats it

    def resolve_client_private_key(self, client: RegisteredApp) -> Any:
        return self.authority.keys.identity

    def get_client_algorithm(self, client: RegisteredApp) -> str:
        return "RS256"

    def get_encode_header(self, client: RegisteredApp) -> dict[str, str]:
        return {"alg": "RS256", "typ": "JWT", "kid": str(self.authority.keys.identity.kid)}

    def get_client_claims(self, client: RegisteredApp) -> dict[str, Any]:
        now = int(self.authority.now().timestamp())
        return {
            "iss": self.authority.origin,
            "aud": client.client_id,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
        }

    def generate_user_info(self, user: Context, scope: str) -> UserInfo:
        told = {"sub": CLINICIAN_REFERENCE.partition("/")[2]}
        if "fhirUser" in scope.split():
            address = f"{self.authority.fhir_base}/{user.user}"
            told |= {"fhirUser": address, "profile": address, "name": CLINICIAN_NAME}
        return UserInfo(**told)


class _Assertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """private_key_jwt with the algorithms SMART names and a life of five minutes at most."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, authority: Authority) -> None:
        super().__init__()
        self.authority = authority

    def get_audiences(self) -> list[str]:
        return [f"{self.authority.origin}/oauth/token"]

    def resolve_client_public_key(self, client: RegisteredApp) -> KeySet:
        try:
            return client.public_keys()
        except (httpx.HTTPError, ValueError, JoseError) as error:
            raise InvalidClientError(
                description=sayable(f"The app's JWKS could not be read: {error}")
            ) from None

    def process_assertion_claims(self, assertion: str, resolve_key: Any) -> Any:
        try:
            token = jwt.decode(assertion, resolve_key, algorithms=ASSERTION_ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise InvalidClientError(description=sayable(f"It does not verify: {error}")) from None
        self.verify_claims(token.claims)
        now = self.authority.now().timestamp()
        if token.claims["exp"] > now + ASSERTION_LIVES_AT_MOST:
            raise InvalidClientError(description="A client assertion may live five minutes at most.")
        return token.claims

    def validate_jti(self, claims: Mapping[str, Any], jti: str) -> bool:
        return self.authority.grants.first_time(f"{claims['sub']} {jti}")


class _Revocation(RevocationEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = METHODS
    authority: Authority

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        return self.authority.grants.find(token_string)

    def revoke_token(self, token: Token, request: Any) -> None:
        self.authority.grants.revoke(token)


class _Issuer(IssuerParameter):  # type: ignore[misc]
    """RFC 9207: the answer names who gave it, against mix-up."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority

    def get_issuer(self) -> str:
        return self.authority.origin
