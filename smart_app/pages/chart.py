"""The chart page of a launch, and the page of each resource it rests on.

GET /chart/<launch_id>/                      banner, safety, clock, gaps, timeline, panels   ?span=3m|12m|all
GET /chart/<launch_id>/source/<kind>/<id>    one resource of this patient, readable
"""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, make_response, render_template, request

from cds_service.outside import clock
from cds_service.outside.ehr import Gathering
from measures.consent import disclosable
from measures.gather import Gathered, State
from measures.record import PatientRecord
from measures.time import Period
from smart_app.care.appointments import KIND as APPOINTMENT
from smart_app.care.appointments import bookings, is_with
from smart_app.care.chart import chart
from smart_app.care.consent import CONSENT_LINE, CONSENT_MEANING
from smart_app.care.facts import FHIR_ID, plain
from smart_app.care.material import Material
from smart_app.care.origin import Origin, origin
from smart_app.care.queries import CHART_KINDS
from smart_app.care.resource import describe
from smart_app.care.scale import SPAN_TITLES, SPAN_WORDS, SPANS, Span
from smart_app.care.states import absence
from smart_app.care.wellformed import wellformed
from smart_app.errors import refuse
from smart_app.pages.reading import audit, read_one, read_record
from smart_app.session import OpenChart, in_chart, wiring
from smart_app.unsaved import waiting

Resource = dict[str, Any]

blueprint = Blueprint("chart", __name__)


@blueprint.get("/chart/<launch_id>/")
@in_chart
def show_chart(opened: OpenChart) -> Response:
    """The whole page. What could not be read is named in place; without the patient there is no page to
    show.
    """
    read = read_record(opened)
    found = read.found
    where = origin(found.found_at, opened.host_ehr.name, found.states, found.notes)
    if read.record is None:
        return _unread(found, where)
    audit(opened, "chart-view", {"launch_id": opened.launch_id})
    today = clock.today()
    material = Material(read.record, today, bookings(read.resources, opened.patient_id, today))
    results = wiring().catalog.evaluate(read.record, Period.year(today.year), as_of=today)
    return make_response(
        render_template(
            "chart.html",
            chart=chart(material, results, _span()),
            origin=where,
            left_out=read.left_out,
            need_patient_banner=opened.need_patient_banner,
            consent_line=CONSENT_LINE,
            consent_meaning=CONSENT_MEANING,
            spans=SPANS,
            span_words=SPAN_WORDS,
            span_titles=SPAN_TITLES,
            unsaved=waiting(opened),
        )
    )


@blueprint.get("/chart/<launch_id>/source/<kind>/<identity>")
@in_chart
def show_source(opened: OpenChart, kind: str, identity: str) -> Response:
    """One resource, read again from the EHR: what the page said can be held against what the record says
    now.
    """
    if kind not in CHART_KINDS or not FHIR_ID.fullmatch(identity):
        refuse(404, what="The chart has no page for such a resource.")
    found = read_one(opened, kind, identity)
    resources, _ = wellformed(disclosable(found.resources))
    resource = _theirs(resources, kind, opened.patient_id)
    state = found.states[kind]
    if resource is None and state is State.GATHERED:
        refuse(404, what="This patient's record has no such resource to show.")
    audit(opened, "resource-read", {"launch_id": opened.launch_id, "resource": f"{kind}/{identity}"})
    page = render_template(
        "source.html",
        kind=kind,
        id=identity,
        host=opened.host_ehr.name,
        title=_title(resource) or kind,
        absence=None if resource else absence(Gathered({kind: state}), (kind,), ""),
        description=describe(resource or {}),
        json=orjson.dumps(resource or {}, option=orjson.OPT_INDENT_2).decode(),
        found_at=found.found_at,
        consent_line=CONSENT_LINE,
    )
    return make_response(page, 200 if resource else 502)


def _span() -> Span:
    """The time asked for; twelve months when it is none of ours."""
    asked = request.args.get("span")
    return next((span for span in SPANS if span == asked), "12m")


def _unread(found: Gathering, where: Origin) -> Response:
    why = absence(Gathered(found.states), ("Patient",), "The EHR holds no such patient.")
    return make_response(render_template("unread.html", absence=why, origin=where), 502)


def _theirs(resources: list[Resource], kind: str, patient_id: str) -> Resource | None:
    """The resource, if it says that it is this patient's: the reader lets one pass that names nobody."""
    for resource in resources:
        if kind in ("Patient", APPOINTMENT):
            return resource if kind == "Patient" or is_with(resource, patient_id) else None
        patient = {"resourceType": "Patient", "id": patient_id}
        record = PatientRecord(patient, [resource], wiring().vocabulary)
        return resource if kind in record.kinds() else None
    return None


def _title(resource: Resource | None) -> str:
    """What a person would call the resource."""
    for element in ("code", "medicationCodeableConcept", "type", "vaccineCode", "title", "description"):
        held = (resource or {}).get(element)
        concept = held[0] if isinstance(held, list) and held else held
        if isinstance(concept, dict):
            displays = (c.get("display") for c in concept.get("coding") or () if isinstance(c, dict))
            held = concept.get("text") or next(filter(None, displays), "")
        if isinstance(held, str) and held:
            return plain(held)
    return ""
