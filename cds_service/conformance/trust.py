"""Trust: whose calls are answered, and that a refusal does not tell why."""

from __future__ import annotations

from typing import Any

from cds_service.conformance.rule import expect, rule
from cds_service.conformance.subject import Answer, Subject

_CLAUSE = "CDS Hooks 2.0, Trusting CDS Clients"
_JWT = f"{_CLAUSE}: the JWT"


@rule(_CLAUSE, "answer 401 to a call without a token")
def a_call_without_a_token_is_refused(subject: Subject) -> str:
    """Every call is signed."""
    return _unauthorized(subject.call(token=None))


@rule(_CLAUSE, "answer 401 to feedback without a token")
def feedback_without_a_token_is_refused(subject: Subject) -> str:
    """Feedback is signed too."""
    return _unauthorized(subject.call(body={"feedback": []}, below="/feedback", token=None))


@rule(_JWT, "refuse the algorithms none and HMAC")
def an_unsigned_token_is_refused(subject: Subject) -> str:
    """`none` and HMAC algorithms are forbidden."""
    for forged in ("none", "hmac"):
        _refused(subject, forged=forged)
    return "HTTP 401"


@rule(_JWT, "verify the signature with the registered key")
def a_token_signed_with_another_key_is_refused(subject: Subject) -> str:
    """The signature is verified, whatever key id the token names."""
    return _refused(subject, forged="another key")


@rule(f"{_JWT}: aud", "demand the exact URL of the endpoint in aud")
def a_token_for_another_endpoint_is_refused(subject: Subject) -> str:
    """`aud` is the URL of the endpoint that is called."""
    return _refused(subject, aud="https://elsewhere.example/cds-services/x")


@rule(f"{_JWT}: aud", "accept aud as a list")
def a_token_with_a_list_of_audiences_is_accepted(subject: Subject) -> str:
    """`aud` may be a string or an array."""
    answer = subject.call(token=subject.token(aud_as_list=True))
    expect(answer.status == 200, str(answer))
    return str(answer)


@rule(f"{_JWT}: exp", "demand exp, and refuse what has expired")
def an_expired_token_is_refused(subject: Subject) -> str:
    """`exp` is required and holds."""
    _refused(subject, exp=None)
    return _refused(subject, exp=1_000_000_000)


@rule(f"{_JWT}: iat", "demand iat, and refuse a token that is signed in the future")
def a_token_of_another_time_is_refused(subject: Subject) -> str:
    """`iat` is required, and has passed."""
    _refused(subject, iat=None)
    return _refused(subject, iat=4_000_000_000)


@rule(f"{_JWT}: iss", "accept registered issuers only")
def a_token_of_an_unknown_issuer_is_refused(subject: Subject) -> str:
    """`iss` is on an allowlist."""
    return _refused(subject, iss="https://nobody.example")


@rule(f"{_JWT}: jti", "demand jti, and remember it")
def a_token_is_good_for_one_call(subject: Subject) -> str:
    """A `jti` counts once."""
    _refused(subject, jti=None)
    token = subject.token()
    first = subject.call(token=token)
    expect(first.status == 200, f"the first call: {first}")
    return _unauthorized(subject.call(token=token))


@rule(_CLAUSE, "answer every untrusted call alike")
def a_refusal_does_not_tell_why(subject: Subject) -> str:
    """Nobody learns from a refusal which part of a token was wrong."""
    wrong: list[dict[str, Any]] = [
        {"forged": "another key"},
        {"exp": 1_000_000_000},
        {"iss": "https://nobody.example"},
    ]
    bodies = {subject.call(token=subject.token(**one)).body for one in wrong}
    expect(len(bodies) == 1, f"{len(bodies)} different answers")
    return "one answer for all"


def _refused(subject: Subject, **claims: Any) -> str:
    return _unauthorized(subject.call(token=subject.token(**claims)))


def _unauthorized(answer: Answer) -> str:
    expect(answer.status == 401, str(answer))
    return str(answer)
