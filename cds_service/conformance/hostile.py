"""Hostile input: refused with 4xx and an OperationOutcome, or ignored; never a fault of the service."""

from __future__ import annotations

import orjson

from cds_service.conformance.rule import expect, rule
from cds_service.conformance.subject import PATIENT, Answer, Json, Skipped, Subject

_CLAUSE = "CDS Hooks 2.0, HTTP Status Codes; RFC 8259"
_MEND = "refuse it with 4xx and an OperationOutcome"


def _raw(subject: Subject, **members: bytes) -> bytes:
    """A good body, some members replaced by exactly these bytes."""
    body = {name: orjson.dumps(value) for name, value in subject.request(subject.service).items()} | members
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), value) for name, value in body.items()) + b"}"


def _refused(answer: Answer) -> str:
    expect(400 <= answer.status < 500, str(answer))
    expect(answer.is_outcome, f"{answer} without an OperationOutcome")
    return str(answer)


@rule(_CLAUSE, _MEND)
def what_is_no_json_is_refused(subject: Subject) -> str:
    """An empty body, a text, a list."""
    for body in (b"", b"not json", b"[]", b'"x"'):
        said = _refused(subject.call(body=body))
    return said


@rule(_CLAUSE, _MEND)
def json_nested_100_000_levels_deep_is_refused(subject: Subject) -> str:
    """A body that breaks a parser that recurses."""
    return _refused(subject.call(body=_raw(subject, prefetch=b"[" * 100_000 + b"]" * 100_000)))


@rule(_CLAUSE, _MEND)
def numbers_that_are_none_are_refused(subject: Subject) -> str:
    """NaN is no JSON; 2^70 is no id."""
    _refused(subject.call(body=_raw(subject, prefetch=b'{"x":NaN}')))
    return _refused(
        subject.call(
            body=_raw(subject, context=b'{"userId":"Practitioner/1","patientId":1180591620717411303424}')
        )
    )


@rule(_CLAUSE, _MEND)
def a_lone_surrogate_is_refused(subject: Subject) -> str:
    """Half a character is no text."""
    return _refused(subject.call(body=_raw(subject, prefetch=b'{"x":"\\ud800"}')))


@rule(_CLAUSE, _MEND)
def a_member_written_twice_is_refused(subject: Subject) -> str:
    """Which of the two counts would be a guess."""
    context = b'{"userId":"Practitioner/1","patientId":"a","patientId":"b"}'
    return _refused(subject.call(body=_raw(subject, context=context)))


@rule(_CLAUSE, _MEND)
def a_list_where_an_object_should_be_is_refused(subject: Subject) -> str:
    """Of context, prefetch and fhirAuthorization."""
    for name in ("context", "prefetch", "fhirAuthorization"):
        said = _refused(subject.call(body=_raw(subject, **{name: b"[]"})))
    return said


@rule("CDS Hooks 2.0, Security and Safety", "refuse or ignore resources of another patient")
def a_prefetch_of_another_patient_is_not_used(subject: Subject) -> str:
    """The patient of the prefetch is another than that of the context."""
    body = subject.request(subject.service)
    prefetch: Json = body.get("prefetch", {})
    theirs = {key: _of_another(value) for key, value in prefetch.items()}
    answer = subject.call(body=body | {"prefetch": theirs})
    cards = answer.tree.get("cards") if answer.status == 200 and isinstance(answer.tree, dict) else []
    expect(answer.status < 500, str(answer))
    expect(not cards, "cards were made of another patient's resources")
    return str(answer)


@rule("CDS Hooks 2.0, FHIR Resource Access", "read from the registered server of the client only")
def a_server_that_is_not_registered_is_refused(subject: Subject) -> str:
    """`fhirServer` is not the one this client is registered with. Who answers all the same may have left it
    alone: that is not seen from here.
    """
    access = {"access_token": "conformance", "token_type": "Bearer", "expires_in": 300}
    stranger = {"fhirServer": "https://stranger.example/fhir", "fhirAuthorization": access}
    answer = subject.call(body=subject.request(subject.service) | stranger)
    if answer.status == 200:
        raise Skipped("answered 200: right only where the server was not contacted")
    expect(400 <= answer.status < 500, str(answer))
    return str(answer)


def _of_another(value: Json) -> Json:
    text = orjson.dumps(value).replace(PATIENT.encode(), b"conformance-2")
    found: Json = orjson.loads(text)
    return found
