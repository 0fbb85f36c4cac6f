"""The quality team's risk file: what is in use, changed by one person and released by another.

GET  /staff/risk-file/          ?number=   form and YAML side by side, what waits, the history
POST /staff/risk-file/          save it, or only show the other spelling
POST /staff/risk-file/try       who would enter and leave the worklist of ?ehr
POST /staff/risk-file/do        approve or send back what waits, or roll back
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from cds_service.outside import clock
from cds_service.outside.risk_models import NotAllowed
from cds_service.outside.yaml_file import FileProblems
from cds_service.risk_policy import parse_policy
from cds_service.rule_words import changes
from measures.risk.panel import UnusableExport
from measures.risk.worklist import Moves
from smart_app.session import wiring
from smart_app.staff.asked_ehr import chosen_ehr, host_ehrs
from smart_app.staff.filled_form import Filled
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import audit, for_staff
from smart_app.studio.risk_file import (
    FORM,
    NAME,
    TrialPanel,
    document_of,
    read,
    roll_back,
    save,
    text_in_use,
    tried_on,
    what_scores,
)
from smart_app.studio.small_panel import too_large_to_wait
from smart_app.studio.yaml_form import text_of, values_of

PAGE = "/staff/risk-file/"
blueprint = Blueprint("staff_risk_file", __name__, url_prefix="/staff/risk-file")
nav = NavEntry(
    "Risk file",
    PAGE,
    Permission.SEE_MODELS,
    place=33,
    about="What is scored, how it weighs, and who comes onto the worklist.",
)


@blueprint.get("/")
@for_staff(Permission.SEE_MODELS)
def show_file(user: StaffUser) -> str:
    """What is in use, or the saved version asked for."""
    asked = request.args.get("number", type=int)
    kept = next((one for one in wiring().risk.policies.saved() if one.number == asked), None)
    return _page(user, read(kept.text if kept else text_in_use(wiring().risk)))


@blueprint.post("/")
@for_staff(Permission.RELEASE_RISK_FILE)
def save_file(user: StaffUser) -> ResponseReturnValue:
    """Keep it for a second person when nothing is wrong with it."""
    filled = read(_text())
    if "show" in request.form:
        return _page(user, filled)
    if not filled.lines and not filled.problems:
        try:
            saved = save(wiring().risk, filled.text, author=user.actor)
        except NotAllowed as taken:
            filled = Filled(filled.fields, filled.text, {"version": [str(taken)]}, (f"version: {taken}",))
        else:
            flash(f"Version {saved.version} is saved. It waits for a second person.")
            return redirect(PAGE, code=303)
    return make_response(_page(user, filled, saving=True), 422)


@blueprint.post("/try")
@for_staff(Permission.RELEASE_RISK_FILE)
def try_file(user: StaffUser) -> ResponseReturnValue:
    """Nothing is changed; whose ids are shown is in the audit."""
    filled, ehr = read(_text()), chosen_ehr(request.form.get("ehr", ""), host_ehrs())
    if filled.lines or filled.problems or not ehr:
        return make_response(_page(user, filled), 422)
    try:
        policy = parse_policy(filled.text.encode(), NAME)
        found = tried_on(wiring().risk, ehr, policy, _panel(ehr))
    except (NotAllowed, FileProblems, FileNotFoundError, UnusableExport) as cannot:
        flash(f"It cannot be tried here: {cannot}. Use throughline risk worklist --dry-run.", "problem")
        return _page(user, filled)
    audit(
        user,
        "risk-file-tried",
        {"version": policy.version, "patients": [*found.enter, *found.leave]},
        host_ehr=ehr,
    )
    return _page(user, filled, ehr=ehr, found=found)


@blueprint.post("/do")
@for_staff(Permission.RELEASE_RISK_FILE)
def do(user: StaffUser) -> Response:
    """One step with what waits, or back from what is in use."""
    risk, deed = wiring().risk, request.form.get("deed", "")
    number = request.form.get("number", 0, type=int)
    try:
        if deed == "approve":
            risk.policies.approve(number, by=user.actor)
            flash("It is in use. The worklist follows at the next refresh.")
        elif deed == "send back":
            risk.policies.send_back(number, by=user.actor)
            flash("It is sent back; its author finds it in the history.")
        elif deed == "roll back":
            flash(f"Version {roll_back(risk, by=user.actor)} is in use again.")
        else:
            flash("Nothing was changed: choose what to do.", "problem")
    except NotAllowed as refused:
        flash(f"Not done: {refused}.", "problem")
    risk.forget()
    return redirect(PAGE, code=303)


def _text() -> str:
    """What was sent: the YAML, or what the form makes of it."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    return text_of(document_of(request.form, text)) if "version" in request.form else text


def _panel(host_ehr: str) -> TrialPanel | None:
    """The panel of the settings, where it is small enough to wait for."""
    parts = wiring()
    folder = parts.settings.panel
    if folder is None or too_large_to_wait(folder):
        return None
    others = partial(parts.other_sources.for_patient, host_ehr)
    return TrialPanel(folder, parts.vocabulary, others, clock.today())


def _page(
    user: StaffUser, filled: Filled, *, saving: bool = False, ehr: str = "", found: Moves | None = None
) -> str:
    risk = wiring().risk
    waiting = risk.policies.waiting()
    in_use = text_in_use(risk)
    named = {} if found is None else risk.scores.of_patients(ehr, [*found.enter, *found.leave])
    return render_template(
        "staff/risk_file.html",
        filled=filled,
        saving=saving,
        parts=FORM.parts,
        used=risk.in_use(),
        waiting=waiting,
        changes=changes(values_of(in_use), values_of(waiting.text)) if waiting else (),
        wrote=waiting is not None and waiting.author == user.actor,
        released=risk.policies.released(),
        saved=risk.policies.saved(),
        ehr=ehr,
        ehrs=host_ehrs(),
        found=found,
        told=tuple(what_scores(risk, parse_policy(filled.text.encode(), NAME))) if found else (),
        named=named,
    )
