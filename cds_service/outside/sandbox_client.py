"""The CDS client of the sandbox's page: it signs test calls as a client would, rightly or wrongly on purpose.

Its key is made at start-up and never leaves the process. It opens nothing by itself: only a host EHR in whose
file the client is registered, as `throughline demo` does for the demo EHR, lets its calls in.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from joserfc.jwk import ECKey

from cds_service.outside import clock
from cds_service.outside.cds_client import HttpCdsClient

_AN_HOUR = 3600  # seconds: over for longer than any clock is wrong


class Signing(StrEnum):
    """How a test call is signed; all but the first are to be refused."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    EXPIRED = "signed, and expired"
    ANOTHER_KEY = "signed with a key that is not registered"
    ELSEWHERE = "signed for another address"
    NO_SIGNATURE = "with alg none"


class SandboxClient:
    """One per process of a demo."""

    def __init__(self, base_url: str) -> None:
        self.iss = f"{base_url.rstrip('/')}/staff/sandbox"
        self._key = ECKey.generate_key("P-384", {"use": "sig", "alg": "ES384"}, auto_kid=True)
        self._base_url = base_url

    def registration(self) -> dict[str, Any]:
        """The client as it stands in a host EHR's file, its key pinned."""
        return {"iss": self.iss, "jwks": {"keys": [self._key.as_dict(private=False)]}}

    def authorization(self, path: str, how: Signing) -> str | None:
        """The Authorization header of a call to this path of ours; None when it has none."""
        if how is Signing.UNSIGNED:
            return None
        claims: dict[str, Any] = {}
        forged = ""
        match how:
            case Signing.EXPIRED:
                claims["exp"] = int(clock.now().timestamp()) - _AN_HOUR
            case Signing.ELSEWHERE:
                path += "-of-somebody-else"
            case Signing.ANOTHER_KEY:
                forged = "another key"
            case Signing.NO_SIGNATURE:
                forged = "none"
        with HttpCdsClient(self._base_url, self._key, self.iss) as client:
            return f"Bearer {client.token(path, header={}, forged=forged, **claims)}"
