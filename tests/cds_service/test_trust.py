"""Who may call: every token but a good one is refused, alike, and only the log knows why."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from joserfc.jwk import ECKey

from cds_service.outside.jwks import ClientKeys
from cds_service.outside.ledger import Ledger
from cds_service.protocol import Refused
from cds_service.trust import SKEW_SECONDS, Trust
from cds_service.wiring import Wiring
from tests.cds_service.calls import BASE_URL, SERVICE, CdsClient, prefetch, problems, view

Log = list[MutableMapping[str, Any]]
ENDPOINT = BASE_URL + SERVICE


def b64(value: object) -> str:
    raw = value if isinstance(value, bytes) else orjson.dumps(value)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(alg: str, client: CdsClient, secret: bytes | None, **header: Any) -> str:
    """A token with good claims that nobody's private key signed."""
    said = client.token().split(".")[1]
    signed = f"{b64({'alg': alg, 'kid': client.key.kid, 'typ': 'JWT'} | header)}.{said}"
    mark = hmac.new(secret, signed.encode(), hashlib.sha384).digest() if secret else b""
    return f"{signed}.{b64(mark)}"


def reasons(log: Log) -> list[str]:
    return [line["reason"] for line in log if "reason" in line]


def test_a_good_token_is_accepted_and_its_time_may_be_off_a_minute(ehr: CdsClient):
    now = int(time.time())

    assert ehr.post(view(prefetch())).status_code == 200
    assert ehr.post(view(prefetch()), token=ehr.token(exp=now - 50, iat=now - 300)).status_code == 200
    assert ehr.post(view(prefetch()), token=ehr.token(iat=now + 50, nbf=now + 50)).status_code == 200
    assert (
        ehr.post(view(prefetch()), token=ehr.token(aud=["https://other.example", ENDPOINT])).status_code
        == 200
    )


def bad_tokens() -> dict[str, tuple[Any, str]]:
    """Name: how the token is made, and the reason that goes to the log."""
    now = int(time.time())
    other = ECKey.generate_key("P-384", {"kid": "key-1"})
    short_curve = ECKey.generate_key("P-256", {"kid": "key-1"})
    return {
        "no exp": (lambda c: c.token(exp=None), "claim-missing_claim:exp"),
        "no iat": (lambda c: c.token(iat=None), "claim-missing_claim:iat"),
        "no iss": (lambda c: c.token(iss=None), "claim-missing-or-not-plain:iss"),
        "no aud": (lambda c: c.token(aud=None), "claim-missing_claim:aud"),
        "no jti": (lambda c: c.token(jti=None), "claim-missing-or-not-plain:jti"),
        "empty jti": (lambda c: c.token(jti=""), "claim-missing-or-not-plain:jti"),
        "jti with NUL": (lambda c: c.token(jti="a\0b"), "claim-missing-or-not-plain:jti"),
        "jti of 2,000 characters": (lambda c: c.token(jti="a" * 2000), "claim-missing-or-not-plain:jti"),
        "iss with NUL": (lambda c: c.token(iss=f"{c.iss}\0"), "claim-missing-or-not-plain:iss"),
        "iss as a list": (lambda c: c.token(iss=[c.iss]), "claim-missing-or-not-plain:iss"),
        "tenant as a list": (lambda c: c.token(tenant=["a"]), "claim-missing-or-not-plain:tenant"),
        "expired": (lambda c: c.token(exp=now - 70), "claim-expired_token:exp"),
        "exp far away": (lambda c: c.token(exp=now + 24 * 3600), "claim-exp-too-far-away"),
        "exp beyond all time": (lambda c: c.token(exp=2**70), "claim-exp-too-far-away"),
        "exp as text": (lambda c: c.token(exp=str(now + 300)), "claim-invalid_claim:exp"),
        "exp true": (lambda c: c.token(exp=True), "claim-invalid_claim:exp"),
        "issued long ago": (lambda c: c.token(iat=now - 24 * 3600), "claim-iat-too-long-ago"),
        "issued before all time": (lambda c: c.token(iat=-(2**62)), "claim-iat-too-long-ago"),
        "issued in the future": (lambda c: c.token(iat=now + 90), "claim-invalid_claim:iat"),
        "not yet valid": (lambda c: c.token(nbf=now + 90), "claim-invalid_claim:nbf"),
        "another service's aud": (lambda c: c.token(aud=f"{ENDPOINT}x"), "claim-invalid_claim:aud"),
        "aud of the origin": (lambda c: c.token(aud=BASE_URL), "claim-invalid_claim:aud"),
        "aud of feedback": (lambda c: c.token(aud=f"{ENDPOINT}/feedback"), "claim-invalid_claim:aud"),
        "aud as an object": (lambda c: c.token(aud={"a": 1}), "claim-invalid_claim:aud"),
        "aud without any": (lambda c: c.token(aud=[]), "claim-invalid_claim:aud"),
        "unknown issuer": (lambda c: c.token(iss="https://evil.example"), "issuer-not-registered"),
        "issuer but for a slash": (lambda c: c.token(iss=f"{c.iss}/"), "issuer-not-registered"),
        "another key of this id": (lambda c: c.token(key=other), "signature-wrong"),
        "a key of another curve": (
            lambda c: c.token(key=short_curve, header={"alg": "ES256"}),
            "signature-unusable",
        ),
        "unknown kid": (lambda c: c.token(header={"kid": "key-2"}), "no-such-key"),
        "kid as a list": (
            lambda c: forged("ES384", c, None, kid=["key-1"]),
            "not-a-jwt|kid-is-not-a-string",
        ),
        "alg none": (lambda c: forged("none", c, None), "algorithm-not-accepted"),
        "alg None": (lambda c: forged("None", c, None), "algorithm-not-accepted"),
        "HMAC with the public key": (
            lambda c: forged("HS384", c, c.key.as_pem(private=False)),
            "algorithm-not-accepted",
        ),
        "RS384 on an EC key": (lambda c: forged("RS384", c, b"x"), "signature-unusable"),
        "crit": (
            lambda c: forged("ES384", c, None, crit=["exp"], exp=1),
            "header-demands-unknown-extension",
        ),
        "crit as a number": (lambda c: forged("ES384", c, None, crit=7), "header-demands-unknown-extension"),
        "b64 false": (
            lambda c: forged("ES384", c, None, b64=False, crit=["b64"]),
            "not-a-jwt|header-demands-unknown-extension",
        ),
        "claims changed": (
            lambda c: _with_claims(c.token(), {"iss": c.iss, "jti": "x", "aud": ENDPOINT}),
            "signature-wrong",
        ),
        "claims no object": (lambda c: _with_claims(c.token(), ["iss"]), "not-a-jwt"),
        "claims no JSON": (lambda c: f"{c.token().split('.')[0]}.{b64(b'{')}.AAAA", "not-a-jwt"),
        "claims nested 3,000 deep": (
            lambda c: f"{c.token().split('.')[0]}.{b64(b'[' * 3000)}.AAAA",
            "not-a-jwt",
        ),
        "header nested 1,500 deep": (lambda c: f"{b64(b'[' * 1500)}.{b64({})}.AAAA", "not-a-jwt"),
        "header no object": (lambda c: f"{b64(['alg'])}.{b64({})}.AAAA", "not-a-jwt"),
        "header a text": (lambda c: f"{b64('alg')}.{b64({})}.AAAA", "not-a-jwt"),
        "two parts": (lambda c: "a.b", "not-a-jwt"),
        "five parts": (lambda c: "a.b.c.d.e", "not-a-jwt"),
        "no base64": (lambda c: "!.!.!", "not-a-jwt"),
        "empty": (lambda c: " ", "no-bearer-token"),
        "20,000 characters": (lambda c: "a" * 20_000, "token-too-long-or-not-ascii"),
        "not ASCII": (lambda c: "caf\xe9", "token-too-long-or-not-ascii"),
    }


def _with_claims(token: str, claims: object) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{b64(claims)}.{signature}"


@pytest.mark.parametrize("name", bad_tokens())
def test_a_bad_token_is_refused_and_only_the_log_says_why(ehr: CdsClient, log: Log, name: str):
    made, reason = bad_tokens()[name]

    answer = ehr.post(view(prefetch()), token=made(ehr))

    assert answer.status_code == 401
    assert problems(answer) == (
        "the call needs a valid JWT of a registered CDS client as bearer token; the server's log says more"
    )
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert [found in reason.split("|") for found in reasons(log)] == [True], reasons(log)


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Bearer", "bearer  "])
def test_a_call_without_a_bearer_token_is_refused(ehr: CdsClient, header: str):
    answer = ehr.post(view(prefetch()), Authorization=header)

    assert answer.status_code == 401


def test_a_token_is_good_once_however_many_send_it(ehr: CdsClient, log: Log):
    token, body = ehr.token(), view(prefetch())
    clients = [CdsClient(ehr.http.application.test_client(), ehr.key, ehr.iss) for _ in range(20)]

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda client: client.post(body, token=token).status_code, clients))

    assert sorted(statuses) == [200] + [401] * 19
    assert set(reasons(log)) == {"jti-used-before"}


def test_a_refused_request_uses_its_token_up_too(ehr: CdsClient):
    token = ehr.token()

    assert ehr.post(view(None), token=token).status_code == 412
    assert ehr.post(view(prefetch()), token=token).status_code == 401


@pytest.mark.parametrize(
    ("claim", "accepted", "refused"),
    [
        ("exp", -SKEW_SECONDS + 1, -SKEW_SECONDS),
        ("iat", SKEW_SECONDS, SKEW_SECONDS + 1),
        ("iat", -3600 - SKEW_SECONDS, -3600 - SKEW_SECONDS - 1),
        ("nbf", SKEW_SECONDS, SKEW_SECONDS + 1),
        ("exp", 3600 + SKEW_SECONDS, 3600 + SKEW_SECONDS + 1),
    ],
)
def test_a_minute_of_skew_is_allowed_to_the_second(
    ehr: CdsClient, wiring: Wiring, claim: str, accepted: int, refused: int
):
    ledger = Ledger(wiring.database, wiring.seen_tokens, wiring.feedback, wiring.audit)
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    trust = Trust(wiring.host_ehrs, ClientKeys(), ledger, lambda: noon)
    moment = int(noon.timestamp())
    times: dict[str, Any] = {"iat": moment - 300, "exp": moment + 60}

    assert trust.verify(f"Bearer {ehr.token(**times | {claim: moment + accepted})}", ENDPOINT)
    with pytest.raises(Refused):
        trust.verify(f"Bearer {ehr.token(**times | {claim: moment + refused})}", ENDPOINT)


def test_the_token_of_a_call_is_for_its_endpoint_alone(ehr: CdsClient):
    feedback = f"{SERVICE}/feedback"

    assert ehr.post({}, feedback, token=ehr.token(SERVICE)).status_code == 401
    assert ehr.post({}, feedback, token=ehr.token(feedback)).status_code == 400
