"""Who of the staff sends a request, and whether they may: `for_staff` before every view of a staff page.

The browser holds one signed cookie (Flask's session: SameSite=Lax, HttpOnly, with https `__Host-` and Secure)
with a random secret in it; everything else is in the database, so signing out, removing an account or taking
a role away counts from the next request on. Staff pages are framed by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, NoReturn, ParamSpec
from urllib.parse import quote

from flask import Flask, Request, abort, current_app, g, redirect, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf

from cds_service.outside.audit import Outcome
from cds_service.outside.sessions import PendingLaunches
from cds_service.outside.sign_in_tries import SignInTries
from cds_service.outside.staff_accounts import Account, StaffAccounts
from cds_service.outside.staff_oidc import StaffProvider
from cds_service.outside.staff_sessions import StaffSessions
from cds_service.wiring import Wiring
from smart_app.errors import refuse
from smart_app.own_page import browser_says_our_page
from smart_app.session import wiring
from smart_app.staff.navigation import NavEntry, current, entries_for
from smart_app.staff.permissions import NotPermitted, Permission, StaffUser, check_user_can, user_can

START = "/staff/"
SIGN_IN = "/staff/sign-in"
_LOCAL = re.compile(r"/staff/[A-Za-z0-9._~/?=&%+:@,-]*")  # begins like no other origin can
_SECRET = "secret"  # noqa: S105  (the name of a field)
_WITHOUT_EFFECT = frozenset({"GET", "HEAD"})

Rest = ParamSpec("Rest")


@dataclass(frozen=True)
class Staffing:
    """What staff pages need, besides the wiring of the CDS service. `provider` is None: local accounts."""

    accounts: StaffAccounts
    sessions: StaffSessions
    tries: SignInTries
    provider: StaffProvider | None
    pending: PendingLaunches
    csrf: CSRFProtect

    @classmethod
    def on(cls, wiring: Wiring, csrf: CSRFProtect) -> Staffing:
        """Made once, by create_app."""
        settings, database = wiring.settings, wiring.database
        return cls(
            accounts=StaffAccounts(database, wiring.vault, wiring.audit),
            sessions=StaffSessions(
                database, idle_minutes=settings.staff_session_idle_minutes, hours=settings.staff_session_hours
            ),
            tries=SignInTries(database),
            provider=StaffProvider(settings, wiring.keys) if settings.staff_oidc_issuer else None,
            pending=PendingLaunches(database, wiring.vault),
            csrf=csrf,
        )


@dataclass(frozen=True)
class Frame:
    """What surrounds a staff page."""

    user: StaffUser
    entries: tuple[NavEntry, ...]

    def can(self, permission: str) -> bool:
        """For templates: whether to show a button. The view behind it checks for itself."""
        return user_can(self.user, Permission[permission])

    def current(self, path: str) -> NavEntry | None:
        """The entry to mark as where one is."""
        return current(self.entries, path)


class _OnStaffPages(SecureCookieSessionInterface):
    """The staff cookie is read where staff are served; elsewhere there is no session to read or to write."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if request.path.startswith(START) else None


def let_staff_sign_in(app: Flask, wiring: Wiring) -> None:
    """Install cookie, CSRF protection and the parts of staff pages."""
    https = wiring.settings.origin.startswith("https:")
    app.secret_key, *earlier = wiring.vault.keys_for("staff cookie")
    app.config.update(
        SECRET_KEY_FALLBACKS=earlier,
        # `__Host-`: no other host of the domain can set it (RFC 6265bis, 4.1.3.2); it needs https and Path=/.
        SESSION_COOKIE_NAME="__Host-throughline_staff" if https else "throughline_staff",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # not Strict: the provider's redirect brings the browser back
        WTF_CSRF_CHECK_DEFAULT=False,  # for_staff checks; launches and CDS calls have no such cookie
        WTF_CSRF_TIME_LIMIT=None,  # a token lasts as long as its session
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer; ours is no-referrer, so we look at Sec-Fetch-Site
    )
    app.session_interface = _OnStaffPages()
    app.extensions["throughline.staff"] = Staffing.on(wiring, CSRFProtect(app))

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {"staff": g.get("staff_frame")}


def staffing() -> Staffing:
    """The staff parts of the running app."""
    found: Staffing = current_app.extensions["throughline.staff"]
    return found


def current_user() -> StaffUser | None:
    """Who is signed in, with the roles of this very moment."""
    parts = staffing()
    secret = session.get(_SECRET)
    opened = parts.sessions.get(secret) if isinstance(secret, str) else None
    account = parts.accounts.get(opened.account) if opened else None
    if account is None or account.local != (parts.provider is None):
        return None
    return user_of(account)


def user_of(account: Account) -> StaffUser:
    """The account as whoever uses it."""
    return StaffUser(account.name, account.shown_as, account.roles)


def begin_session(account: Account) -> None:
    """Sign in: a new session with a new CSRF token; whatever the browser held before is void."""
    end_session()
    session[_SECRET] = staffing().sessions.open(account.name)
    generate_csrf()


def end_session() -> None:
    """Sign out; nothing happens to who is not signed in."""
    secret = session.get(_SECRET)
    if isinstance(secret, str):
        staffing().sessions.close(secret)
    session.clear()
    g.pop("csrf_token", None)


def for_staff(
    permission: Permission,
) -> Callable[
    [Callable[Concatenate[StaffUser, Rest], ResponseReturnValue]], Callable[..., ResponseReturnValue]
]:
    """Decorate a view of a staff page: it is given the signed-in StaffUser, who has the permission."""

    def decorate(
        view: Callable[Concatenate[StaffUser, Rest], ResponseReturnValue],
    ) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def permitted(*args: Rest.args, **rest: Rest.kwargs) -> ResponseReturnValue:
            user = current_user() or _to_sign_in()
            if request.method not in _WITHOUT_EFFECT:
                check_form()
            try:
                check_user_can(user, permission)
            except NotPermitted as missing:
                audit(user, "staff-refused", {"endpoint": request.endpoint or ""}, outcome="refused")
                _not_permitted(missing)
            g.staff_frame = Frame(user, entries_for(user))
            return view(user, *args, **rest)

        permitted.staff_permission = permission  # type: ignore[attr-defined]  # a test asks for it
        return permitted

    return decorate


def check_form() -> None:
    """A form must come from one of our own pages and carry its session's token, or ends in a 403 page."""
    try:
        if not browser_says_our_page():  # besides the token
            raise CSRFError
        staffing().csrf.protect()
    except CSRFError:
        refuse(
            403,
            title="This form cannot be used any more",
            what="It did not come from one of Throughline's own pages, or from an earlier session of yours. "
            "Nothing was changed.",
            next_step=f"Open {START} and fill the form in again.",
        )


def audit(
    user: StaffUser,
    action: str,
    detail: Mapping[str, Any],
    *,
    host_ehr: str = "",
    patient_id: str | None = None,
    outcome: Outcome = "success",
) -> None:
    """Before it is shown or done. `host_ehr` stays empty for what belongs to the whole installation."""
    wiring().audit.record(
        host_ehr=host_ehr,
        actor=user.actor,
        action=action,
        patient_id=patient_id,
        detail=detail,
        outcome=outcome,
    )


def local_path(asked: str | None) -> str:
    """Where to go after signing in: a staff page of ours, or the start page when anything else is asked."""
    return asked if asked and _LOCAL.fullmatch(asked) else START


def _to_sign_in() -> NoReturn:
    """Ends the request: at the sign-in page, or, for a form that would be lost, with a page that says so."""
    if request.method not in _WITHOUT_EFFECT:
        refuse(
            401,
            title="You are signed out",
            what="Your session has ended, so what you sent was not carried out.",
            next_step=f"Sign in at {SIGN_IN}, then go back to the form: your browser may still hold it.",
        )
    abort(redirect(sign_in_path(), code=303))


def sign_in_path() -> str:
    """The sign-in page, which will lead back to the page asked for."""
    query = request.query_string.decode("ascii", "replace")
    asked = local_path(request.path + (f"?{query}" if query else ""))
    return redirect_path(SIGN_IN, asked)


def redirect_path(path: str, after: str) -> str:
    """`path?next=after`; the start page needs no word."""
    return path if after == START else f"{path}?next={quote(after, safe='/')}"


def _not_permitted(missing: NotPermitted) -> NoReturn:
    refuse(
        403,
        title="Your roles do not allow this",
        what=f"It needs the permission to {missing.permission}. Nothing was changed.",
        next_step=f"Ask an administrator for the role, or go back to {START}.",
    )
