"""The CDS Hooks endpoints: parse, call one function, answer. Every error carries an OperationOutcome."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any

import orjson
import structlog
from flask import Blueprint, Response, g, request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge

from cds_service.answering import CdsService
from cds_service.feedback import parse_feedback, store
from cds_service.outside import clock
from cds_service.outside.database import Connection, DatabaseUnavailable
from cds_service.outside.recent_calls import HeardCall
from cds_service.outside.telemetry import cds_requests, failures, stage, stages_noted
from cds_service.protocol import LARGEST_BODY, Problem, Refused, operation_outcome, refuse
from cds_service.service import Call
from cds_service.trust import Caller
from cds_service.wiring import Wiring

PATH = "/cds-services"
SENT_AS = "throughline.sent_as"
"""Of the WSGI environment, where no header reaches: a call that the sandbox's page sends says so here."""

_LONGEST_PATH = 120
_JSON_TYPES = ("", "application/json", "application/fhir+json")
_BROKEN = Problem("the service failed on this call; the fault was logged", code="exception")
_log = structlog.get_logger()


def blueprint(wiring: Wiring) -> Blueprint:
    """GET /cds-services, POST /cds-services/{id} and POST /cds-services/{id}/feedback."""
    routes = Blueprint("cds", __name__)
    endpoints = _Endpoints(wiring)
    routes.get(PATH, strict_slashes=False)(endpoints.discover)
    routes.post(f"{PATH}/<service_id>")(endpoints.call)
    routes.post(f"{PATH}/<service_id>/feedback")(endpoints.feedback)
    writing = ["POST", "PUT", "PATCH", "DELETE"]
    routes.route(PATH, methods=writing, strict_slashes=False)(endpoints.only_discovery)
    routes.route(f"{PATH}/<path:elsewhere>", methods=["GET", *writing])(endpoints.nothing_here)
    routes.after_request(endpoints.for_browsers)
    return routes


def _answered(view: Callable[..., Response]) -> Callable[..., Response]:
    """Turn what went wrong into its status and an OperationOutcome, and count the answer."""

    @wraps(view)
    def answer(endpoints: "_Endpoints", *args: Any, **path: str) -> Response:
        began = clock.monotonic()
        keeps = endpoints.wiring.recent_calls.keeps
        why = ""
        try:
            with stages_noted(wanted=keeps) as stages:
                response = view(endpoints, *args, **path)
        except Refused as refused:
            why = refused.why
            response = _outcome(refused.status, *refused.problems, headers=refused.headers)
        except RequestEntityTooLarge:
            says = f"the body is larger than {LARGEST_BODY // 2**20} MB; prefetch less (a date, a category)"
            response = _outcome(413, Problem(says, code="too-long"))
        except ClientDisconnected:
            response = _outcome(400, Problem("the body ended before its Content-Length", code="incomplete"))
        except DatabaseUnavailable as unavailable:
            _log.error("database unavailable", error=unavailable.cause)
            wait = {"Retry-After": str(unavailable.retry_after_seconds)}
            response = _outcome(
                503, Problem("nothing can be recorded now; try again", code="transient"), headers=wait
            )
        except Exception as fault:  # noqa: BLE001  the last resort: logged, counted, and still an OperationOutcome
            _log.error("CDS call failed", exc_info=fault)
            failures.labels("cds call").inc()
            response = _outcome(500, _BROKEN)
        service = path.get("service_id", "")
        service = service if service in endpoints.wiring.services else "none"
        cds_requests.labels(service, str(response.status_code)).inc()
        ms = round((clock.monotonic() - began) * 1000, 1)
        caller: Caller | None = g.get("cds_caller")
        host_ehr = caller.host_ehr.name if caller else None
        named = {"request_id": g.request_id} if "request_id" in g else {}
        _log.info("CDS call", service=service, status=response.status_code, ms=ms, host_ehr=host_ehr, **named)
        g.has_its_log_line = True  # and needs no second one: a line costs as much as a measure
        if keeps and request.path.rstrip("/") != PATH:  # every chart that opens asks for discovery
            endpoints.wiring.recent_calls.note(_heard(response, ms, stages, host_ehr or "", why))
        return response

    return answer


def _heard(response: Response, ms: float, stages: Mapping[str, float], host_ehr: str, why: str) -> HeardCall:
    """This request and its answer, for those who test in a demo."""
    return HeardCall(
        method=request.method,
        path=request.path.removeprefix(f"{PATH}/")[:_LONGEST_PATH],
        status=response.status_code,
        ms=ms,
        host_ehr=host_ehr,
        request=g.get("cds_body"),
        response=response.get_data(),
        stages=stages,
        why=why,
        sent_as=request.environ.get(SENT_AS, ""),
    )


def _answers_only(method: str) -> Refused:
    problem = Problem(f"only {method} is answered here", code="not-supported")
    return Refused(405, problem, headers={"Allow": method})


class _Endpoints:
    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self._discovery = self._discovered(None)
        self._base = wiring.settings.base_url.rstrip("/") + PATH

    @_answered
    def discover(self) -> Response:
        """Open to anyone; a client that shows who it is sees what its own host EHR can fill."""
        found = self._discovery
        if request.headers.get("Authorization"):
            try:
                found = self._discovered(
                    self.wiring.trust.verify(request.headers["Authorization"], self._base)
                )
            except Refused:
                found = self._discovery
        return Response(found, mimetype="application/json")

    def _discovered(self, caller: Caller | None) -> bytes:
        ehr, client = (caller.host_ehr, caller.client) if caller else (None, None)
        entries = (service.discovery(ehr, client) for service in self.wiring.services.values())
        return orjson.dumps({"services": [entry for entry in entries if entry is not None]})

    @_answered
    def call(self, service_id: str) -> Response:
        """The nine steps of one CDS call; nothing is answered that was not recorded."""
        service = self._service(service_id)
        caller = self._verified(f"{self._base}/{service_id}")
        g.cds_body = body = _body()
        call = Call(service_id)
        try:
            answer = service.answer(body, caller.host_ehr, caller.client, call)
        except Refused as refused:
            self._record(caller, call, refused.status)
            raise
        self._record(caller, call, 200)
        response = _json(200, answer)
        if call.afterwards is not None:
            response.call_on_close(call.afterwards)
        return response

    @_answered
    def feedback(self, service_id: str) -> Response:
        self._service(service_id)
        caller = self._verified(f"{self._base}/{service_id}/feedback")
        g.cds_body = body = _body()
        outcomes = parse_feedback(body)
        with self.wiring.trust.spend(caller) as entry:
            stored = store(entry, service_id, outcomes, self.wiring.visits)
            detail = {"cards": [outcome.card_uuid for outcome in outcomes], "new": stored.new}
            entry.audit(caller.client.iss, "cds:feedback", None, detail)
        return _outcome(200, *stored.unknown) if stored.unknown else _json(200, {})

    @_answered
    def only_discovery(self) -> Response:
        raise _answers_only("GET")

    @_answered
    def nothing_here(self, elsewhere: str) -> Response:
        known = elsewhere.removesuffix("/feedback") in self.wiring.services
        if known and request.method != "POST":
            raise _answers_only("POST")
        refuse(404, f"nothing is here; GET {PATH} lists the services", code="not-found")

    def for_browsers(self, response: Response) -> Response:
        """CORS, on preflights and on real answers, for the registered origins only (CDS Hooks 2.0, CORS)."""
        response.headers.add("Vary", "Origin")
        origin = request.headers.get("Origin")
        if origin is not None and origin in self._origins():
            response.headers["Access-Control-Allow-Origin"] = origin
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, POST"
                response.headers["Access-Control-Allow-Headers"] = "authorization, content-type"
                response.headers["Access-Control-Max-Age"] = "600"
        return response

    def _origins(self) -> set[str]:
        """The origins of the client that called; of every client as long as nobody is known to call."""
        caller: Caller | None = g.get("cds_caller")
        try:
            clients = (
                [caller.client]
                if caller
                else [c for ehr in self.wiring.host_ehrs.all() for c in ehr.cds_clients]
            )
        except DatabaseUnavailable:
            return set()
        return {origin for client in clients for origin in client.origins}

    def _service(self, service_id: str) -> CdsService:
        service = self.wiring.services.get(service_id)
        if service is None:
            refuse(404, f"there is no service of this id; GET {PATH} lists the services", code="not-found")
        return service

    def _verified(self, audience: str) -> Caller:
        if (request.content_length or 0) > LARGEST_BODY:
            raise RequestEntityTooLarge
        with stage("trust"):
            caller = self.wiring.trust.verify(request.headers.get("Authorization"), audience)
        g.cds_caller = caller
        return caller

    def _note_visit(self, call: Call, host_ehr: str, within: Connection) -> None:
        where = (host_ehr, call.service_id, call.patient_id or "", call.user, call.visit, call.site)
        self.wiring.visits.note(*where, call.cards, silent=call.silent, within=within)

    def _note_shadows(self, call: Call, host_ehr: str, within: Connection) -> None:
        self.wiring.rule_store.note_shadows(
            host_ehr, call.patient_id or "", call.visit, call.shadows, within=within
        )

    def _record(self, caller: Caller, call: Call, status: int) -> None:
        """Spend the token, note the cards and audit the call, all or nothing."""
        shown = [(card.uuid, card.rule.id, card.rule.version) for card in call.cards]
        answered = status == 200
        detail = {"client": caller.client.iss, "status": status, **call.detail}
        with stage("record"), self.wiring.trust.spend(caller) as entry:
            if shown:
                if not call.silent:
                    entry.cards(call.service_id, call.hook_instance, shown, call.user)
                entry.visit(partial(self._note_visit, call))
            if call.shadows:
                entry.visit(partial(self._note_shadows, call))
            for note in call.notes:
                entry.visit(note)
            entry.audit(
                call.user or caller.client.iss,
                f"cds:{call.service_id}",
                call.patient_id,
                detail,
                "success" if answered else "refused",
            )


def _body() -> bytes:
    if request.mimetype not in _JSON_TYPES:
        refuse(415, "send the body as application/json", code="not-supported")
    if request.content_encoding not in (None, "", "identity"):
        refuse(415, "send the body without Content-Encoding", code="not-supported")
    request.max_content_length = LARGEST_BODY + 1  # a body without its length is read no further
    body = request.get_data(cache=False)
    if len(body) > LARGEST_BODY:
        raise RequestEntityTooLarge
    return body


def is_here(path: str) -> bool:
    """Whether an address is one of the CDS service's."""
    return path == PATH or path.startswith(f"{PATH}/")


def outcome_of(error: HTTPException) -> Response:
    """What the web server's own refusals say here: a client reads no page."""
    status = error.code or 500
    code = {404: "not-found", 405: "not-supported", 500: "exception", 503: "transient"}.get(status, "invalid")
    return _outcome(status, Problem(str(error.description or error.name), code=code))


def _json(status: int, tree: Any, headers: dict[str, str] | None = None) -> Response:
    response = Response(orjson.dumps(tree), status=status, mimetype="application/json", headers=headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def _outcome(status: int, *problems: Problem, headers: dict[str, str] | None = None) -> Response:
    return _json(status, operation_outcome(problems), headers)
