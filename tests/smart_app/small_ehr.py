"""A host EHR's authorization server for tests: right by default, wrong in whatever way a test asks for.

It is deliberately not Authlib: what checks our client must not share its code. Every answer can be replaced.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from cds_service.outside.registry import HostEhr

SCOPES = ["launch", "openid", "fhirUser", "patient/*.rs"]
KEY = RSAKey.generate_key(2048, {"alg": "RS256", "use": "sig"}, auto_kid=True)
Answer = dict[str, Any]
Change = Callable[[Answer], Answer]


def unchanged(values: Answer) -> Answer:
    return values


@dataclass
class Asked:
    """One authorization request, as the EHR's browser page received it."""

    url: str
    parameters: dict[str, str]


@dataclass
class SmallEhr:
    """`change_*` alter what it says; `token_requests` holds the forms that reached the token endpoint."""

    server: HTTPServer
    name: str = "riverside"
    client_id: str = "throughline"
    key: RSAKey = field(default_factory=lambda: KEY)
    change_configuration: Change = unchanged
    change_keys: Change = unchanged
    change_tokens: Change = unchanged
    change_claims: Change = unchanged
    change_header: Change = unchanged
    token_status: int = 200
    scope: str = "launch openid fhirUser patient/*.rs"
    patient: str | None = "p1"
    token_requests: list[dict[str, str]] = field(default_factory=list)
    token_headers: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    issued: int = 0

    def __post_init__(self) -> None:
        for path, handler in {
            "/fhir/.well-known/smart-configuration": self._configuration,
            "/keys": self._keys,
            "/token": self._token,
        }.items():
            self.server.expect_request(path).respond_with_handler(handler)

    @property
    def origin(self) -> str:
        return self.server.url_for("").rstrip("/")

    @property
    def fhir_base(self) -> str:
        return f"{self.origin}/fhir"

    def registered(self, **smart: Any) -> HostEhr:
        """As the administrator registers it."""
        client = {"client_id": self.client_id, "auth": "public", "scopes": SCOPES} | smart
        return HostEhr.model_validate(
            {
                "name": self.name,
                "fhir_base": self.fhir_base,
                "smart": client,
                "frame_ancestors": [self.origin],
            }
        )

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [request.path for request, _ in self.server.log]

    def asked(self, url: str) -> Asked:
        """What a redirect to the authorization endpoint asks."""
        query = parse_qs(urlsplit(url).query, strict_parsing=True)
        return Asked(url, {name: values[0] for name, values in query.items()})

    def allow(self, url: str, **more: str) -> dict[str, str]:
        """The user agrees: the parameters with which the browser comes back."""
        asked = self.asked(url).parameters
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]} | more

    def _configuration(self, request: Request) -> Response:
        return _json(
            self.change_configuration(
                {
                    "issuer": self.origin,
                    "jwks_uri": f"{self.origin}/keys",
                    "authorization_endpoint": f"{self.origin}/authorize",
                    "token_endpoint": f"{self.origin}/token",
                    "capabilities": ["launch-ehr", "permission-v1", "permission-v2"],
                }
            )
        )

    def _keys(self, request: Request) -> Response:
        return _json(self.change_keys({"keys": [self.key.as_dict(private=False)]}))

    def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in request.form.items()}
        self.token_requests.append(form)
        self.token_headers.append(dict(request.headers))
        if form["grant_type"] == "refresh_token":
            nonce, problem = "", "" if form["refresh_token"] == f"refresh-{self.issued}" else "invalid_grant"
        else:
            asked = self.codes.pop(form["code"], {})
            nonce, problem = asked.get("nonce", ""), _wrong(form, asked)
        if problem:
            return _json({"error": problem}, 400)
        self.issued += 1
        answer: Answer = {
            "access_token": f"access-{self.issued}",
            "refresh_token": f"refresh-{self.issued}",
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": self.scope,
            "id_token": self.id_token(nonce),
        }
        if self.patient is not None:
            answer["patient"] = self.patient
        return _json(self.change_tokens(answer), self.token_status)

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.origin,
            "sub": "user-1",
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "fhirUser": f"{self.fhir_base}/Practitioner/7",
        }
        header = self.change_header({"alg": "RS256", "kid": self.key.kid})
        return jwt.encode(header, self.change_claims(claims), self.key, algorithms=[header["alg"]])


def _wrong(form: dict[str, str], asked: dict[str, str]) -> str:
    """The error code for a token request that does not fit its authorization request (RFC 7636, 4.6)."""
    verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
    fits = asked.get("code_challenge") == challenge and asked.get("redirect_uri") == form.get("redirect_uri")
    return "" if fits else "invalid_grant"


def _json(values: Any, status: int = 200) -> Response:
    return Response(json.dumps(values), status, content_type="application/json")
