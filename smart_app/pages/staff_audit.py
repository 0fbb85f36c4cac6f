"""The audit: who did what, when; and whether it is as it was written.

GET  /staff/audit/          ?actor= action= outcome= host_ehr= patient_id= since= until= before=
POST /staff/audit/verify    walk the whole chain
"""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request

from cds_service.outside.audit import Link
from cds_service.outside.audit_reading import PAGE, AuditReader, Wanted
from smart_app.session import wiring
from smart_app.staff.asked_ehr import host_ehrs
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import audit, for_staff

FIELDS = ("actor", "action", "outcome", "host_ehr", "patient_id", "since", "until")
OUTCOMES = ("success", "refused", "failed")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
blueprint = Blueprint("staff_audit", __name__, url_prefix="/staff/audit")
nav = NavEntry(
    "Audit",
    "/staff/audit/",
    Permission.READ_AUDIT,
    place=43,
    about="Who did what, when; and proof that no row is missing.",
)


@blueprint.get("/")
@for_staff(Permission.READ_AUDIT)
def show_audit(user: StaffUser) -> str:
    """The rows that were asked for, newest first. To read the audit is itself in the audit."""
    wanted = _wanted()
    audit(user, "audit-read", {name: getattr(wanted, name) for name in FIELDS if getattr(wanted, name)})
    return _page(wanted)


@blueprint.post("/verify")
@for_staff(Permission.READ_AUDIT)
def verify(user: StaffUser) -> str:
    """The first bad row, or the head of a whole chain, to be noted down elsewhere."""
    log, noted = wiring().audit, request.form.get("anchor", "").strip()
    try:
        anchor = Link.parse(noted) if noted else None
    except ValueError as problem:
        return _page(Wanted(), anchor=noted, anchor_problems=[str(problem)])
    bad = log.verify(anchor)
    audit(user, "audit-verified", {"bad_row": bad.seq if bad else 0}, outcome="failed" if bad else "success")
    return _page(Wanted(), verified=True, bad=bad, head=log.head())


def _page(wanted: Wanted, **more: object) -> str:
    reader = AuditReader(wiring().database)
    rows = reader.page(wanted)
    asked = {name: getattr(wanted, name) for name in FIELDS}
    return render_template(
        "staff/audit.html",
        rows=rows,
        asked=asked,
        older=rows[-1].seq if len(rows) == PAGE else None,
        query={name: value for name, value in asked.items() if value},
        actions=reader.actions(),
        outcomes=OUTCOMES,
        host_ehrs=host_ehrs(),
        **{"verified": False, "bad": None, "head": None, "anchor": "", "anchor_problems": ()} | more,
    )


def _wanted() -> Wanted:
    asked = {name: request.args.get(name, "").strip()[:256] for name in FIELDS}
    days = {name: asked[name] if _DAY.fullmatch(asked[name]) else "" for name in ("since", "until")}
    return Wanted(**asked | days, before=request.args.get("before", type=int))
