"""Host EHRs: the list with each one's state, and registering or changing one by form or by file.

GET  /staff/ehrs/                 all of them
GET  /staff/ehrs/new              POST: check, then register
GET  /staff/ehrs/<name>           POST: check, then replace
POST /staff/ehrs/<name>/remove
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from cds_service.outside.audit_reading import AuditReader
from cds_service.outside.host_ehr import HostEhr, HostEhrProblems
from cds_service.outside.registry import AlreadyRegistered
from cds_service.outside.yaml_file import FileProblems
from cds_service.profiles import profiles
from cds_service.registration_reasons import WHY_WRITTEN
from smart_app.errors import refuse
from smart_app.session import wiring
from smart_app.staff.filled_form import Filled
from smart_app.staff.host_ehr_form import (
    by_field,
    checked,
    document_in,
    document_of,
    fields_of,
    lines_of,
    site_names,
    stored_document,
    text_of,
)
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import audit, for_staff

LIST = "/staff/ehrs/"
blueprint = Blueprint("staff_host_ehrs", __name__, url_prefix="/staff/ehrs")
nav = NavEntry(
    "Host EHRs",
    LIST,
    Permission.SEE_HOST_EHRS,
    place=40,
    about="Register an EHR, copy what its administrator needs, and test the connection.",
)


@blueprint.get("/")
@for_staff(Permission.SEE_HOST_EHRS)
def list_host_ehrs(user: StaffUser) -> str:
    """Every host EHR, when it was last used, and how its last test ended."""
    reader = AuditReader(wiring().database)
    rows = [
        (ehr, reader.latest(ehr.name, "connection-tested"), reader.last_of(ehr.name))
        for ehr in wiring().host_ehrs.all()
    ]
    return render_template("staff/host_ehrs.html", rows=rows)


@blueprint.get("/new")
@for_staff(Permission.CHANGE_HOST_EHRS)
def new_host_ehr(user: StaffUser) -> str:
    """An empty form."""
    start = {"profile": "generic", "smart": {"auth": "private_key_jwt", "scopes": _USUAL_SCOPES}}
    return _page(Filled(fields_of(start), text_of({"name": "", "fhir_base": ""} | start)), None)


@blueprint.get("/<name>")
@for_staff(Permission.CHANGE_HOST_EHRS)
def one_host_ehr(user: StaffUser, name: str) -> str:
    """The form as it is registered."""
    ehr = _registered(name)
    document = stored_document(ehr)
    return _page(Filled(fields_of(document), text_of(document)), ehr)


@blueprint.post("/new")
@for_staff(Permission.CHANGE_HOST_EHRS)
def register(user: StaffUser) -> Response:
    """Check what was filled in; register it when nothing is wrong."""
    return _saved(user, None)


@blueprint.post("/<name>")
@for_staff(Permission.CHANGE_HOST_EHRS)
def change(user: StaffUser, name: str) -> Response:
    """Check what was filled in; replace the host EHR when nothing is wrong."""
    return _saved(user, _registered(name))


@blueprint.post("/<name>/remove")
@for_staff(Permission.CHANGE_HOST_EHRS)
def remove(user: StaffUser, name: str) -> Response:
    """Take a host EHR out of the register, after its name was typed again."""
    _registered(name)
    if request.form.get("typed", "").strip() != name:
        flash(f"Not removed: type {name} to confirm.", "problem")
        return redirect(f"{LIST}{name}", code=303)
    audit(user, "host-ehr-removed", {}, host_ehr=name)
    wiring().host_ehrs.remove(name)
    flash(f"{name} is removed: its launches and calls are refused from now on. The audit stays.")
    return redirect(LIST, code=303)


_USUAL_SCOPES = ["launch", "openid", "fhirUser", "offline_access", "patient/*.rs"]


def _saved(user: StaffUser, stored: HostEhr | None) -> Response:
    """One of the two spellings was sent: the form's fields, or the file's text. Nothing wrong is stored."""
    try:
        document, file = _sent(stored)
    except FileProblems as unreadable:
        lines = tuple(map(_without_name, unreadable.problems))
        return make_response(_page(Filled(fields_of({}), request.form["text"], {}, lines), stored), 422)
    try:
        ehr = checked(document, stored)
        if "show" in request.form:  # only bring the other spelling up to date
            return make_response(_page(Filled(fields_of(document), text_of(document)), stored))
        if stored is None and wiring().host_ehrs.get(ehr.name) is not None:
            raise AlreadyRegistered(f"{ehr.name} is registered already")
        wiring().host_ehrs.add(ehr)
        detail = {"profile": ehr.profile, "fhir_base": ehr.fhir_base, "replaced": stored is not None}
        audit(user, "host-ehr-registered", detail, host_ehr=ehr.name)
    except HostEhrProblems as wrong:
        text = request.form["text"] if file else text_of(document)
        lines = tuple(map(_without_name, lines_of(wrong.problems, file))) if file else ()
        filled = Filled(fields_of(document), text, by_field(wrong.problems, document), lines)
        return make_response(_page(filled, stored), 422)
    except AlreadyRegistered as taken:
        said = f"{taken}; to change what is registered, open it in the list"
        filled = Filled(fields_of(document), text_of(document), {"": [said]})
        return make_response(_page(filled, stored), 409)
    flash(f"{ehr.name} is {'changed' if stored else 'registered'}. Copy the sheet, then test the connection.")
    return redirect(f"{LIST}{ehr.name}/sheet", code=303)


def _sent(stored: HostEhr | None) -> tuple[Any, Any]:
    if "text" in request.form:
        file = document_in(request.form["text"])
        return file.values, file
    return document_of(request.form, stored_document(stored) if stored else {}), None


def _page(filled: Filled, stored: HostEhr | None) -> str:
    clients = 1 + max(int(name.split(".")[1]) for name in filled.fields if name.startswith("cds_clients."))
    return render_template(
        "staff/host_ehr.html",
        filled=filled,
        stored=stored,
        clients=range(clients),
        count=sum(map(len, filled.problems.values())) or len(filled.lines),
        kinds=[(name, profile.title) for name, profile in profiles().items()],
        writing=" ".join(f"patient/{kind}.cu" for kind in WHY_WRITTEN),
        site=[(name, _who_ask_for(name)) for name in site_names()],
        has_secret=bool(stored and stored.smart and stored.smart.secret),
    )


def _who_ask_for(name: str) -> str:
    return ", ".join(profile.title for profile in profiles().values() if name in profile.site)


def _registered(name: str) -> HostEhr:
    return wiring().host_ehrs.get(name) or refuse(404, what=f"No host EHR called {name[:63]} is registered.")


def _without_name(problem: str) -> str:
    """`host-ehr.yaml:3: what` as `line 3: what`: on the page there is only one text."""
    where, _, what = problem.partition(": ")
    line = where.rpartition(":")[2]
    return f"line {line}: {what}" if line.isdigit() else what
