"""The signing keys with which this app proves who it is at host EHRs.

GET  /staff/keys/          what is published
POST /staff/keys/rotate    new keys; the earlier ones stay published for a week
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cds_service.outside.keys import SHOWN_AFTER_RETIREMENT
from smart_app.session import wiring
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import for_staff

LIST = "/staff/keys/"
blueprint = Blueprint("staff_keys", __name__, url_prefix="/staff/keys")
nav = NavEntry(
    "Signing keys", LIST, Permission.SEE_KEYS, place=41, about="See and rotate the keys host EHRs trust."
)


@blueprint.get("/")
@for_staff(Permission.SEE_KEYS)
def list_keys(user: StaffUser) -> str:
    """What the public key set holds."""
    parts = wiring()
    parts.keys.public_jwks()  # makes the first keys, where there are none yet
    users = [ehr.name for ehr in parts.host_ehrs.all() if ehr.smart and ehr.smart.auth == "private_key_jwt"]
    return render_template(
        "staff/keys.html",
        keys=parts.keys.published(),
        users=users,
        days=SHOWN_AFTER_RETIREMENT.days,
        address=f"{parts.settings.origin}/.well-known/jwks.json",
    )


@blueprint.post("/rotate")
@for_staff(Permission.ROTATE_KEYS)
def rotate(user: StaffUser) -> Response:
    """New keys for every algorithm, after the box was ticked."""
    if "sure" not in request.form:
        flash("Not rotated: tick the box to confirm.", "problem")
        return redirect(LIST, code=303)
    parts = wiring()
    parts.keys.rotate_all(parts.audit, actor=user.actor)
    flash("The keys are rotated. Every server signs with the new ones within a minute.")
    return redirect(LIST, code=303)
