"""Staff accounts: who may sign in, with which roles.

GET  /staff/accounts/                  all of them
POST /staff/accounts/add               a local account
POST /staff/accounts/<name>/roles      replace the roles
POST /staff/accounts/<name>/password   replace the password, end the sessions
POST /staff/accounts/<name>/remove
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cds_service.outside.staff_accounts import SHORTEST_PASSWORD, AccountProblem
from cds_service.roles import Role
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import PERMITTED, Permission, StaffUser
from smart_app.staff.signed_in import for_staff, staffing

LIST = "/staff/accounts/"
YOURSELF = "Not done to your own account: another administrator has to, so that one always remains."
blueprint = Blueprint("staff_accounts", __name__, url_prefix="/staff/accounts")
nav = NavEntry(
    "Staff", LIST, Permission.SEE_ACCOUNTS, place=42, about="Who may sign in here, and what each role may do."
)


@blueprint.get("/")
@for_staff(Permission.SEE_ACCOUNTS)
def list_accounts(user: StaffUser) -> str:
    """The accounts, and the table of permissions."""
    return render_template(
        "staff/accounts.html",
        accounts=staffing().accounts.all(),
        provider=staffing().provider,
        roles=tuple(Role),
        permitted=PERMITTED,
        shortest=SHORTEST_PASSWORD,
    )


@blueprint.post("/add")
@for_staff(Permission.CHANGE_ACCOUNTS)
def add(user: StaffUser) -> Response:
    """A local account; the password is typed twice and shown to nobody."""
    name = request.form.get("name", "").strip().lower()

    def change() -> None:
        staffing().accounts.add(name, _password(), _roles(), by=user.actor)

    return _done(change, f"{name} may sign in.")


@blueprint.post("/<name>/roles")
@for_staff(Permission.CHANGE_ACCOUNTS)
def set_roles(user: StaffUser, name: str) -> Response:
    """It counts from that person's next request on."""

    def change() -> None:
        if name == user.name and Role.ADMIN not in _roles():
            raise AccountProblem(YOURSELF)
        staffing().accounts.set_roles(name, _roles(), by=user.actor)

    return _done(change, f"The roles of {name} are changed.")


@blueprint.post("/<name>/password")
@for_staff(Permission.CHANGE_ACCOUNTS)
def set_password(user: StaffUser, name: str) -> Response:
    """Ends the sessions of the account, one's own too."""

    def change() -> None:
        staffing().accounts.set_password(name, _password(), by=user.actor)

    return _done(change, f"{name} has a new password and is signed out everywhere.")


@blueprint.post("/<name>/remove")
@for_staff(Permission.CHANGE_ACCOUNTS)
def remove(user: StaffUser, name: str) -> Response:
    """Ends the sessions, too. Whom the provider signs in comes back with the next sign-in."""

    def change() -> None:
        if name == user.name:
            raise AccountProblem(YOURSELF)
        if "sure" not in request.form:
            raise AccountProblem("Not removed: tick the box to confirm.")
        staffing().accounts.remove(name, by=user.actor)

    return _done(change, f"{name} is removed.")


def _done(change: Callable[[], None], words: str) -> Response:
    try:
        change()
        flash(words)
    except AccountProblem as problem:
        flash(str(problem), "problem")
    return redirect(LIST, code=303)


def _roles() -> frozenset[Role]:
    chosen = frozenset(role for role in Role if role in request.form.getlist("role"))
    if not chosen:
        raise AccountProblem("Choose at least one role; to keep somebody out, remove the account.")
    return chosen


def _password() -> str:
    typed = request.form.get("password", "")
    if typed != request.form.get("again", ""):
        raise AccountProblem("The two passwords differ; type the same one twice.")
    return typed
