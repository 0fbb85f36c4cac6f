"""The authorization server's addresses: authorize (at an EHR launch or by picking), token, revoke, keys."""

from __future__ import annotations

from collections.abc import Callable

from authlib.common.urls import add_params_to_uri
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from smart_app.demo_ehr.conformance import openid_configuration
from smart_app.demo_ehr.grants import Context
from smart_app.demo_ehr.oauth import Authority
from smart_app.demo_ehr.roster import Roster
from smart_app.demo_ehr.store import CLINICIAN_REFERENCE

SIGNED_IN = Context(user=CLINICIAN_REFERENCE)


def authorize_blueprint(
    server: AuthorizationServer, authority: Authority, roster: Callable[[str, int], Roster]
) -> Blueprint:
    """`roster(words, page)` lists the patients to pick from at a standalone launch."""
    blueprint = Blueprint("oauth", __name__)

    @blueprint.route("/oauth/authorize", methods=["GET", "POST"])
    def authorize() -> ResponseReturnValue:
        try:
            grant = server.get_consent_grant(end_user=SIGNED_IN)
            context = _launched(authority, grant.request.scope, grant.redirect_uri)
            picked = request.form.get("patient")
            if context is None and picked in authority.patients:
                context = Context(CLINICIAN_REFERENCE, picked)
        except (OAuth2Error, ValueError) as error:  # ValueError: Authlib quotes what its errors may not hold
            return _refused(server, authority, error)
        if context is None:
            return _pick(grant.request.client.name, roster)
        answer: Response = server.create_authorization_response(grant_user=context, grant=grant)
        return answer

    @blueprint.post("/oauth/token")
    def token() -> Response:
        return _unstored(server.create_token_response())

    @blueprint.post("/oauth/revoke")
    def revoke() -> Response:
        return _unstored(server.create_endpoint_response("revocation"))

    @blueprint.get("/.well-known/jwks.json")
    def keys() -> Response:
        response = jsonify(authority.keys.public())
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    @blueprint.get("/.well-known/openid-configuration")
    def openid() -> Response:
        return jsonify(openid_configuration(authority.origin))

    return blueprint


def _launched(authority: Authority, scope: str, redirect_uri: str) -> Context | None:
    """What the app is opened about; None: the user has yet to pick. Raises OAuth2Error for the app."""
    asked, launch = set(scope.split()), request.values.get("launch")
    if launch is not None:
        context = authority.grants.take_launch(launch) if "launch" in asked else None
        if context is None:
            why = (
                "is unknown here, was used or is older than five minutes"
                if "launch" in asked
                else "needs the scope launch"
            )
            raise _back(f"The launch {why}. Open the app from the chart again.", redirect_uri)
        return context
    if "launch" in asked and "launch/patient" not in asked:
        raise _back("The scope launch needs the launch parameter this EHR gave.", redirect_uri)
    return None if "launch/patient" in asked else SIGNED_IN


def _back(text: str, redirect_uri: str) -> OAuth2Error:
    return InvalidRequestError(text, redirect_uri=redirect_uri, state=request.values.get("state"))


def _refused(server: AuthorizationServer, authority: Authority, error: Exception) -> ResponseReturnValue:
    """Back to the app when that is safe, saying who says so (RFC 9207, section 2); else shown here."""
    if not getattr(error, "redirect_uri", None):
        return render_template("problem.html", title="This app cannot be opened", text=str(error)), 400
    response: Response = server.handle_error_response(server.create_oauth2_request(None), error)
    response.location = add_params_to_uri(response.location, {"iss": authority.origin})
    return response


def _pick(app_name: str, roster: Callable[[str, int], Roster]) -> str:
    words, number = request.args.get("q", ""), request.args.get("page", 1, type=int)
    kept = {name: value for name, value in request.args.items() if name not in ("q", "page")}
    return render_template("pick.html", app_name=app_name, roster=roster(words, number), kept=kept)


def _unstored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
