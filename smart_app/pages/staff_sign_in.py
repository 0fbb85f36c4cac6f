"""Signing in and out of staff pages.

GET, POST /staff/sign-in            a local account, or the link to the organisation's identity provider
GET       /staff/sign-in/provider   to the provider (OpenID Connect, code flow)
GET       /staff/callback           back from the provider
POST      /staff/sign-out
"""

from __future__ import annotations

import hashlib
import secrets
from typing import NoReturn

import structlog
from flask import Blueprint, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response

from cds_service.outside.identity import NotIdentified
from cds_service.outside.ids import is_id
from cds_service.outside.staff_accounts import Account, AccountProblem
from cds_service.outside.staff_oidc import StaffProvider
from cds_service.outside.token_endpoint import SmartProblem, Unreachable
from smart_app.errors import refuse
from smart_app.session import wiring
from smart_app.staff.signed_in import (
    SIGN_IN,
    audit,
    begin_session,
    check_form,
    current_user,
    end_session,
    local_path,
    redirect_path,
    staffing,
    user_of,
)

CALLBACK = "/staff/callback"
NO_HOST_EHR = ".staff"  # in the store of pending launches; no host EHR can have this name
WRONG = "The name or the password is not right."
TOO_OFTEN = "Too many tries. Wait a quarter of an hour, then try again."
_log = structlog.get_logger()

blueprint = Blueprint("staff_sign_in", __name__)


@blueprint.get(SIGN_IN)
def show_sign_in() -> Response:
    """The form, or the link to the provider; straight on for who is signed in already."""
    after = local_path(request.args.get("next"))
    return redirect(after, code=303) if current_user() else _form(after)


@blueprint.post(SIGN_IN)
def sign_in() -> Response:
    """With a local account. A wrong name, a wrong password and no such account are told alike."""
    check_form()
    parts, after = staffing(), local_path(request.form.get("next"))
    if parts.provider is not None:
        refuse(403, what="Staff sign in through the organisation's identity provider.", next_step=SIGN_IN)
    name = request.form.get("name", "").strip().lower()[:200]
    address = request.remote_addr or ""
    wait = parts.tries.count(name, address)
    if wait:
        return _refused(name, TOO_OFTEN, after, 429, wait)
    account = parts.accounts.verified(name, request.form.get("password", ""))
    if account is None:
        return _refused(name, WRONG, after, 401)
    parts.tries.forget(name, address)
    return _welcomed(account, "password", after)


@blueprint.get(f"{SIGN_IN}/provider")
def to_provider() -> Response:
    """Put aside what only this browser may take up again, and send it to the provider."""
    provider, after = _provider(), local_path(request.args.get("next"))
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    aside = {"verifier": verifier, "nonce": nonce, "after": after}
    try:
        secret = staffing().pending.start(NO_HOST_EHR, aside)
        to = provider.address(
            redirect_uri=_redirect_uri(), state=_mark(secret), nonce=nonce, verifier=verifier
        )
    except SmartProblem as problem:
        _not_signed_in(problem)
    session["pending"] = secret
    return redirect(to, code=303)


@blueprint.get(CALLBACK)
def from_provider() -> Response:
    """The provider's answer: taken up once, in the browser that asked, from the provider that was asked."""
    provider = _provider()
    secret = str(session.pop("pending", ""))
    state = request.args.get("state", "")
    if not secret or not secrets.compare_digest(_mark(secret).encode(), state.encode()):
        refuse(
            400,
            title="This sign-in was not begun in this browser",
            what="The answer does not belong to a sign-in that this browser began, or it was used already.",
            next_step=f"Begin again at {SIGN_IN}.",
        )
    pending = staffing().pending.take(secret)
    if pending is None or pending.host_ehr != NO_HOST_EHR:
        refuse(400, title="This sign-in is over", what="It took too long.", next_step=f"Begin at {SIGN_IN}.")
    aside = pending.data
    try:
        if not provider.came_from(request.args.get("iss")):
            refuse(400, what="The answer came from another server than the one that was asked.")
        code = request.args.get("code") or _declined()
        provided = provider.signed_in(
            code=code, redirect_uri=_redirect_uri(), nonce=aside["nonce"], verifier=aside["verifier"]
        )
        account = staffing().accounts.provided(provided.subject, provided.shown_as, provided.roles)
    except (SmartProblem, NotIdentified, AccountProblem) as problem:
        _not_signed_in(problem)
    if not account.roles:
        audit(user_of(account), "staff-sign-in", {"by": "provider", "roles": []}, outcome="refused")
        refuse(
            403,
            title="You have no role here",
            what="The identity provider knows you, but nothing it says of you gives a role in Throughline.",
            next_step="Ask your administrator for one of the groups that do, then sign in again.",
        )
    return _welcomed(account, "provider", aside["after"])


@blueprint.post("/staff/sign-out")
def sign_out() -> Response:
    """End the session here; the provider's own session is the provider's."""
    check_form()
    user = current_user()
    if user is not None:
        audit(user, "staff-sign-out", {})
    end_session()
    return redirect(f"{SIGN_IN}?done=1", code=303)


def _form(after: str, problem: str = "", name: str = "", code: int = 200) -> Response:
    page = render_template(
        "staff/sign_in.html",
        after=after,
        problem=problem,
        name=name,
        signed_out="done" in request.args,
        provider=redirect_path(f"{SIGN_IN}/provider", after) if staffing().provider else None,
        nobody=staffing().provider is None and not staffing().accounts.all(),
    )
    return make_response(page, code)


def _refused(name: str, problem: str, after: str, code: int, wait: int = 0) -> Response:
    # A name nobody has may be a password typed into the wrong field: it is not written down.
    known = is_id(name) and staffing().accounts.get(name) is not None
    wiring().audit.record(
        host_ehr="",
        actor=f"staff/{name}" if known else "unknown",
        action="staff-sign-in",
        patient_id=None,
        detail={"by": "password", "address": request.remote_addr or "", "throttled": bool(wait)},
        outcome="refused",
    )
    answer = _form(after, problem, name, code)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _welcomed(account: Account, by: str, after: str) -> Response:
    audit(user_of(account), "staff-sign-in", {"by": by, "roles": account.roles})
    begin_session(account)
    return redirect(after, code=303)


def _provider() -> StaffProvider:
    return staffing().provider or refuse(
        404, what="No identity provider is set up; staff have local accounts."
    )


def _declined() -> NoReturn:
    refuse(
        403,
        title="You were not signed in",
        what=f"The identity provider said no: {request.args.get('error', 'without saying why')[:100]}.",
        next_step=f"Try again at {SIGN_IN}.",
    )


def _not_signed_in(problem: Exception) -> NoReturn:
    _log.warning("staff sign-in failed", error=type(problem).__name__)
    wiring().audit.record(
        host_ehr="",
        actor="unknown",
        action="staff-sign-in",
        patient_id=None,
        detail={"by": "provider", "problem": type(problem).__name__},
        outcome="failed",
    )
    refuse(
        503 if isinstance(problem, Unreachable) else 400,
        title="You could not be signed in",
        what=str(problem),
        next_step=f"Try again at {SIGN_IN}. If this page comes again, show it to whoever runs the server.",
    )


def _redirect_uri() -> str:
    return f"{wiring().settings.origin}{CALLBACK}"


def _mark(secret: str) -> str:
    # Not the hash under which the database keeps it: a copy of the database gives no state away.
    return hashlib.sha256(f"throughline staff state {secret}".encode()).hexdigest()
