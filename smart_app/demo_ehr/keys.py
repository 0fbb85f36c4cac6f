"""The demo EHR's own signing keys, made anew at each start: one for id_tokens, one for CDS calls."""

from __future__ import annotations

from typing import Any

from joserfc.jwk import ECKey, KeySet, RSAKey


class EhrKeys:
    """`identity` signs id_tokens (RS256, which every OpenID client knows); `cds` signs CDS calls (ES384)."""

    def __init__(self) -> None:
        self.identity = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "identity"})
        self.cds = ECKey.generate_key("P-384", {"use": "sig", "alg": "ES384", "kid": "cds"})

    def public(self) -> dict[str, Any]:
        """The JWKS to publish: public parts only."""
        return dict(KeySet([self.identity, self.cds]).as_dict(private=False))
