"""One click at a gap: an order, "not now" with a reason, asking again, and taking back what was saved.

POST /chart/<launch_id>/order       draft=... (each), written through the ladder
POST /chart/<launch_id>/not-now     gap=CMS2 reason=declined
POST /chart/<launch_id>/ask-again   gap=CMS2
POST /chart/<launch_id>/undo        saved=<key>
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from cds_service.outside import clock
from cds_service.outside.ehr_writes import WriteState
from cds_service.outside.put_off_gaps import PutOff
from smart_app.care.putting_off import REASONS
from smart_app.errors import refuse
from smart_app.filing import file_order, key_of_form, outcome_page, text_of_order
from smart_app.session import OpenChart, in_form, wiring
from smart_app.undoing import Undoing, undo

blueprint = Blueprint("gap_actions", __name__)

_NOT_UNDONE = {
    Undoing.NOT_PERMITTED: "This EHR does not let Throughline change what it wrote. Correct it in the EHR.",
    Undoing.CHANGED: "It was changed in the EHR since it was written here. Correct it in the EHR.",
    Undoing.FAILED: "The EHR did not answer as it should. Look there whether it still stands.",
}


@blueprint.post("/chart/<launch_id>/order")
@in_form
def place_order(opened: OpenChart) -> Response:
    names = request.form.getlist("draft")
    drafts = [wiring().drafts[name] for name in names if name in wiring().drafts]
    if not drafts or len(drafts) != len(names):
        refuse(404, what="There is no such order here.")
    filed = file_order(opened, drafts, key_of_form(request.form), _gap())
    if filed.complete:
        return _back(opened)
    title = ", ".join(draft.says for draft in drafts)
    return outcome_page(opened, title, text_of_order(drafts, opened.host_ehr.today()), filed)


@blueprint.post("/chart/<launch_id>/not-now")
@in_form
def put_off(opened: OpenChart) -> Response:
    """Never for a measure of suicide safety."""
    gap, reason = _gap(), request.form.get("reason", "")
    measure = wiring().catalog.measures.get(gap)
    if measure is None or reason not in REASONS:
        refuse(400, what="Choose a reason: without one a gap is not put off.")
    if measure.safety:
        refuse(403, what="What is asked for the patient's safety cannot be put off.")
    until = clock.now() + timedelta(days=REASONS[reason].days)
    host, patient = opened.host_ehr.name, opened.patient_id
    with wiring().database.transaction() as connection:
        actor = opened.user or "unknown"
        wiring().put_off_gaps.put_off(host, patient, PutOff(gap, reason, until), actor, within=connection)
        wiring().audit.record(
            host_ehr=host,
            actor=actor,
            action="gap-put-off",
            patient_id=patient,
            detail={"launch_id": opened.launch_id, "measure": gap, "reason": reason},
            within=connection,
        )
    return _back(opened)


@blueprint.post("/chart/<launch_id>/ask-again")
@in_form
def ask_again(opened: OpenChart) -> Response:
    wiring().put_off_gaps.ask_again(opened.host_ehr.name, opened.patient_id, _gap())
    return _back(opened)


@blueprint.post("/chart/<launch_id>/undo")
@in_form
def take_back(opened: OpenChart) -> Response:
    key = request.form.get("saved", "")[:64]
    write = wiring().writes.get(opened.host_ehr.name, opened.patient_id, key)
    if write is None or write.launch_id != opened.launch_id:
        refuse(404, what="Nothing that was saved here can be undone under this name.")
    if write.state is WriteState.UNDONE:
        return _back(opened)
    ended = undo(opened, write)
    if ended is not Undoing.UNDONE:
        refuse(409, title="It was not undone", what=_NOT_UNDONE[ended], next_step="Go back to the chart.")
    return _back(opened)


def _gap() -> str:
    return request.form.get("_gap", "")[:63]


def _back(opened: OpenChart) -> Response:
    anchor = f"gap-{_gap()}" if _gap() else "gaps"
    return redirect(url_for("chart.show_chart", launch_id=opened.launch_id, _anchor=anchor), 303)
