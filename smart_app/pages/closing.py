"""Closing a chart: the session is dropped, its tokens given back, the browser's cookie taken away.

POST /chart/<launch_id>/logout
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from cds_service.outside.discovery import Endpoints
from smart_app import session

blueprint = Blueprint("closing", __name__)


@blueprint.post("/chart/<launch_id>/logout")
def close_chart(launch_id: str) -> Response:
    """Works with a token that has ended, too, and however the EHR answers: here the session is over first."""
    ehr, found = session.mine(launch_id)
    session.only_from_our_own_page()
    parts = session.launching()
    parts.charts.close(launch_id)
    held = {kind: found.data[kind] for kind in ("refresh_token", "access_token") if found.data[kind]}
    given_back = parts.smart.give_back(
        ehr, Endpoints.kept(found.data["endpoints"]), [(token, kind) for kind, token in held.items()]
    )
    session.wiring().audit.record(
        host_ehr=ehr.name,
        actor=found.data["user"] or "unknown",
        action="logout",
        patient_id=found.patient_id,
        detail={"launch_id": launch_id, "tokens_revoked": given_back},
    )
    response = make_response(render_template("closed.html", host=ehr.name, given_back=given_back))
    session.delete_cookie(response, launch_id)
    return response
