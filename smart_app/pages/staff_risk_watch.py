"""How a risk model is doing on a host EHR's panel: its drift, night by night, and what came of its scores.

GET /staff/risk-watch/   ?ehr= model=    what is in use, unless another model that scored there is named
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cds_service.outside import clock
from cds_service.outside.risk_models import KnownModel, NotAllowed
from cds_service.risk import Risk
from cds_service.risk_choice import InUse, of_model
from measures.risk.bands import BANDS, EVENT, HORIZON
from measures.risk.drift import ALARM, WATCH
from measures.risk.model import ModelError
from measures.risk.outcome import OUTCOMES
from measures.risk.watch import FEWEST_EVENTS
from smart_app.care.risk_watch import shown_watch
from smart_app.errors import refuse
from smart_app.session import wiring
from smart_app.staff.asked_ehr import chosen_ehr, host_ehrs
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import for_staff

NIGHTS = 30
blueprint = Blueprint("staff_risk_watch", __name__, url_prefix="/staff/risk-watch")
nav = NavEntry(
    "Risk watch",
    "/staff/risk-watch/",
    Permission.SEE_MODELS,
    place=32,
    about="Whether the scores still hold on your panel.",
)


@blueprint.get("/")
@for_staff(Permission.SEE_MODELS)
def show_watch(user: StaffUser) -> str:
    """One model on one panel, in words and tables."""
    risk, names = wiring().risk, host_ehrs()
    ehr = chosen_ehr(request.args.get("ehr", ""), names)
    chosen = _chosen(risk, request.args.get("model", ""))
    watched = risk.watch.told(ehr, chosen.key, chosen.model, clock.today(), NIGHTS)
    return render_template(
        "staff/risk_watch.html",
        ehr=ehr,
        ehrs=names,
        models=[("", "what is in use"), *((one.hash, _named(one)) for one in risk.models.all())],
        model=request.args.get("model", ""),
        chosen=chosen,
        shown=shown_watch(watched),
        fewest_events=FEWEST_EVENTS,
        bands=BANDS,
        event=OUTCOMES[EVENT].says,
        horizon=HORIZON,
        watch_above=WATCH,
        alarm_above=ALARM,
    )


def _chosen(risk: Risk, hash_: str) -> InUse:
    if not hash_:
        return risk.in_use()
    try:
        return of_model(risk.models.read(risk.models.find(hash_).hash), risk.policy())
    except (NotAllowed, ModelError) as problem:
        refuse(404, what=str(problem))


def _named(known: KnownModel) -> str:
    return f"{known.model_id} {known.version}, {known.state}"
