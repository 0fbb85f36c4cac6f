"""SMART App Launch: from the EHR to an open chart.

`/launch` checks who sends the browser, puts the launch aside and sends the browser on to that EHR's
authorization server; `/callback` takes it up again, once, in the same browser, and opens the chart. Nothing
is fetched, and no code is sent anywhere, before the request has been held against the register and the
browser against its launch.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import structlog
from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from cds_service.outside.discovery import Endpoints
from cds_service.outside.identity import Identity, NotIdentified
from cds_service.outside.registry import HostEhr
from cds_service.outside.sessions import LAUNCH_MINUTES, PendingLaunch
from cds_service.outside.token_endpoint import SmartProblem, Tokens, Unreachable
from cds_service.scopes import to_request
from smart_app import session
from smart_app.authorization import FROM_THE_CHART, check_sender, code_of
from smart_app.care.queries import CHART_KINDS
from smart_app.errors import refuse
from smart_app.headers import framed_by, posting_to
from smart_app.host_style import checked
from smart_app.launch_context import place_in_chart
from smart_app.scopes import split

CALLBACK = "/callback"
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")  # FHIR R4, id
_LONGEST_CONTEXT = 4000  # characters of appContext
_LONGEST_ADDRESS = 2000  # characters; beyond it some servers and proxies refuse
_log = structlog.get_logger()

blueprint = Blueprint("launch", __name__)


@blueprint.get("/launch")
def launch() -> AnyResponse:
    """SMART App Launch 2.2, 'Launch App': EHR launch, or standalone when there is no `launch` parameter."""
    ehr = session.wiring().host_ehrs.by_fhir_base(request.args.get("iss", ""))
    if ehr is None or ehr.smart is None:
        refuse(
            400,
            title="This EHR is not registered",
            what="Throughline was launched by an EHR it does not know, so it did not contact it.",
            next_step="Open Throughline from a patient's chart in your EHR. If you did, ask the "
            "administrator to register the EHR's FHIR address with 'throughline ehr add'.",
        )
    framed_by(ehr)
    handle = request.args.get("launch") or None
    with _told_on_a_page(ehr):
        return _sent_to_the_ehr(ehr, handle)


@blueprint.get(CALLBACK)
def callback() -> AnyResponse:
    """The authorization response (RFC 6749, 4.1.2), bound to the launch and to the browser by `state`."""
    state = request.args.get("state", "")
    name, _, mark = state.partition(".")
    named = session.wiring().host_ehrs.get(name)
    if named is not None:
        framed_by(named)  # so that even the error pages below can be read inside the EHR
    cookie = _cookie(mark)
    pending = _taken_up(state, request.cookies.get(cookie, ""))
    ehr = session.wiring().host_ehrs.get(pending.host_ehr)
    if ehr is None:
        refuse(400, what="The EHR was taken out of the register while it was launching Throughline.")
    with _told_on_a_page(ehr):
        response = _opened(ehr, pending)
    response.delete_cookie(
        cookie, path=CALLBACK, secure=True, httponly=True, samesite="None", partitioned=True
    )
    return response


@blueprint.get("/.well-known/jwks.json")
def public_keys() -> Response:
    """Our public keys, for EHRs where this app is registered with `private_key_jwt`."""
    response = jsonify(session.wiring().keys.public_jwks())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _sent_to_the_ehr(ehr: HostEhr, handle: str | None) -> AnyResponse:
    parts = session.launching()
    endpoints = parts.smart.discover(ehr)
    registered = ehr.smart.scopes if ehr.smart else ()
    scope = to_request(
        registered, ehr.behaves_as, CHART_KINDS, standalone=handle is None, v1_only=endpoints.v1_only
    )
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    aside = {"verifier": verifier, "nonce": nonce, "scope": scope, "endpoints": asdict(endpoints)}
    secret = parts.pending.start(ehr.name, aside)
    mark = _mark(secret)
    url = parts.smart.authorization_url(
        ehr,
        endpoints,
        state=f"{ehr.name}.{mark}",
        nonce=nonce,
        verifier=verifier,
        redirect_uri=_redirect_uri(),
        scope=scope,
        launch=handle,
    )
    response = _sent_on(ehr, endpoints, url)
    response.set_cookie(
        _cookie(mark),
        secret,
        max_age=LAUNCH_MINUTES * 60,
        path=CALLBACK,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
    _log.info("launch started", host_ehr=ehr.name, kind="ehr" if handle else "standalone")
    return response


def _sent_on(ehr: HostEhr, endpoints: Endpoints, url: str) -> AnyResponse:
    """The browser on its way: by address or, where that grew long and the EHR takes forms, by a form."""
    if len(url) <= _LONGEST_ADDRESS or not endpoints.takes_posts:
        return redirect(url)
    posting_to(ehr)
    asked = parse_qsl(urlsplit(url).query)
    before = set(parse_qsl(urlsplit(endpoints.authorize).query))
    fields = [pair for pair in asked if pair not in before]
    page = render_template("authorize.html", host=ehr.name, action=endpoints.authorize, fields=fields)
    return make_response(page)


def _taken_up(state: str, secret: str) -> PendingLaunch:
    """The launch this callback belongs to.

    `state` is a fingerprint of the cookie: who has only the state can neither use the launch nor use it up.
    """
    name, _, mark = state.partition(".")
    if not secret or not secrets.compare_digest(_mark(secret).encode(), mark.encode()):
        refuse(
            400,
            title="This launch was not started in this browser",
            what="The EHR's answer does not belong to a launch that this browser began, or the browser did "
            "not keep the cookie of that launch.",
            next_step=f"{FROM_THE_CHART} If this page comes again, allow cookies for Throughline.",
        )
    pending = session.launching().pending.take(secret)
    if pending is None or pending.host_ehr != name:
        refuse(
            400,
            title="This launch is over",
            what=f"A launch works once, for {LAUNCH_MINUTES} minutes; this one was used, or is too old.",
            next_step=FROM_THE_CHART,
        )
    return pending


def _opened(ehr: HostEhr, pending: PendingLaunch) -> AnyResponse:
    endpoints = Endpoints.kept(pending.data["endpoints"])
    check_sender(ehr, endpoints)
    endpoint = session.launching().smart.token_endpoint(ehr, endpoints)
    tokens = endpoint.exchange(
        code=code_of(ehr), verifier=pending.data["verifier"], redirect_uri=_redirect_uri()
    )
    patient_id = _patient(ehr, tokens)
    scope = tokens.scope or pending.data["scope"]
    identity = _identity(ehr, endpoints, tokens, scope, pending)
    data = _kept(endpoints, tokens, scope, identity)
    data["host_style"] = checked(session.launching().smart.style(ehr, tokens.context.get("smart_style_url")))
    launch_id, secret = session.begin(ehr.name, patient_id, data)
    actor = (identity.fhir_user or identity.subject) if identity else "unknown"
    session.wiring().audit.record(
        host_ehr=ehr.name,
        actor=actor,
        action="launch",
        patient_id=patient_id,
        detail={"launch_id": launch_id},
    )
    _log.info("launch finished", host_ehr=ehr.name, launch_id=launch_id)
    told = tokens.context
    place = place_in_chart(
        session.wiring(), ehr.name, patient_id, data["user"], told.get("appContext"), told.get("intent")
    )
    response = redirect(f"/chart/{launch_id}/{place}", code=303)
    session.set_cookie(response, launch_id, secret)
    return response


def _patient(ehr: HostEhr, tokens: Tokens) -> str:
    patient = tokens.context.get("patient")
    if patient is None:
        refuse(
            400,
            title="No patient was chosen",
            what=f"{ehr.name} launched Throughline without telling it which patient's chart is open.",
            next_step="Open a patient's chart first, and Throughline from inside it.",
        )
    return _id(patient) or refuse(
        400, what=f"{ehr.name} named the patient by something that is not a FHIR id."
    )


def _identity(
    ehr: HostEhr, endpoints: Endpoints, tokens: Tokens, scope: str, pending: PendingLaunch
) -> Identity | None:
    """Who launched: None when the EHR was not asked or did not permit us to know."""
    if "openid" not in split(pending.data["scope"]) & split(scope):
        return None
    if tokens.id_token is None:
        refuse(
            400,
            what=f"{ehr.name} permitted Throughline to know who you are, but did not tell it (no id_token).",
        )
    return session.launching().smart.identify(ehr, endpoints, tokens.id_token, pending.data["nonce"])


def _kept(endpoints: Endpoints, tokens: Tokens, scope: str, identity: Identity | None) -> dict[str, Any]:
    """What a session holds, sealed. Only what is needed: no id_token, no unknown fields."""
    context = tokens.context
    told = context.get("appContext")
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": tokens.expires_at,
        "scope": scope,
        "endpoints": asdict(endpoints),
        "user": identity.fhir_user if identity else None,
        "encounter": _id(context.get("encounter")),
        # Without a word from the EHR the patient is named: twice is better than not at all.
        "need_patient_banner": context.get("need_patient_banner") is not False,
        "app_context": told if isinstance(told, str) and len(told) <= _LONGEST_CONTEXT else None,
    }


@contextmanager
def _told_on_a_page(ehr: HostEhr) -> Iterator[None]:
    """Turn what may go wrong at the EHR into a page that names it."""
    try:
        yield
    except Unreachable as problem:
        _log.warning("launch failed", host_ehr=ehr.name, error=type(problem).__name__)
        refuse(503, what=str(problem))
    except (SmartProblem, NotIdentified) as problem:
        _log.warning("launch failed", host_ehr=ehr.name, error=type(problem).__name__)
        refuse(
            400,
            title="The launch could not be completed",
            what=str(problem),
            next_step=f"{FROM_THE_CHART} If this page comes again, show it to the administrator.",
        )


def _redirect_uri() -> str:
    return f"{session.wiring().settings.origin}{CALLBACK}"


def _mark(secret: str) -> str:
    # Not the hash under which the database keeps it (a plain SHA-256): a copy of the database gives no state
    # away.
    return hashlib.sha256(f"throughline state {secret}".encode()).hexdigest()


def _cookie(mark: str) -> str:
    return f"throughline_launch_{mark[:16]}"


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
