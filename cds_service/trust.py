"""Who is calling: the JWT of a registered CDS client (CDS Hooks 2.0, Trusting CDS Clients).

Everything wrong with a token ends in one 401 that says nothing of the cause; the cause goes to the log,
where the administrator who registers a client looks.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, Protocol

import orjson
import structlog
from joserfc.errors import ClaimError, JoseError
from joserfc.jws import CompactSignature, JWSRegistry, extract_compact, validate_compact
from joserfc.jwt import JWTClaimsRegistry

from cds_service.outside.jwks import ClientKeys
from cds_service.outside.ledger import Entry, Ledger, TokenSpent
from cds_service.outside.registry import CdsClient, HostEhr
from cds_service.protocol import Problem, Refused

ALGORITHMS = (
    "ES384",
    "RS384",
    "ES256",
    "RS256",
    "PS256",
    "PS384",
)  # asymmetric only; the first two recommended
SKEW_SECONDS = 60  # either way
LONGEST_LIFE_SECONDS = 3600  # a token that lives longer is a mistake; the specification advises minutes
_LONGEST_CLAIM = 1000  # characters
_LONGEST_TOKEN = 16 * 1024
_log = structlog.get_logger()


class Register(Protocol):
    """Where registered clients are looked up."""

    def by_cds_issuer(self, iss: str) -> list[tuple[HostEhr, CdsClient]]: ...


@dataclass(frozen=True)
class Caller:
    """A verified client, the one host EHR it belongs to, and the token to be spent."""

    host_ehr: HostEhr
    client: CdsClient
    jti: str
    kept_until: int  # seconds since 1970: until when the token could come again, and must be remembered


class _Untrusted(Exception):
    """Why a token is not accepted, in one hyphenated word and facts of the kind a log may hold."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class _Registry(JWSRegistry):
    max_header_length = 4096  # certificates in x5c are legal, if useless to us
    max_payload_length = 8192


_REGISTRY = _Registry(
    algorithms=ALGORITHMS, strict_check_header=False
)  # RFC 7515, 4: unknown headers are ignored


class Trust:
    """Verifies the bearer token of one call, and spends it. One per process; safe for threads."""

    def __init__(
        self, register: Register, keys: ClientKeys, ledger: Ledger, now: Callable[[], datetime]
    ) -> None:
        self._register = register
        self._keys = keys
        self._ledger = ledger
        self._now = now

    def verify(self, authorization: str | None, audience: str) -> Caller:
        """The caller whose token is good for exactly this endpoint (`audience`, its URL); 401 otherwise.

        The token is not spent yet: the answer is recorded and the token spent as one, by `spend`.
        """
        try:
            signed, claims = _read(_bearer(authorization))
            host_ehr, client = self._registration(claims)
            self._check_signature(signed, client)
            self._check_claims(claims, audience)
        except _Untrusted as untrusted:
            _refuse(untrusted)
        return Caller(host_ehr, client, claims["jti"], int(claims["exp"]) + SKEW_SECONDS + 1)

    @contextmanager
    def spend(self, caller: Caller) -> Iterator[Entry]:
        """The entry in which the answer is recorded; 401 when any worker accepted the token before."""
        try:
            with self._ledger.entry(
                caller.host_ehr.name, caller.client.iss, caller.jti, caller.kept_until
            ) as entry:
                yield entry
        except TokenSpent:
            _refuse(_Untrusted("jti-used-before", issuer=caller.client.iss, host_ehr=caller.host_ehr.name))

    def _registration(self, claims: dict[str, Any]) -> tuple[HostEhr, CdsClient]:
        iss, tenant = claims["iss"], claims.get("tenant")
        registered = self._register.by_cds_issuer(iss)
        if not registered:
            raise _Untrusted("issuer-not-registered", issuer=iss)
        fitting = [(ehr, client) for ehr, client in registered if client.tenant in (None, tenant)]
        chosen = [(ehr, client) for ehr, client in fitting if client.tenant == tenant] or fitting
        if not chosen:
            raise _Untrusted("tenant-not-registered", issuer=iss)
        if len(chosen) > 1:
            names = [ehr.name for ehr, _ in chosen]
            raise _Untrusted("issuer-registered-more-than-once-without-tenant", issuer=iss, host_ehr=names)
        return chosen[0]

    def _check_signature(self, signed: CompactSignature, client: CdsClient) -> None:
        header = signed.headers()
        # A pinned key set is used whatever the token points at; an address must be the registered one.
        if client.jku is not None and header.get("jku") not in (None, client.jku):
            raise _Untrusted("jku-is-not-the-registered-one", issuer=client.iss)
        kid = header.get("kid")
        key = self._keys.find(client, kid)
        if key is None:
            raise _Untrusted("no-such-key", issuer=client.iss, kid=kid)
        try:
            good = validate_compact(signed, key, registry=_REGISTRY)
        except (JoseError, ValueError, TypeError) as error:
            raise _Untrusted(
                "signature-unusable", issuer=client.iss, kid=kid, error=type(error).__name__
            ) from None
        if not good:
            raise _Untrusted("signature-wrong", issuer=client.iss, kid=kid)

    def _check_claims(self, claims: dict[str, Any], audience: str) -> None:
        now = int(self._now().timestamp())
        demanded = JWTClaimsRegistry(
            now=now,
            leeway=SKEW_SECONDS,
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            demanded.validate(claims)
        except ClaimError as error:
            raise _Untrusted(f"claim-{error.error}:{error.claim}", issuer=claims["iss"]) from None
        if claims["exp"] > now + LONGEST_LIFE_SECONDS + SKEW_SECONDS:
            raise _Untrusted("claim-exp-too-far-away", issuer=claims["iss"])
        if claims["iat"] < now - LONGEST_LIFE_SECONDS - SKEW_SECONDS:
            raise _Untrusted("claim-iat-too-long-ago", issuer=claims["iss"])


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise _Untrusted("no-bearer-token")
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        raise _Untrusted("token-too-long-or-not-ascii")
    return token


def _read(token: str) -> tuple[CompactSignature, dict[str, Any]]:
    """The token taken apart, nothing of it believed yet."""
    try:
        signed = extract_compact(token.encode(), registry=_REGISTRY)
        header = signed.headers()
        claims = orjson.loads(signed.payload)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _Untrusted("not-a-jwt", error=type(error).__name__) from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise _Untrusted("not-a-jwt")
    if "crit" in header or "b64" in header:
        raise _Untrusted("header-demands-unknown-extension")
    if header.get("alg") not in ALGORITHMS:
        raise _Untrusted("algorithm-not-accepted", alg=str(header.get("alg")))
    if not isinstance(header.get("kid"), str | None):
        raise _Untrusted("kid-is-not-a-string")
    for name in ("iss", "jti"):
        if not _plain(claims.get(name)):
            raise _Untrusted(f"claim-missing-or-not-plain:{name}")
    if claims.get("tenant") is not None and not _plain(claims["tenant"]):
        raise _Untrusted("claim-missing-or-not-plain:tenant")
    return signed, claims


def _plain(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_CLAIM and value.isprintable()


def _refuse(untrusted: _Untrusted) -> NoReturn:
    _log.warning("CDS client not trusted", reason=untrusted.reason, **untrusted.facts)
    says = "the call needs a valid JWT of a registered CDS client as bearer token; the server's log says more"
    headers = {"WWW-Authenticate": "Bearer"}
    raise Refused(401, Problem(says, code="login"), headers=headers, why=untrusted.reason)
