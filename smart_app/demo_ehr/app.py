"""The demo EHR as one Flask application: FHIR server, authorization server, CDS client, and its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from smart_app.demo_ehr import card_pages, pages
from smart_app.demo_ehr.authorize import authorize_blueprint
from smart_app.demo_ehr.cards import Desk
from smart_app.demo_ehr.clients import RegisteredApp
from smart_app.demo_ehr.ehr import DemoEhr
from smart_app.demo_ehr.fhir import fhir_blueprint, not_fhir
from smart_app.demo_ehr.grants import Grants
from smart_app.demo_ehr.hooks import CdsClient
from smart_app.demo_ehr.keys import EhrKeys
from smart_app.demo_ehr.loading import People
from smart_app.demo_ehr.oauth import Authority, authorization_server
from smart_app.demo_ehr.store import CLINICIAN_NAME, Store

LARGEST_REQUEST = 2_000_000  # bytes
BY_BEARER = (
    "/fhir/",
    "/oauth/token",
    "/oauth/revoke",
)  # authorized by what they carry, not by who is signed in


def create_demo_ehr(
    people: People,
    origin: str,
    app: RegisteredApp,
    services: str,
    now: Callable[[], datetime],
    keys: EhrKeys | None = None,
) -> Flask:
    """An EHR at `origin` (http://localhost:8001) that opens `app` and calls the services under `services`."""
    flask = Flask(__name__, static_url_path="/static")
    flask.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    keys, grants, store = keys or EhrKeys(), Grants(now), Store(people, now)
    cds = CdsClient(services, origin, keys, store, grants, now)
    ehr = DemoEhr(origin, app, store, keys, grants, cds, Desk(), now)
    flask.extensions["demo_ehr"] = ehr
    authority = Authority(origin, {app.client_id: app}, grants, keys, people.patients.keys(), now)
    server = authorization_server(flask, authority)
    flask.register_blueprint(fhir_blueprint(origin, store, grants))
    flask.register_blueprint(authorize_blueprint(server, authority, ehr.roster))
    flask.register_blueprint(pages.blueprint)
    flask.register_blueprint(card_pages.blueprint)
    flask.register_error_handler(HTTPException, _problem)
    flask.before_request(_only_at(origin))
    flask.after_request(_guarded(_policy(app)))
    flask.jinja_env.undefined = StrictUndefined
    flask.jinja_env.globals.update(clinician=CLINICIAN_NAME)
    return flask


def _only_at(origin: str) -> Callable[[], ResponseReturnValue | None]:
    """Served under one name (cookies and frames depend on it), and written to from its own pages only."""

    def check() -> ResponseReturnValue | None:
        if request.host != urlsplit(origin).netloc:
            if request.method == "GET" and request.host.startswith(("127.0.0.1:", "[::1]:")):
                return redirect(origin + request.full_path.rstrip("?"))
            abort(400, f"This EHR is at {origin}.")
        if request.method == "POST" and not request.path.startswith(BY_BEARER):
            came_from = request.headers.get("Origin")
            if came_from != origin:
                abort(403, "This can only be sent from the EHR's own pages.")
        return None

    return check


def _policy(app: RegisteredApp) -> str:
    at = urlsplit(app.launch_url)
    app_origin = f"{at.scheme}://{at.netloc}"
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            f"frame-src 'self' {app_origin}",
            f"form-action 'self' {app_origin}",  # picking a patient ends with a redirect to the app
            "base-uri 'none'",
            "frame-ancestors 'self'",
        ]
    )


def _guarded(policy: str) -> Callable[[Response], Response]:
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if response.mimetype == "text/html":
            response.headers["Cache-Control"] = "no-store"
        return response

    return guard


def _problem(error: HTTPException) -> ResponseReturnValue:
    if request.path.startswith("/fhir"):
        return not_fhir(error)
    status = error.code or 500
    return render_template("problem.html", title=error.name, text=error.description), status
