"""The registration sheet of a host EHR, to copy from.

GET /staff/ehrs/<name>/sheet       the page
GET /staff/ehrs/<name>/sheet.txt   the same as plain text
GET /staff/sbom.json               the bill of materials it points to
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from cds_service.registration import Sheet, registration_sheet
from cds_service.registration_text import as_markdown
from smart_app.care.queries import CHART_QUERIES
from smart_app.download import as_download
from smart_app.errors import refuse
from smart_app.session import wiring
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import for_staff
from smart_app.static_files import static_folder

blueprint = Blueprint("staff_registration", __name__, url_prefix="/staff")


@blueprint.get("/ehrs/<name>/sheet")
@for_staff(Permission.SEE_HOST_EHRS)
def show_sheet(user: StaffUser, name: str) -> str:
    """Each value with a button to copy it."""
    sheet = _sheet(name)
    return render_template("staff/sheet.html", sheet=sheet, text=as_markdown(sheet), drawing=_drawing())


@blueprint.get("/ehrs/<name>/sheet.txt")
@for_staff(Permission.SEE_HOST_EHRS)
def sheet_as_text(user: StaffUser, name: str) -> Response:
    """For a mail or a ticket."""
    return Response(as_markdown(_sheet(name)), mimetype="text/plain")


@blueprint.get("/sbom.json")
@for_staff(Permission.SEE_HOST_EHRS)
def sbom(user: StaffUser) -> Response:
    """What runs here, for whoever reviews it."""
    from smart_app.bill_of_materials import bill_of_materials  # a quarter of a second, not at every start

    return as_download(bill_of_materials(), "application/vnd.cyclonedx+json", "throughline.cdx.json")


def _sheet(name: str) -> Sheet:
    register = wiring().host_ehrs
    ehr = register.get(name) or refuse(404, what=f"No host EHR called {name[:63]} is registered.")
    return registration_sheet(wiring().settings, ehr, CHART_QUERIES, register.all())


def _drawing() -> Markup:
    """The data-flow drawing inside the page, so that it takes the page's colours."""
    file = Path(static_folder()) / "data-flow.svg"
    return Markup(file.read_text(encoding="utf-8"))  # noqa: S704  (our own file)
