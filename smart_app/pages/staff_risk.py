"""Risk models: which one is in use, what speaks for each, and the switch.

GET  /staff/risk/           models, the switch, the risk file in use
POST /staff/risk/switch     position=on|points|off
POST /staff/risk/promote    model=HASH, with the box ticked
POST /staff/risk/rollback   outcome=ID: back to what was in use for it before
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from cds_service.outside.risk_models import KnownModel, NotAllowed, Position
from cds_service.risk import Risk
from measures.risk.model import Model, ModelError
from measures.risk.outcome import OUTCOMES
from smart_app.session import wiring
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import for_staff

LIST = "/staff/risk/"
SAYS: dict[Position, str] = {
    "on": "Risk is on.",
    "points": "No model is used now; the expert points are.",
    "off": "Risk is off: no page, card or list shows it.",
}
blueprint = Blueprint("staff_risk", __name__, url_prefix="/staff/risk")
nav = (
    NavEntry(
        "Risk models", LIST, Permission.SEE_MODELS, place=31, about="Which model scores, and since when."
    ),
    NavEntry(
        "Risk switch", f"{LIST}switch", Permission.SWITCH_RISK, place=47, about="Take risk off every page."
    ),
)


@dataclass(frozen=True)
class Listed:
    """A model of the register, and what it says of itself; None where it cannot be read."""

    known: KnownModel
    model: Model | None


@blueprint.get("/")
@for_staff(Permission.SEE_MODELS)
def show_models(user: StaffUser) -> str:
    """The models, the newest first."""
    risk = wiring().risk
    return render_template(
        "staff/risk.html",
        listed=[_listed(risk, known) for known in risk.models.all()],
        used=risk.in_use(),
        beside=risk.beside(),
        says={one.id: one.says for one in OUTCOMES.values()},
        switch=risk.models.switch(),
        released=risk.policies.latest(),
    )


@blueprint.get("/switch")
@for_staff(Permission.SWITCH_RISK)
def show_switch(user: StaffUser) -> str:
    """The switch alone, for who sees no models."""
    risk = wiring().risk
    return render_template("staff/risk_switch.html", used=risk.in_use(), switch=risk.models.switch())


@blueprint.post("/switch")
@for_staff(Permission.SWITCH_RISK)
def turn_switch(user: StaffUser) -> ResponseReturnValue:
    """At once: every server follows within a second."""
    risk = wiring().risk
    position = next((one for one in SAYS if one == request.form.get("position")), None)
    if position is None:
        flash("Nothing was changed: choose a position.", "problem")
    else:
        risk.models.turn(position, by=user.actor)
        risk.forget()
        flash(SAYS[position])
    return redirect(f"{LIST}switch", code=303)


@blueprint.post("/promote")
@for_staff(Permission.CHANGE_MODELS)
def promote(user: StaffUser) -> ResponseReturnValue:
    """Only what the model's own verdict allows."""
    risk = wiring().risk

    def step() -> str:
        if "sure" not in request.form:
            raise NotAllowed("Not promoted: tick the box to confirm.")
        hash_ = request.form.get("model", "")
        found = risk.models.promote(hash_, by=user.actor, outcomes=risk.policy().named)
        return f"{found.model_id} {found.version} is in use."

    return _done(risk, step)


@blueprint.post("/rollback")
@for_staff(Permission.CHANGE_MODELS)
def roll_back(user: StaffUser) -> ResponseReturnValue:
    """Back to the model of that outcome before, or to none: to the expert points, where it ranks."""
    risk = wiring().risk

    def step() -> str:
        back = risk.models.roll_back(by=user.actor, outcome=request.form.get("outcome", ""))
        return (
            f"{back.model_id} {back.version} is in use again." if back else "Its model is not used any more."
        )

    return _done(risk, step)


def _done(risk: Risk, step: Callable[[], str]) -> ResponseReturnValue:
    try:
        flash(step())
    except (NotAllowed, ModelError) as problem:
        flash(str(problem), "problem")
    risk.forget()
    return redirect(LIST, code=303)


def _listed(risk: Risk, known: KnownModel) -> Listed:
    try:
        return Listed(known, risk.models.read(known.hash))
    except ModelError:
        return Listed(known, None)
