"""The answer of an authorization server (RFC 6749, 4.1.2): who sends it, and whether it is yes or no."""

from __future__ import annotations

import structlog
from flask import request

from cds_service.outside.discovery import Endpoints
from cds_service.outside.registry import HostEhr
from smart_app.errors import refuse

FROM_THE_CHART = "Go back to the patient's chart in your EHR and open Throughline again from there."
_ERRORS = frozenset(  # RFC 6749, 4.1.2.1
    {
        "access_denied",
        "invalid_request",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    }
)
_log = structlog.get_logger()


def check_sender(ehr: HostEhr, endpoints: Endpoints) -> None:
    """RFC 9207: the issuer an answer names must be the one asked; who always names itself must do so here."""
    sender = request.args.get("iss")
    if sender is None and not endpoints.names_itself:
        return
    if sender != (endpoints.issuer or ehr.fhir_base):
        refuse(
            400,
            title="The answer came from another server",
            what=f"The launch began at {ehr.name}, but its authorization server did not answer it.",
            next_step=FROM_THE_CHART,
        )


def code_of(ehr: HostEhr) -> str:
    """The code of the answer to the current request; an error page that explains when there is none."""
    error, code = request.args.get("error"), request.args.get("code")
    if error is None and code:
        return code
    reason = error if error in _ERRORS else "other"
    _log.info("launch refused by the EHR", host_ehr=ehr.name, reason=reason)
    if error == "access_denied":
        refuse(
            403,
            title="Access was not granted",
            what=f"You, or {ehr.name}, did not permit Throughline to read this chart.",
            next_step=f"To use Throughline, open it again from the chart and allow access. {_told_by_ehr()}",
        )
    if error in ("server_error", "temporarily_unavailable"):
        refuse(503, what=f"{ehr.name}'s authorization server has a problem of its own. {_told_by_ehr()}")
    refuse(
        400,
        title="The EHR did not permit the launch",
        what=f"{ehr.name} answered {_told_by_ehr() or 'without a code, and without saying why.'}",
        next_step="Open Throughline again from the chart. If this page comes again, show it to the "
        "administrator: the registration of Throughline at the EHR does not fit.",
    )


def _told_by_ehr() -> str:
    """The EHR's own words about an error, shortened; they are shown as text and never logged."""
    error = request.args.get("error", "")[:100]
    description = request.args.get("error_description", "")[:300]
    return f"The EHR says: {error}{': ' if error and description else ''}{description}" if error else ""
