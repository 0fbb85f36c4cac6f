"""GET /staff/: where staff begin; what they may do, and how this installation stands."""

from __future__ import annotations

from flask import Blueprint, render_template

from smart_app.session import wiring
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import START, for_staff

blueprint = Blueprint("staff_start", __name__)
nav = NavEntry("Start", START, Permission.SEE_START, place=0)


@blueprint.get(START)
@for_staff(Permission.SEE_START)
def show_start(user: StaffUser) -> str:
    """The pages this user may open, with a sentence each."""
    parts = wiring()
    return render_template(
        "staff/start.html",
        user=user,
        host_ehrs=len(parts.host_ehrs.all()),
        measures=len(parts.catalog.measures),
        rules=len(parts.rules),
        vocabulary=parts.vocabulary,
        address=parts.settings.origin,
    )
