"""A CDS client over HTTP for the conformance checks: signs as a registered client, and forges on purpose."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OctKey, RSAKey

from cds_service.conformance.subject import Answer, Json, NoAnswer
from cds_service.outside import clock
from cds_service.outside.origins import is_loopback

PATH = "/cds-services"
_SECONDS = 15.0
Key = ECKey | RSAKey


class BadKey(ValueError):
    """A key that cannot sign; the message says the mend."""


def read_key(raw: bytes, name: str) -> Key:
    """A private key as JWK; raises BadKey."""
    try:
        key = JWKRegistry.import_key(orjson.loads(raw))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadKey(f"{name}: is no JSON Web Key ({error}); give a private EC or RSA key") from None
    if not isinstance(key, ECKey | RSAKey) or not key.is_private:
        raise BadKey(f"{name}: cannot sign; give a private EC or RSA key as JWK")
    return key


class HttpCdsClient:
    """One base URL; `key` and `iss` are of a client registered there. A context manager."""

    def __init__(self, url: str, key: Key | None = None, iss: str = "", origin: str | None = None) -> None:
        self.base = url.rstrip("/").removesuffix(PATH)
        self.origin = origin
        self._key, self._iss = key, iss
        self._http = httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=not is_loopback(url))

    def __enter__(self) -> HttpCdsClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._http.close()

    @property
    def signs(self) -> bool:
        return self._key is not None

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        try:
            answer = self._http.request(method, self.base + path, content=body, headers=dict(headers))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAnswer(f"no answer from {self.base}{path}: {error or type(error).__name__}") from None
        return Answer(answer.status_code, dict(answer.headers), answer.content)

    def token(self, path: str, *, header: Json, forged: str, **claims: Any) -> str:
        if self._key is None:
            raise BadKey("there is no key to sign with")
        now = int(clock.now().timestamp())
        url = self.base + path
        said: Json = {"iss": self._iss, "aud": url, "iat": now, "exp": now + 300, "jti": str(uuid4())}
        if claims.pop("aud_as_list", False):
            said["aud"] = [url]
        said = {name: value for name, value in (said | claims).items() if value is not None}
        head = (
            {"alg": _algorithm(self._key), "typ": "JWT"}
            | ({"kid": self._key.kid} if self._key.kid else {})
            | header
        )
        match forged:
            case "none":
                return f"{_part(head | {'alg': 'none'})}.{_part(said)}."
            case "hmac":
                secret = OctKey.import_key(orjson.dumps(self._key.as_dict(private=False)))
                return jwt.encode(head | {"alg": "HS256"}, said, secret, algorithms=["HS256"])
            case "another key":
                return jwt.encode(head, said, _another_like(self._key), algorithms=[head["alg"]])
        return jwt.encode(head, said, self._key, algorithms=[head["alg"]])


def _algorithm(key: Key) -> str:
    if isinstance(key, RSAKey):
        return "RS384"
    return {"P-256": "ES256", "P-384": "ES384"}.get(str(key.as_dict().get("crv")), "ES384")


def _another_like(key: Key) -> Key:
    if isinstance(key, RSAKey):
        return RSAKey.generate_key(2048)
    return ECKey.generate_key(str(key.as_dict()["crv"]))


def _part(tree: Json) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(tree)).rstrip(b"=").decode()
