"""For testers of the CDS service, in a demo only: its last calls, how long each stage took, what prefetch
brings, and calls of one's own, signed or not.

GET  /staff/sandbox/                        ?call=    the list, and one call in full
GET  /staff/sandbox/<call>/request.json     its request, to send with curl
POST /staff/sandbox/<call>/send             its request again, signed as chosen; changed, or at another hook
POST /staff/sandbox/<call>/feedback         what became of one of its cards
"""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.test import TestResponse

from cds_service.outside import clock
from cds_service.outside.recent_calls import MOST_KEPT, RecentCall
from cds_service.outside.sandbox_client import SandboxClient, Signing
from cds_service.outside.telemetry import stage_timings
from cds_service.services import find_services
from cds_service.web import PATH
from smart_app.download import as_download
from smart_app.errors import refuse
from smart_app.session import wiring
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import audit, for_staff
from smart_app.studio import call_shown
from smart_app.studio.at_service import at_service
from smart_app.studio.sending import send

PAGE = "/staff/sandbox/"
blueprint = Blueprint("staff_sandbox", __name__, url_prefix="/staff/sandbox")
nav = NavEntry(
    "Sandbox",
    PAGE,
    Permission.SEE_RULES,
    place=25,
    about="For testers: the last calls of a demo, timings, and what prefetch brings.",
)


@blueprint.get("/")
@for_staff(Permission.SEE_RULES)
def show_sandbox(user: StaffUser) -> str:
    """Everything on one page; of one call the request, the answer, and what can be tried with it."""
    recent = wiring().recent_calls
    calls = recent.all()
    one = recent.one(request.args.get("call", ""))
    return render_template(
        "staff/sandbox.html",
        keeps=recent.keeps,
        most=MOST_KEPT,
        calls=calls,
        said={call.number: call_shown.said(call) for call in calls},
        one=one,
        address=wiring().settings.base_url.rstrip("/") + PATH,
        stages=stage_timings(),
        rates=call_shown.rates(calls),
        **(_of_one(one) if one else {}),
    )


@blueprint.get("/<number>/request.json")
@for_staff(Permission.SEE_RULES)
def its_request(user: StaffUser, number: str) -> Response:
    """The body as it came, but for its access token."""
    body = call_shown.request_without_token(_kept(number))
    return as_download(body, "application/json", f"call-{number}.json")


@blueprint.post("/<number>/send")
@for_staff(Permission.TRY_CALLS)
def send_again(user: StaffUser, number: str) -> ResponseReturnValue:
    """To the same service or another one; the page then shows the new call."""
    call = _kept(number)
    how = _signing()
    text = request.form.get("body")  # nothing where the request was too long to be edited
    body = call.request or b"" if text is None else call_shown.edited(call, text)
    service = find_services().get(request.form.get("service", ""))
    if service is None or service.id == call.path:  # as it stands: a wrong hook can be tried too
        _sent(user, call.path, body, how)
    else:
        _sent(user, service.id, at_service(body, service), how)
    newest = next((one for one in wiring().recent_calls.all() if one.sent_as), call)
    return redirect(f"{PAGE}?call={newest.number}#one", code=303)


@blueprint.post("/<number>/feedback")
@for_staff(Permission.TRY_CALLS)
def send_feedback(user: StaffUser, number: str) -> ResponseReturnValue:
    """As a CDS client would; what is stored then stands under the card."""
    call = _kept(number)
    body = orjson.dumps({"feedback": [_feedback()]})
    answer = _sent(user, f"{call.path}/feedback", body, _signing())
    problems = " ".join(issue["diagnostics"] for issue in (answer.get_json() or {}).get("issue", ()))
    kind = "message" if answer.status_code == 200 else "problem"
    flash(f"The service answered {answer.status_code}. {problems}", kind)
    return redirect(f"{PAGE}?call={number}#cards", code=303)


def _of_one(call: RecentCall) -> dict[str, Any]:
    """What the page shows of one call."""
    parts = wiring()
    client = parts.sandbox_client
    shown = call_shown.cards(call)
    whole = call_shown.pretty(call_shown.request_without_token(call))
    return {
        "took": call_shown.stages(call),
        "sent": call_shown.cut(whole),
        "to_edit": whole if len(whole) <= call_shown.MOST_EDITED else "",
        "answered": call_shown.cut(call_shown.pretty(call.response)),
        "services": [] if call.is_feedback else [(one.id, one.hook) for one in find_services().values()],
        "signings": [(how.name, how.value) for how in Signing] if client else [],
        "bearer": client.authorization(f"{PATH}/{call.path}", Signing.SIGNED) if client else "Bearer $JWT",
        "cards": shown,
        "outcomes": {card.uuid: parts.feedback.for_card(call.host_ehr, card.uuid) for card in shown},
        "resting": parts.visits.resting(call.host_ehr, call_shown.patient_of(call)) if shown else (),
    }


def _kept(number: str) -> RecentCall:
    call = wiring().recent_calls.one(number)
    if call is None or call.request is None:
        refuse(404, what="No request of this number is kept; a demo keeps the newest, and nothing else does.")
    return call


def _signing() -> Signing:
    try:
        return Signing[request.form.get("signing", "")]
    except KeyError:
        refuse(400, what="The form does not say how the call is to be signed.")


def _sent(user: StaffUser, path: str, body: bytes, how: Signing) -> TestResponse:
    client: SandboxClient | None = wiring().sandbox_client
    if client is None:
        refuse(404, what="Test calls are sent in a demo only.")
    audit(user, "sandbox-call-sent", {"service": path, "signing": how.name.lower(), "bytes": len(body)})
    return send(wiring(), client, path, body, how)


def _feedback() -> dict[str, Any]:
    """One entry of a feedback request, of the form (CDS Hooks 2.0, Feedback)."""
    form = request.form
    told: dict[str, Any] = {
        "card": form.get("card", ""),
        "outcome": form.get("outcome", ""),
        "outcomeTimestamp": clock.now().isoformat(),
    }
    if told["outcome"] == "accepted":
        chosen = form.get("suggestion")
        return told | ({"acceptedSuggestions": [{"id": chosen}]} if chosen else {})
    system, _, code = form.get("reason", "").rpartition(" ")
    why: dict[str, Any] = {"reason": {"code": code, "system": system}} if code else {}
    why |= {"userComment": form["comment"]} if form.get("comment") else {}
    return told | ({"overrideReason": why} if why else {})
