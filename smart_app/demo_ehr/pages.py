"""What the signed-in user sees: the patient list, a chart, and an app opened inside the chart."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from smart_app.demo_ehr import summary
from smart_app.demo_ehr.ehr import here, person_or_404
from smart_app.demo_ehr.grants import Context
from smart_app.demo_ehr.hooks import current_encounter
from smart_app.demo_ehr.roster import row
from smart_app.demo_ehr.store import CLINICIAN_REFERENCE

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def patients() -> str:
    roster = here().roster(request.args.get("q", "")[:200], request.args.get("page", 1, type=int))
    people = here().store.people
    return render_template("patients.html", roster=roster, note=people.note, problems=people.problems)


@blueprint.get("/patients/<patient_id>")
def chart(patient_id: str) -> str:
    person = person_or_404(patient_id)
    return render_template(
        "chart.html",
        person=row(person, here().today),
        panels=summary.panels(here().store.chart(patient_id)),
        app_name=here().app.name,
    )


@blueprint.get("/patients/<patient_id>/panels")
def panels(patient_id: str) -> str:
    """The chart's panels again, after something was ordered."""
    person_or_404(patient_id)
    return render_template("panels.html", panels=summary.panels(here().store.chart(patient_id)))


@blueprint.get("/patients/<patient_id>/launch")
def launch(patient_id: str) -> ResponseReturnValue:
    """Open the app about this patient: in the chart, or alone (?in=window), where it draws the banner."""
    person_or_404(patient_id)
    return launched(patient_id, here().app.launch_url, None)


@blueprint.get("/patients/<patient_id>/cards/<key>/launch/<int:number>")
def launch_from_card(patient_id: str, key: str, number: int) -> ResponseReturnValue:
    """Open a card's SMART link; it may only lead to the app that is registered here."""
    card = here().desk.get(patient_id, key)
    link = next((one for one in card.links if one.number == number and one.smart), None) if card else None
    if link is None:
        abort(404, "That card is no longer on screen. Refresh the cards.")
    if link.url.partition("?")[0] != here().app.launch_url:
        abort(403, f"{link.url} is not the launch URL of an app registered here ({here().app.launch_url}).")
    return launched(patient_id, link.url, link.app_context)


def launched(patient_id: str, launch_url: str, app_context: str | None) -> ResponseReturnValue:
    """Send the browser to the app with iss and launch, bound to this patient, user and the visit going on."""
    ehr = here()
    encounter = current_encounter(ehr.store.chart(patient_id))
    alone = request.args.get("in") == "window"
    context = Context(CLINICIAN_REFERENCE, patient_id, encounter, banner=alone, app_context=app_context)
    told = urlencode({"iss": f"{ehr.origin}/fhir", "launch": ehr.grants.start_launch(context)})
    return redirect(f"{launch_url}{'&' if '?' in launch_url else '?'}{told}")
