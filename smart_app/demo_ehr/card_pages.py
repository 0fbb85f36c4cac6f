"""Cards on the chart: asking for them, accepting, dismissing; and every call as a tester sees it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from flask import Blueprint, Response, abort, render_template, request

from smart_app.demo_ehr import orders
from smart_app.demo_ehr.cards import Shown
from smart_app.demo_ehr.ehr import here, person_or_404
from smart_app.demo_ehr.hooks import Call

LONGEST_COMMENT = 2000

blueprint = Blueprint("cards", __name__)


@blueprint.get("/patients/<patient_id>/cards")
def cards(patient_id: str) -> str:
    """The cards for this chart, from a fresh call to every service."""
    person_or_404(patient_id)
    ehr = here()
    answers = ehr.cds.open_chart(patient_id, ehr.app.client_id)
    shown = [(answer, ehr.desk.lay_out(answer, patient_id) if answer.cards else []) for answer in answers]
    return render_template("cards.html", answers=shown, patient_id=patient_id)


@blueprint.post("/patients/<patient_id>/cards/<key>/accept")
def accept(patient_id: str, key: str) -> str:
    """Do what a suggestion says, then tell the service."""
    card = _open_card(patient_id, key)
    suggestion = next((one for one in card.suggestions if one.id == request.form.get("suggestion")), None)
    if suggestion is None:
        abort(400, "That card has no such suggestion.")
    settled = here().desk.settle(card, f"Accepted: {suggestion.label}")
    if settled is None:
        return _settled_before(patient_id, key)
    try:
        made = orders.carry_out(suggestion.actions, patient_id, here().store, here().now())
    except orders.CannotDo as problem:
        return _card(here().desk.keep(card), problem=str(problem))
    feedback = {"outcome": "accepted", "acceptedSuggestions": [{"id": suggestion.id}]}
    return _told(replace(settled, made=tuple(made)), feedback)


@blueprint.post("/patients/<patient_id>/cards/<key>/dismiss")
def dismiss(patient_id: str, key: str) -> str:
    """Override a card, with a reason where the service offered some and a comment if the user wrote one."""
    card = _open_card(patient_id, key)
    chosen = request.form.get("reason")
    reason = next((one for one in card.reasons if one.code == chosen), None)
    if card.reasons and reason is None:
        return _card(card, problem="Choose a reason first.")
    comment = request.form.get("comment", "").strip()[:LONGEST_COMMENT]
    settled = here().desk.settle(
        card, "Dismissed: " + (reason.display if reason else comment or "no reason given")
    )
    if settled is None:
        return _settled_before(patient_id, key)
    why: dict[str, Any] = {}
    if reason:
        why["reason"] = {"code": reason.code, "system": reason.system, "display": reason.display}
    if comment:
        why["userComment"] = comment
    return _told(settled, {"outcome": "overridden"} | ({"overrideReason": why} if why else {}))


@blueprint.get("/calls")
def calls() -> str:
    return render_template("calls.html", calls=here().cds.calls())


@blueprint.get("/calls/<int:number>/<any(request, response):part>.json")
def call_part(number: int, part: str) -> Response:
    """One whole request or response body, without the access token."""
    call = here().cds.call(number)
    if call is None:
        abort(404, "That call is no longer kept.")
    body = orjson.dumps(getattr(call, part), option=orjson.OPT_INDENT_2)
    return Response(body, content_type="application/json; charset=utf-8")


def _open_card(patient_id: str, key: str) -> Shown:
    person_or_404(patient_id)
    card = here().desk.get(patient_id, key)
    if card is None:
        abort(404, "That card is no longer on screen. Refresh the cards.")
    return card


def _settled_before(patient_id: str, key: str) -> str:
    return _card(_open_card(patient_id, key), problem="This card was already settled.")


def _told(card: Shown, feedback: dict[str, Any]) -> str:
    call = None
    if card.uuid:  # CDS Hooks 2.0: feedback is possible for cards with a uuid only
        call = here().cds.feedback(card.service_id, card.patient, {"card": card.uuid, **feedback})
    return _card(here().desk.keep(replace(card, feedback=call)))


def _card(card: Shown, problem: str = "") -> str:
    return render_template("card.html", card=card, problem=problem)


@blueprint.app_template_filter("shortened")
def shortened(call: Call) -> str:
    """A request as it is read at a glance: its prefetch as counts."""
    body = call.request
    if isinstance(body, dict) and isinstance(body.get("prefetch"), dict):
        body = body | {"prefetch": {key: _in_short(value) for key, value in body["prefetch"].items()}}
    return pretty(body)


@blueprint.app_template_filter("pretty")
def pretty(body: Any) -> str:
    return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()


def _in_short(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    if value.get("resourceType") == "Bundle":
        return f"(Bundle of {len(value.get('entry', []))})"
    return f"({value.get('resourceType')}/{value.get('id')})"
