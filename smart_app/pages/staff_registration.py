"""The registration sheet of a host EHR, to copy from.

GET /staff/ehrs/<name>/sheet       the page
GET /staff/ehrs/<name>/sheet.txt   the same as plain text
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from smart_app.errors import refuse
from smart_app.session import wiring
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.registration import WHY_READ, Sheet, sheet_for
from smart_app.staff.signed_in import for_staff

blueprint = Blueprint("staff_registration", __name__, url_prefix="/staff/ehrs")


@blueprint.get("/<name>/sheet")
@for_staff(Permission.SEE_HOST_EHRS)
def show_sheet(user: StaffUser, name: str) -> str:
    """Each value with a button to copy it."""
    return render_template("staff/sheet.html", sheet=_sheet(name), why=WHY_READ)


@blueprint.get("/<name>/sheet.txt")
@for_staff(Permission.SEE_HOST_EHRS)
def sheet_as_text(user: StaffUser, name: str) -> Response:
    """For a mail or a ticket."""
    return Response(_sheet(name).text(), mimetype="text/plain")


def _sheet(name: str) -> Sheet:
    ehr = wiring().host_ehrs.get(name) or refuse(404, what=f"No host EHR called {name[:63]} is registered.")
    return sheet_for(ehr, wiring().settings.origin)
