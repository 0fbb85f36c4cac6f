"""FHIR R4 over HTTP: read, search, create, update, for a bearer token and about the patient it is for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from smart_app.demo_ehr import answers
from smart_app.demo_ehr.conformance import capability_statement, smart_configuration
from smart_app.demo_ehr.grants import Grants, Token
from smart_app.demo_ehr.parameters import KINDS, SHARED
from smart_app.demo_ehr.scopes import Permission, permission
from smart_app.demo_ehr.search import Resource, SearchProblem, find, read_search
from smart_app.demo_ehr.store import Held, Store, VersionConflict, patient_of

WRITABLE = frozenset({"Observation", "QuestionnaireResponse", "DocumentReference", "ServiceRequest", "Task"})
LARGEST_BODY = 1_000_000  # bytes of one resource


class Refused(Exception):
    """An answer that is an OperationOutcome. `code` is a FHIR issue type."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code = status, code


def fhir_blueprint(origin: str, store: Store, grants: Grants) -> Blueprint:
    """The server at {origin}/fhir."""
    blueprint = Blueprint("fhir", __name__, url_prefix="/fhir")
    server = _Server(f"{origin}/fhir", store, grants)
    routes: list[tuple[str, str, Callable[..., Response]]] = [
        (
            "GET",
            "/metadata",
            lambda: _answer(capability_statement(origin, WRITABLE), cache="public, max-age=300"),
        ),
        ("GET", "/.well-known/smart-configuration", lambda: _plain(smart_configuration(origin))),
        ("GET", "/<kind>", server.search),
        ("POST", "/<kind>/_search", server.search),
        ("GET", "/<kind>/<id>", server.read),
        ("POST", "/<kind>", server.create),
        ("PUT", "/<kind>/<id>", server.update),
    ]
    for method, rule, view in routes:
        blueprint.add_url_rule(
            rule, endpoint=f"{method} {rule}".replace(".", ""), view_func=view, methods=[method]
        )
    blueprint.register_error_handler(Refused, _refused)
    blueprint.register_error_handler(HTTPException, not_fhir)
    return blueprint


class _Server:
    def __init__(self, base: str, store: Store, grants: Grants) -> None:
        self.base, self.store, self.grants = base, store, grants

    def read(self, kind: str, id: str) -> Response:
        token, may = self._permission("r", kind)
        patient = id if may.any_patient and kind == "Patient" else token.context.patient
        held = self.store.read(kind, id, patient)
        if held is None or not _passes(may, kind, held.resource):
            raise Refused(404, "not-found", f"There is no {kind}/{id} here.")
        return _one(held)

    def search(self, kind: str) -> Response:
        token, may = self._permission("s", kind)
        pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
        try:
            search = read_search(kind, pairs)
        except SearchProblem as problem:
            raise Refused(400, "invalid", str(problem)) from None
        patient = self._patient_of_search(token, may, search.patient)
        if patient is None and kind not in SHARED and kind != "Patient":
            raise Refused(
                400, "required", f"Name the patient: {kind}?patient=... (this server searches one chart)."
            )
        found = [one for one in find(search, self.store.of_kind(kind, patient)) if _passes(may, kind, one)]
        return _answer(answers.page(search, found, self.base, pairs))

    def create(self, kind: str) -> Response:
        token, _ = self._permission("c", kind)
        held = self.store.create(*self._written(kind, token))
        response = _one(held, status=201)
        response.headers["Location"] = f"{self.base}/{kind}/{held.resource['id']}"
        return response

    def update(self, kind: str, id: str) -> Response:
        token, _ = self._permission("u", kind)
        resource, patient = self._written(kind, token)
        if resource.get("id") != id:
            raise Refused(
                400, "invalid", f"The resource's id is {resource.get('id')!r}, the address says {id!r}."
            )
        written = request.headers.get("If-Match", "").removeprefix("W/").strip('"')
        if not written.isdigit():
            raise Refused(400, "required", 'Updates need If-Match: W/"version", the ETag of what was read.')
        try:
            return _one(self.store.update(resource, patient, version=int(written)))
        except VersionConflict as conflict:
            raise Refused(412, "conflict", f"{kind}/{id}: {conflict}. Read it again.") from None
        except KeyError:
            raise Refused(404, "not-found", f"There is no {kind}/{id} here.") from None

    def _permission(self, letter: str, kind: str) -> tuple[Token, Permission]:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        token = self.grants.token(value.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise Refused(401, "login", "This needs a bearer token that is valid now.")
        if kind not in KINDS:
            raise Refused(404, "not-supported", f"This server holds no {kind}.")
        may = permission(token.scope, letter, kind)
        if may is None:
            what = {"c": "create", "r": "read", "u": "update", "d": "delete", "s": "search"}[letter]
            raise Refused(
                403, "forbidden", f"The token's scopes do not let it {what} {kind}. It has: {token.scope}"
            )
        return token, may

    def _patient_of_search(self, token: Token, may: Permission, named: str | None) -> str | None:
        if may.any_patient:
            return named
        if named is not None and named != token.context.patient:
            raise Refused(403, "forbidden", "The token is for another patient.")
        return token.context.patient

    def _written(self, kind: str, token: Token) -> tuple[Resource, str]:
        if kind not in WRITABLE:
            raise Refused(
                405, "not-supported", f"{kind} is read-only here; apps may write: {sorted(WRITABLE)}."
            )
        resource = _body(kind)
        patient = token.context.patient
        if patient is None or patient_of(resource) != patient:
            raise Refused(403, "forbidden", f"The {kind} must be about the patient the token is for.")
        return resource, patient


def validated(resource: Resource) -> Resource:
    """The resource, when it is FHIR as R4 has it. Raises Refused (422) with every fault found."""
    kind = resource["resourceType"]
    models = import_module(f"fhirclient.models.{kind.lower()}")
    errors = import_module("fhirclient.models.fhirabstractbase")
    try:
        getattr(models, kind)(resource)
    except errors.FHIRValidationError as error:
        raise Refused(422, "invalid", " ".join(str(error).split())) from None
    return resource


def _body(kind: str) -> Resource:
    if (request.content_length or 0) > LARGEST_BODY:
        raise Refused(413, "too-long", f"One resource may have {LARGEST_BODY} bytes.")
    try:
        resource = orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise Refused(400, "structure", f"The body is not JSON: {error}.") from None
    if not isinstance(resource, dict) or resource.get("resourceType") != kind:
        raise Refused(400, "structure", f"The body is not a {kind}.")
    return validated(resource)


def _passes(may: Permission, kind: str, resource: Resource) -> bool:
    """Whether a scope such as patient/Observation.rs?category=vital-signs lets this one through."""
    searches = [read_search(kind, parse_qsl(query)) for query in may.queries]
    return not searches or any(find(search, [resource]) for search in searches)


def _one(held: Held, *, status: int = 200) -> Response:
    response = _answer(held.resource, status=status)
    response.headers["ETag"] = f'W/"{held.version}"'
    return response


def _answer(body: Resource, *, status: int = 200, cache: str = "no-store") -> Response:
    headers = {"Cache-Control": cache}
    return Response(orjson.dumps(body), status, headers, content_type="application/fhir+json; charset=utf-8")


def _plain(body: dict[str, Any]) -> Response:
    return Response(
        orjson.dumps(body), headers={"Cache-Control": "no-cache"}, content_type="application/json"
    )


def _refused(refused: Exception) -> Response:
    assert isinstance(refused, Refused)  # noqa: S101
    response = _answer(answers.outcome(refused.code, str(refused)), status=refused.status)
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


def not_fhir(error: Exception) -> Response:
    """What the web framework refuses, said as FHIR says it."""
    status = getattr(error, "code", None) or 500
    code = {404: "not-found", 405: "not-supported", 413: "too-long"}.get(status, "invalid")
    return _answer(answers.outcome(code, str(error)), status=status)
