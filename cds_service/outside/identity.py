"""Who launched us: an OpenID Connect id_token, verified.

Clauses: OpenID Connect Core 1.0, 3.1.3.7 (validation) and 10.1 (which key); SMART App Launch 2.2, "Scopes
for requesting identity data" (fhirUser). Signatures are verified with exactly the algorithms named here;
`none` and HMAC are not among them, so a token "signed" with a public key as its secret is refused.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import GuestProtocol, JWKRegistry, Key
from joserfc.jws import JWSRegistry, extract_compact

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
CLOCK_SKEW_SECONDS = 60  # either way
_KEY_TYPE = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
_LONGEST_TOKEN = 32_000
_RSA_2048_MODULUS = 342  # characters of base64url in 256 bytes
_REFERENCE = re.compile(
    r"(?:(?P<base>https?://\S+)/)?"
    r"(?P<reference>(?:Practitioner|PractitionerRole|Patient|RelatedPerson|Person)/[A-Za-z0-9\-.]{1,64})"
)


class NotIdentified(Exception):
    """An id_token that proves nothing; the message says which check failed and holds none of its claims."""


class UnknownKey(NotIdentified):
    """No key of the set fits the token: it was forged, or the EHR has changed its keys since we read them."""


@dataclass(frozen=True)
class Identity:
    """The user of a launch; `fhir_user` is `Practitioner/12` on the host EHR, or a full URL, or None."""

    subject: str
    fhir_user: str | None


def identify(
    id_token: str,
    keys: Sequence[Mapping[str, Any]],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    fhir_base: str,
    now: int,
) -> Identity:
    """Verify an id_token of a launch and say who it speaks of; `now` in seconds since 1970.

    Raises NotIdentified, or UnknownKey when another look at the EHR's keys might help.
    """
    claims = verified_claims(id_token, keys, issuer=issuer, client_id=client_id, nonce=nonce, now=now)
    return Identity(claims["sub"], _fhir_user(claims, fhir_base))


def verified_claims(
    id_token: str,
    keys: Sequence[Mapping[str, Any]],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    now: int,
) -> dict[str, Any]:
    """Everything a verified id_token says. Raises NotIdentified or UnknownKey, as `identify` does."""
    claims = _verified(id_token, keys)
    _check(claims, issuer=issuer, client_id=client_id, nonce=nonce, now=now)
    return claims


def issuer_named_by(id_token: str) -> str | None:
    """The `iss` a token claims, not verified: only for looking up where that issuer's keys should be."""
    try:
        signed = extract_compact(id_token[:_LONGEST_TOKEN].encode(), registry=_registry())
        claims = orjson.loads(signed.payload)
    except (JoseError, ValueError):
        return None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else None


def _verified(id_token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if len(id_token) > _LONGEST_TOKEN:
        raise NotIdentified("the id_token is far too long")
    try:
        token = jwt.decode(id_token, lambda signed: _key_for(signed, keys), registry=_registry())
    except NotIdentified:
        raise
    except (JoseError, ValueError, RecursionError) as error:
        raise NotIdentified(f"the id_token could not be verified ({_code(error)})") from None
    return token.claims


def _check(claims: dict[str, Any], *, issuer: str, client_id: str, nonce: str, now: int) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=now,
        leeway=CLOCK_SKEW_SECONDS,
        iss={"essential": True, "value": issuer},
        sub={"essential": True},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        registry.validate(claims)
    except ExpiredTokenError:
        raise NotIdentified("the id_token has expired; the clocks of the two servers may differ") from None
    except (MissingClaimError, InvalidClaimError) as error:
        wrong = "is missing" if isinstance(error, MissingClaimError) else "is not what it should be"
        raise NotIdentified(f"the id_token's claim {error.claim!r} {wrong}") from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise NotIdentified("the id_token was issued to another client (claim 'azp')")


def _key_for(signed: GuestProtocol, keys: Sequence[Mapping[str, Any]]) -> Key:
    """The one key that may have signed this token; one key without `kid` is that key."""
    header = signed.headers()
    fitting = [key for key in keys if _fits(key, str(header.get("alg", "")))]
    kid = header.get("kid")
    named = [key for key in fitting if kid is not None and key.get("kid") == kid]
    if not named and len(fitting) == 1 and (kid is None or fitting[0].get("kid") is None):
        named = fitting
    if not named:
        raise UnknownKey("none of the EHR's published keys fits the id_token")
    try:
        return JWKRegistry.import_key(dict(named[0]))
    except (JoseError, ValueError, KeyError, TypeError):
        raise NotIdentified("the EHR's published key for the id_token cannot be read") from None


def _fits(key: Mapping[str, Any], alg: str) -> bool:
    if key.get("kty") != _KEY_TYPE.get(alg[:2]) or key.get("use", "sig") != "sig":
        return False
    if key.get("kty") == "RSA" and len(str(key.get("n", ""))) < _RSA_2048_MODULUS:
        return False  # shorter keys can be factored
    return bool(key.get("alg", alg) == alg)


def _fhir_user(claims: Mapping[str, Any], fhir_base: str) -> str | None:
    # SMART 1.0 called it `profile`; OpenID Connect uses that name for a web page, which _REFERENCE keeps out.
    for name in ("fhirUser", "profile"):
        value = claims.get(name)
        match = _REFERENCE.fullmatch(value) if isinstance(value, str) and len(value) <= 500 else None
        if match:
            return match["reference"] if match["base"] in (None, fhir_base) else match[0]
    return None


def _registry() -> JWSRegistry:
    # Unknown header parameters are legal (RFC 7515, 4.2) and met in the field; `crit` is still obeyed.
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    registry.max_header_length = 8192  # a certificate chain (x5c) may travel in the header
    return registry


def _code(error: Exception) -> str:
    return error.error if isinstance(error, JoseError) and error.error else type(error).__name__
