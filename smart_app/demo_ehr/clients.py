"""The apps registered at this EHR, as an administrator would have entered them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import compare_digest
from typing import Any, Literal

import httpx
from joserfc.jwk import KeySet

from smart_app.demo_ehr import scopes

METHODS = {"public": "none", "secret": "client_secret_basic", "private_key_jwt": "private_key_jwt"}
KEYS_TIMEOUT = 3.0  # seconds to fetch an app's JWKS


@dataclass(frozen=True)
class RegisteredApp:
    """One app, with the methods Authlib asks for. With private_key_jwt it has `jwks_uri` or `jwks`."""

    client_id: str
    name: str
    launch_url: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    auth: Literal["public", "secret", "private_key_jwt"] = "public"
    secret: str | None = field(default=None, repr=False)
    jwks_uri: str | None = None
    jwks: Mapping[str, Any] | None = None

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None  # SMART: always sent, always compared

    def get_allowed_scope(self, asked: str | None) -> str:
        return scopes.grant(asked or "", self.scopes)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, secret: str) -> bool:
        return self.secret is not None and compare_digest(self.secret.encode(), secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002
        return method == METHODS[self.auth]

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")

    def public_keys(self) -> KeySet:
        """The app's keys now, fetched from where it publishes them. Raises httpx.HTTPError, ValueError."""
        if self.jwks is not None:
            return KeySet.import_key_set({"keys": list(self.jwks["keys"])})
        if self.jwks_uri is None:
            raise ValueError(f"{self.client_id} is registered with neither jwks nor jwks_uri")
        answer = httpx.get(self.jwks_uri, timeout=KEYS_TIMEOUT, follow_redirects=False, trust_env=False)
        return KeySet.import_key_set(answer.raise_for_status().json())
