"""A rule of the folders at each host EHR: taken off there by two people, and brought back by one.

GET  /staff/rules/<id>/built-in      where it is shown
POST /staff/rules/<id>/built-in      send it to be retired, decide on that, or roll it back, at one host EHR
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cds_service.guarding import guards
from cds_service.life_cycle import FOLDERS, Asked, Deed, NotAllowed, Standing, State, Step, check
from cds_service.rules import CardRule
from smart_app.errors import refuse
from smart_app.pages.staff_rules import LIST
from smart_app.session import wiring
from smart_app.staff.asked_ehr import host_ehrs
from smart_app.staff.permissions import NotPermitted, Permission, StaffUser
from smart_app.staff.signed_in import audit, for_staff
from smart_app.studio.built_in import do_with_built_in
from smart_app.studio.deeds import check_user_can_do

_DEEDS = {
    Deed.SEND: "sent to be retired; a second person has to approve that,",
    Deed.APPROVE: "retired",
    Deed.SEND_BACK: "not retired: it was sent back",
    Deed.ROLL_BACK: "brought back",
}
"""What can be done here, and how that is told."""

_LABELS = {
    Deed.SEND: "Send to be retired",
    Deed.APPROVE: "Approve",
    Deed.SEND_BACK: "Send back",
    Deed.ROLL_BACK: "Bring back",
}
blueprint = Blueprint("staff_rules_built_in", __name__, url_prefix="/staff/rules")


@dataclass(frozen=True)
class Place:
    """The rule at one host EHR: in words, who asked to retire it, and what this person can do there."""

    host_ehr: str
    says: str
    asked: Asked | None
    deeds: tuple[Deed, ...]


@blueprint.get("/<rule_id>/built-in")
@for_staff(Permission.SEE_RULES)
def show_built_in(user: StaffUser, rule_id: str) -> str:
    """Where it is shown, where a revision stands in its place, and where it is off."""
    rule, store = _rule(rule_id), wiring().rule_store
    places = [_place(name, store.standing(name, rule_id), user) for name in host_ehrs()]
    return render_template(
        "staff/rule_built_in.html",
        rule=rule,
        places=places,
        guarded=guards(rule, wiring().rules_in_use.known.checks),
        labels=_LABELS,
    )


@blueprint.post("/<rule_id>/built-in")
@for_staff(Permission.SEE_RULES)
def retire_or_bring_back(user: StaffUser, rule_id: str) -> Response:
    """One of the two. Its text is kept as a revision, so that it can be changed and sent from there."""
    rule, store = _rule(rule_id), wiring().rule_store
    ehr, deed = request.form.get("ehr", ""), request.form.get("deed", "")
    back = redirect(f"{LIST}{rule_id}/built-in", code=303)
    if ehr not in host_ehrs() or deed not in _DEEDS:
        flash("Not done: the form was not filled in as it should be.", "problem")
        return back
    try:
        check_user_can_do(user, Deed(deed), State.RETIRED if deed == Deed.SEND else None)
        do_with_built_in(store, rule, Deed(deed), user.actor, (ehr,))
    except (NotAllowed, NotPermitted) as refused:
        detail = {"rule": rule_id, "revision": FOLDERS, "deed": Deed(deed).name.lower()}
        audit(user, "rule-change-refused", detail, outcome="refused")
        flash(f"Not done: {refused}.", "problem")
        return back
    flash(f"The built-in rule is {_DEEDS[Deed(deed)]} at {ehr}.")
    return back


def _rule(rule_id: str) -> CardRule:
    rule = wiring().rules_in_use.base.get(rule_id)
    return rule or refuse(404, what=f"There is no built-in card rule called {rule_id[:80]}.")


def _place(host_ehr: str, standing: Standing, user: StaffUser) -> Place:
    """Only the newest change can be taken back; what a revision changed is taken back on its own page."""
    day = wiring().rule_store.day(host_ehr)
    live = standing.live_on(day)
    if live is None:
        says = "live"
    elif live.revision is not None:
        says = f"revision {live.revision} stands in its place"
    else:
        says = "off"
    asked = standing.retirement if standing.waits(FOLDERS) else None
    return Place(host_ehr, says, asked, tuple(d for d in _DEEDS if _possible(d, standing, user, day)))


def _possible(deed: Deed, standing: Standing, user: StaffUser, day: date) -> bool:
    aim = State.RETIRED if deed is Deed.SEND else None
    try:
        check_user_can_do(user, deed, aim)
        check(Step(deed, FOLDERS, user.actor, aim), "", standing, day)
    except (NotAllowed, NotPermitted):
        return False
    return True
