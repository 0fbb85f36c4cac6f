"""The worklist for care coordinators: who is called first, and why. The chart opens from the EHR only.

GET  /staff/worklist/              ?ehr= owner= clock= change= action= text= page=
GET  /staff/worklist/worklist.csv  the same, as a table
POST /staff/worklist/take          patient, ehr, and the filters to come back to: take, or give back
POST /staff/worklist/filter        keep the filters in this browser's session, or forget them
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from cds_service.risk_choice import InUse
from smart_app.care.worklist import Entry, Wanted, as_csv, entries
from smart_app.download import as_download
from smart_app.session import wiring
from smart_app.staff.asked_ehr import chosen_ehr, host_ehrs
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import audit, for_staff

LIST = "/staff/worklist/"
PAGE = 50
FILTERS = ("owner", "clock", "change", "action", "text")
_KEPT = "worklist_filter"
blueprint = Blueprint("staff_worklist", __name__, url_prefix="/staff/worklist")
nav = NavEntry(
    "Worklist", LIST, Permission.SEE_WORKLIST, place=11, about="Who is called first this week, and why."
)


@dataclass(frozen=True)
class Asked:
    """One host EHR's list as it was asked for."""

    host_ehr: str
    host_ehrs: tuple[str, ...]
    wanted: Wanted
    everybody: list[Entry]
    used: InUse

    @property
    def shown(self) -> list[Entry]:
        """The lines the filters let through."""
        return [entry for entry in self.everybody if self.wanted.shows(entry)]

    @property
    def query(self) -> dict[str, str]:
        """For links to the same list."""
        told = {name: value for name, value in asdict(self.wanted).items() if value}
        return {"ehr": self.host_ehr, **told}


@blueprint.get("/")
@for_staff(Permission.SEE_WORKLIST)
def show_worklist(user: StaffUser) -> str:
    """Fifty lines a page, the highest risk first. Who was shown is in the audit."""
    asked = _asked()
    shown = asked.shown
    pages = max(1, -(-len(shown) // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    lines = shown[(page - 1) * PAGE : page * PAGE]
    if lines:
        _audit(user, "worklist-read", asked, lines)
    return render_template(
        "staff/worklist.html",
        asked=asked,
        lines=lines,
        count=len(shown),
        page=page,
        pages=pages,
        owners=sorted({one.owner for one in asked.everybody if one.owner}),
        actions=sorted({one.next_action for one in asked.everybody}),
        kept=_KEPT in session,
        me=user.name,
    )


@blueprint.get("/worklist.csv")
@for_staff(Permission.SEE_WORKLIST)
def download(user: StaffUser) -> Response:
    """What the page shows, all pages of it."""
    asked = _asked()
    _audit(user, "worklist-exported", asked, asked.shown)
    return as_download(as_csv(asked.shown), "text/csv", "worklist.csv")


@blueprint.post("/take")
@for_staff(Permission.WORK_ON_WORKLIST)
def take(user: StaffUser) -> ResponseReturnValue:
    """The patient is this coordinator's, or with `back` nobody's."""
    owner = "" if "back" in request.form else user.name
    patient, host_ehr = request.form.get("patient", ""), request.form.get("ehr", "")
    if not wiring().risk.worklists.give(host_ehr, patient, owner, by=user.actor):
        flash("Nothing was changed: this patient is not on the worklist any more.", "problem")
    looked_at = {name: request.form.get(name, "")[:100] for name in (*FILTERS, "page")}
    return redirect(_back(host_ehr, **{name: held for name, held in looked_at.items() if held}), code=303)


@blueprint.post("/filter")
@for_staff(Permission.SEE_WORKLIST)
def keep_filter(user: StaffUser) -> ResponseReturnValue:
    """Kept in the signed cookie: it holds what was chosen, and no patient's name."""
    kept = {name: request.form.get(name, "")[:100] for name in FILTERS if name != "text"}
    if "forget" in request.form or not any(kept.values()):
        session.pop(_KEPT, None)
    else:
        session[_KEPT] = kept
    return redirect(_back(request.form.get("ehr", "")), code=303)


def _asked() -> Asked:
    parts = wiring()
    names = host_ehrs()
    host_ehr = chosen_ehr(request.args.get("ehr", ""), names)
    used = parts.risk.in_use()
    everybody: list[Entry] = []
    if used.scores is not None:
        today = parts.today_at(host_ehr)
        listed = parts.risk.listed(host_ehr, today)
        everybody = entries(
            listed.patients, listed.outlooks, listed.owners, used.policy, today, listed.beside
        )
    return Asked(host_ehr, names, _wanted(), everybody, used)


def _wanted() -> Wanted:
    """What the address says; where it says nothing, what was kept."""
    told = request.args if any(name in request.args for name in FILTERS) else session.get(_KEPT, {})
    return Wanted(**{name: str(told.get(name, "")).strip()[:100] for name in FILTERS})


def _audit(user: StaffUser, action: str, asked: Asked, lines: list[Entry]) -> None:
    shown = [one.patient for one in lines]
    audit(user, action, {"patients": shown, "count": len(shown)}, host_ehr=asked.host_ehr)


def _back(host_ehr: str, **filters: str) -> str:
    query: dict[str, Any] = {"ehr": host_ehr, **filters}
    return url_for("staff_worklist.show_worklist", **query)
