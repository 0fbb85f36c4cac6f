"""The chart page of a launch, and the page of each resource it rests on.

GET /chart/<launch_id>/                      banner, safety, clock, gaps, timeline, panels   ?span=3m|12m|all
                                             and, with ?card=UUID, what the card of an order said
GET /chart/<launch_id>/source/<kind>/<id>    one resource of this patient, readable
"""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, current_app, make_response, render_template, request

from cds_service.outside import clock
from cds_service.outside.ehr import Gathering
from measures.consent import disclosable
from measures.gather import Gathered, State
from measures.record import PatientRecord
from measures.sources import Sourced, together
from smart_app.care.appointments import KIND as APPOINTMENT
from smart_app.care.appointments import is_with
from smart_app.care.consent import CONSENT_LINE
from smart_app.care.facts import FHIR_ID, plain
from smart_app.care.origin import Origin
from smart_app.care.queries import CHART_KINDS
from smart_app.care.resource import describe
from smart_app.care.scale import SPANS, Span
from smart_app.care.states import Absence, absence
from smart_app.care.wellformed import wellformed
from smart_app.errors import refuse
from smart_app.pages.arriving import FIRST_LOOK, ArrivingPage, origin_of, streamed
from smart_app.pages.reading import DEADLINE_MS, ChartReading, Reading, audit, disclosable_others, read_one
from smart_app.session import OpenChart, in_chart, wiring

Resource = dict[str, Any]

blueprint = Blueprint("chart", __name__)


@blueprint.get("/chart/<launch_id>/")
@in_chart
def show_chart(opened: OpenChart) -> Response:
    """The whole page, or as much of it as is known at the first look, and the rest as it arrives.

    What could not be read is named in place; without the patient there is no page to show.
    """
    patience = DEADLINE_MS / 1000 if "whole" in request.args else current_app.config[FIRST_LOOK]
    reading = ChartReading(opened)
    read = reading.within(patience)
    while read.awaits("Patient"):
        read = reading.within(patience)
    if read.found.states["Patient"] is State.NOT_PERMITTED:
        reading, read = _tried_again(reading)
    if read.record is None:
        return _unread(read.found, origin_of(opened, read))
    audit(opened, "chart-view", {"launch_id": opened.launch_id})
    page = ArrivingPage(opened, _span(), request.args.get("card", ""))
    if not read.awaits():
        return make_response(page.first(read))
    return streamed(page, reading, read)


def _tried_again(reading: ChartReading) -> tuple[ChartReading, Reading]:
    """After the patient was refused: wait for all; where nothing was allowed, ask with a renewed token."""
    read = reading.within(DEADLINE_MS / 1000)
    if reading.is_refused(read):
        reading = reading.renewed()
        read = reading.within(DEADLINE_MS / 1000)
    return reading, read


@blueprint.get("/chart/<launch_id>/source/<kind>/<identity>")
@in_chart
def show_source(opened: OpenChart, kind: str, identity: str) -> Response:
    """One resource, read again from the EHR: what the page said can be held against what the record says
    now.
    """
    if kind not in CHART_KINDS or not FHIR_ID.fullmatch(identity):
        refuse(404, what="The chart has no page for such a resource.")
    others = wiring().other_sources.for_patient(opened.host_ehr.name, opened.patient_id)
    loaded = next((other for other in others if _is_shown(other, kind, identity)), None)
    audited = {"launch_id": opened.launch_id, "resource": f"{kind}/{identity}"}
    if loaded is not None:
        audit(opened, "resource-read", audited | {"source": loaded.source})
        return _source_page(opened, kind, identity, loaded.resource, loaded.source)
    found = read_one(opened, kind, identity)
    resources, _ = wellformed(disclosable(found.resources))
    resource = _theirs(resources, kind, opened.patient_id)
    state = found.states[kind]
    if resource is None and state is State.GATHERED:
        refuse(404, what="This patient's record has no such resource to show.")
    audit(opened, "resource-read", audited)
    if resource is None:
        why = absence(Gathered({kind: state}), (kind,), "")
        return make_response(_source_page(opened, kind, identity, {}, "the EHR", why=why), 502)
    also = together([resource], disclosable_others(others))[1].also.get(f"{kind}/{identity}", ())
    return _source_page(opened, kind, identity, resource, "the EHR", also=also)


def _is_shown(other: Sourced, kind: str, identity: str) -> bool:
    """Whether it is this resource of another source, and may be shown."""
    named = other.resource["resourceType"], other.resource["id"]
    return named == (kind, identity) and bool(disclosable_others([other]))


def _source_page(
    opened: OpenChart,
    kind: str,
    identity: str,
    resource: Resource,
    said_by: str,
    *,
    also: tuple[str, ...] = (),
    why: Absence | None = None,
) -> Response:
    page = render_template(
        "source.html",
        kind=kind,
        id=identity,
        host=opened.host_ehr.name,
        title=_title(resource) or kind,
        absence=why,
        description=describe(resource),
        json=orjson.dumps(resource, option=orjson.OPT_INDENT_2).decode(),
        read_at=clock.now(),
        said_by=said_by,
        also=also,
        consent_line=CONSENT_LINE,
    )
    return make_response(page)


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
