"""Requests: what must be answered, what must be refused, and what must be tolerated."""

from __future__ import annotations

from typing import Any

from cds_service.conformance.rule import expect, rule
from cds_service.conformance.subject import Answer, Json, Skipped, Subject, cards_of

_REQUEST = "CDS Hooks 2.0, HTTP Request"
_RESPONSE = "CDS Hooks 2.0, HTTP Response"
_PREFETCH = "CDS Hooks 2.0, Prefetch Tokens; HTTP Status Codes: 412"
_ERROR = "CDS Hooks 3.0-ballot, HTTP Response: errors carry an OperationOutcome"
_OUTCOME: Json = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}


@rule(_RESPONSE, "answer a good call with 200 and a JSON object that has a list `cards`")
def a_good_call_is_answered_with_cards(subject: Subject) -> str:
    """Each service answers 200 with a list of cards, which may be empty."""
    for service in subject.services:
        answer = subject.answer(service)
        expect(answer.status == 200, f"{service['id']}: {answer}")
        expect("application/json" in answer.headers.get("content-type", ""), f"{service['id']}: not JSON")
        tree = answer.tree
        expect(isinstance(tree, dict) and isinstance(tree.get("cards"), list), f"{service['id']}: no `cards`")
    return f"{len(subject.services)} services answered"


@rule(_PREFETCH, "answer 412 when data a card needs can neither be prefetched nor read")
def without_any_prefetch_the_answer_is_412(subject: Subject) -> str:
    """No prefetch, and no server to read from: never an answer as if nothing were found."""
    return _unmet(subject, ...)


@rule(_PREFETCH, "count null as not gathered")
def a_null_prefetch_is_not_an_empty_one(subject: Subject) -> str:
    """null proves nothing: the data is missing."""
    return _unmet(subject, None)


@rule(_PREFETCH, "count an OperationOutcome as not gathered")
def an_operation_outcome_as_prefetch_is_not_an_empty_one(subject: Subject) -> str:
    """An OperationOutcome is the server's error, not its answer."""
    return _unmet(subject, _OUTCOME)


@rule(_ERROR, "send an OperationOutcome with every answer that is not 2xx")
def a_412_says_what_is_missing(subject: Subject) -> str:
    """A 412 carries an OperationOutcome."""
    answer = subject.call(body=_without(subject, ...))
    if answer.status == 200 and not cards_of(answer):
        raise Skipped("answered 200 without a card")
    expect(answer.is_outcome, str(answer))
    return str(answer)


@rule(_REQUEST, "refuse a call whose hook is not the service's")
def a_call_of_another_hook_is_refused(subject: Subject) -> str:
    """A request posted to a service of another hook is a mistake."""
    return _refused(subject, hook="appointment-book")


@rule(_REQUEST, "demand `hookInstance`, a UUID")
def a_call_without_its_hook_instance_is_refused(subject: Subject) -> str:
    """`hookInstance` is required and a UUID."""
    _refused(subject, hookInstance="again")
    body = subject.request(subject.service)
    del body["hookInstance"]
    return _is_refused(subject.call(body=body))


@rule(_REQUEST, "demand `context`, an object with what the hook requires")
def a_call_without_its_context_is_refused(subject: Subject) -> str:
    """`context` is required, and so are its userId and patientId."""
    _refused(subject, context=[])
    return _refused(subject, context={})


@rule("CDS Hooks 2.0, FHIR Resource Access", "demand `fhirServer` with `fhirAuthorization`")
def an_authorization_without_its_server_is_refused(subject: Subject) -> str:
    """`fhirServer` is required with `fhirAuthorization`."""
    return _refused(
        subject, fhirAuthorization={"access_token": "x", "token_type": "Bearer", "expires_in": 300}
    )


@rule("CDS Hooks 2.0, Extensions", "tolerate extensions")
def an_extension_object_is_tolerated(subject: Subject) -> str:
    """`extension` is an object with reverse-DNS keys; who does not know it ignores it."""
    extension = {"org.example.trigger": {"value": [1]}}
    return _taken(subject, extension=extension)


@rule(_REQUEST, "tolerate unknown members")
def unknown_members_are_tolerated(subject: Subject) -> str:
    """A client may be newer than the service."""
    return _taken(subject, somethingNew={"a": 1}, hookVersion="9.9")


@rule(_REQUEST, "answer 404 for a service that is not there")
def an_unknown_service_is_not_found(subject: Subject) -> str:
    """A service that discovery does not list is not found, whoever asks."""
    answer = subject.call({"id": "conformance-nobody", "hook": "patient-view"})
    expect(answer.status in (401, 404), str(answer))
    return str(answer)


def _without(subject: Subject, value: Any) -> Json:
    service = subject.service
    body = subject.request(service)
    if not body.get("prefetch"):
        raise Skipped("the service asks for no prefetch")
    if value is ...:
        del body["prefetch"]
    else:
        body["prefetch"] = dict.fromkeys(body["prefetch"], value)
    return body


def _unmet(subject: Subject, value: Any) -> str:
    """A service that can do without what it asks for may answer; whether it can is not seen from here."""
    answer = subject.call(body=_without(subject, value))
    if answer.status == 200 and not cards_of(answer):
        raise Skipped("answered 200 without a card: right only where no card needs what was left out")
    expect(answer.status == 412, f"{answer}, with {len(cards_of(answer))} cards")
    return str(answer)


def _refused(subject: Subject, **change: Any) -> str:
    return _is_refused(subject.call(body=subject.request(subject.service, **change)))


def _is_refused(answer: Answer) -> str:
    expect(400 <= answer.status < 500, str(answer))
    return str(answer)


def _taken(subject: Subject, **change: Any) -> str:
    answer = subject.call(body=subject.request(subject.service, **change))
    expect(answer.status == 200, str(answer))
    return str(answer)
