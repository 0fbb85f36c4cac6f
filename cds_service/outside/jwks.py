"""The public keys of CDS clients: pinned in the register, or fetched from the one registered address.

A key set is imported once and kept. An address is asked again when its set has grown old or a token names
a key it does not hold, but never more than once a minute: whoever floods us with unknown key ids cannot
make us a weapon.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx
import orjson
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from cds_service.outside import clock
from cds_service.outside.bounded import BoundedClient
from cds_service.outside.origins import is_loopback
from cds_service.outside.registry import CdsClient

PublicKey = ECKey | RSAKey
KeySet = Mapping[str | None, PublicKey]  # by key id; None for a key without one

LARGEST_KEY_SET = 256 * 1024  # bytes
FETCH_SECONDS = 2.0  # for the whole answer, however slowly it drips
FRESH_SECONDS = 10 * 60.0
USABLE_SECONDS = 60 * 60.0  # an address that does not answer: how long its last keys still count
REFETCH_SECONDS = 60.0
_SHORTEST_RSA = 2048  # bits; NIST SP 800-131A
_NO_KEYS: KeySet = {}
_log = structlog.get_logger()


class KeysUnavailable(Exception):
    """The registered address gave no usable key set; the message says why, for the log only."""


@dataclass
class _Fetched:
    keys: KeySet
    fetched_at: float  # monotonic seconds
    tried_at: float


class ClientKeys:
    """Finds the key a token was signed with. One per process; safe for threads."""

    def __init__(self, monotonic: Callable[[], float] = clock.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._asking: dict[str, threading.Lock] = {}
        self._fetched: dict[str, _Fetched] = {}

    def find(self, client: CdsClient, kid: str | None) -> PublicKey | None:
        """The client's key with this id; without an id, its only key. None when it has no such key."""
        if client.jwks is not None:
            return _choose(_imported(orjson.dumps(client.jwks)), kid)
        if client.jku is None:
            return None
        with self._lock:
            asking = self._asking.setdefault(client.jku, threading.Lock())
        with asking:  # one thread fetches, the others wait for what it brings
            return self._find_fetched(client.jku, kid)

    def _find_fetched(self, jku: str, kid: str | None) -> PublicKey | None:
        now = self._monotonic()
        held = self._fetched.setdefault(jku, _Fetched(_NO_KEYS, float("-inf"), float("-inf")))
        key = _choose(held.keys, kid)
        old = now - held.fetched_at > FRESH_SECONDS
        if (key is None or old) and now - held.tried_at >= REFETCH_SECONDS:
            held.tried_at = now
            try:
                held.keys, held.fetched_at = _fetch(jku), now
            except KeysUnavailable as error:
                _log.warning("key set not fetched", jku=jku, reason=str(error))
        return _choose(held.keys, kid) if now - held.fetched_at <= USABLE_SECONDS else None


def _choose(keys: KeySet, kid: str | None) -> PublicKey | None:
    if kid is None and len(keys) == 1:
        return next(iter(keys.values()))
    return keys.get(kid)


@lru_cache(maxsize=256)
def _imported(jwks: bytes) -> KeySet:
    """Public RSA and EC keys of a key set by id; what is none, or too weak, is left out (RFC 7517, 5)."""
    held = orjson.loads(jwks).get("keys")
    keys: dict[str | None, PublicKey] = {}
    for found in held if isinstance(held, list) else ():
        key = _import(found)
        if key is not None:
            keys[found.get("kid")] = key
    return keys


def _import(found: Any) -> PublicKey | None:
    if not isinstance(found, dict) or not isinstance(found.get("kid"), str | None) or "d" in found:
        return None
    try:
        key = JWKRegistry.import_key(found)
        if isinstance(key, RSAKey):
            return key if key.public_key.key_size >= _SHORTEST_RSA else None
        return key if isinstance(key, ECKey) else None
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _fetch(jku: str) -> KeySet:
    """The key set at an address; KeysUnavailable for a redirect, an error, too much or too slow."""
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    # A proxy from the environment is for the world outside, never for a key set on this machine.
    beyond = not is_loopback(jku)
    try:
        with BoundedClient(
            most_bytes=LARGEST_KEY_SET, most_seconds=FETCH_SECONDS, trust_env=beyond
        ) as client:
            answer = client.get(jku, headers=headers)
        if answer.status_code != httpx.codes.OK:
            raise KeysUnavailable(f"HTTP {answer.status_code}")
        keys = _imported(orjson.dumps(orjson.loads(answer.content)))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise KeysUnavailable(f"{type(error).__name__}: {error}") from None
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, AttributeError) as error:
        raise KeysUnavailable(f"not a key set ({type(error).__name__})") from None
    if not keys:
        raise KeysUnavailable("holds no RSA key of 2048 bits and no EC key")
    return keys
