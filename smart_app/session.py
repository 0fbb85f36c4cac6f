"""Open charts: one launch, one patient, one browser.

The launch id stands in the URL (`/chart/<launch_id>/`) and its cookie is scoped to that path, so two charts
in two tabs of one browser cannot be mixed up: neither by us nor by the browser. The launch id alone opens
nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar

from flask import current_app, g, request
from werkzeug.wrappers import Response

from cds_service.outside.registry import HostEhr
from cds_service.outside.renewal import LaunchAgain, Renewal
from cds_service.outside.sessions import ChartSession, ChartSessions, PendingLaunches, hash_secret
from cds_service.outside.smart import SmartAuthorization
from cds_service.outside.token_endpoint import Unreachable
from cds_service.outside.unsaved import KEPT_HOURS, Owner, UnsavedForms
from cds_service.wiring import Wiring
from smart_app import unsaved
from smart_app.care.wording import count
from smart_app.errors import WORDS, refuse
from smart_app.headers import framed_by
from smart_app.own_page import browser_says_our_page
from smart_app.scopes import split

COOKIE = "throughline_chart"
# `Partitioned`: a third-party cookie of the EHR's frame only.
_IN_THE_FRAME: dict[str, Any] = {"secure": True, "httponly": True, "samesite": "None", "partitioned": True}
FORM_TOKEN = "csrf_token"  # noqa: S105  (the name of a form field)
_WITHOUT_EFFECT = frozenset({"GET", "HEAD"})
_TAKE_UP_AGAIN = (
    "Open Throughline again from this patient's chart in your EHR. The chart then shows a link to your form, "
    "filled in as you left it. Nobody else is shown it."
)
_TRY_LATER = "Go back to the chart in a few seconds. It shows a link to your form, filled in as you left it."

Rest = ParamSpec("Rest")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Launching:
    """What launches and open charts need, besides the wiring of the CDS service."""

    pending: PendingLaunches
    charts: ChartSessions
    smart: SmartAuthorization
    renewal: Renewal
    unsaved: UnsavedForms

    @classmethod
    def on(cls, wiring: Wiring) -> Launching:
        """Made once, by create_app."""
        smart = SmartAuthorization(wiring.keys)
        minutes = wiring.settings.session_idle_minutes
        charts = ChartSessions(wiring.database, wiring.vault, idle_minutes=minutes)
        pending = PendingLaunches(wiring.database, wiring.vault)
        forms = UnsavedForms(wiring.database, wiring.vault)
        return cls(pending, charts, smart, Renewal(charts, smart), forms)


@dataclass(frozen=True)
class OpenChart:
    """The chart a request is about. `user` is a reference such as `Practitioner/12`, None when not told.

    `app_context` came through the EHR from whoever launched us: it is a hint, never a permission.
    """

    launch_id: str
    host_ehr: HostEhr
    patient_id: str
    user: str | None
    token: str = field(repr=False)
    granted_scopes: frozenset[str]
    need_patient_banner: bool
    encounter_id: str | None
    app_context: str | None
    host_style: Mapping[str, str] = field(default_factory=dict)  # checked, see host_style.py


def wiring() -> Wiring:
    """The wiring of the running app."""
    found: Wiring = current_app.extensions["throughline"]
    return found


def launching() -> Launching:
    """The launch parts of the running app."""
    found: Launching = current_app.extensions["throughline.launch"]
    return found


def begin(host_ehr: str, patient_id: str, data: dict[str, Any]) -> tuple[str, str]:
    """Open a session for a finished launch; returns its launch id and the browser's secret, both new."""
    secret = secrets.token_urlsafe(32)
    return launching().charts.open(host_ehr, patient_id, hash_secret(secret), data), secret


def set_cookie(response: Response, launch_id: str, secret: str) -> None:
    """Bind the browser to one launch."""
    response.set_cookie(COOKIE, secret, path=f"/chart/{launch_id}", **_IN_THE_FRAME)


def delete_cookie(response: Response, launch_id: str) -> None:
    """Take from the browser what binds it to a launch."""
    response.delete_cookie(COOKIE, path=f"/chart/{launch_id}", **_IN_THE_FRAME)


def chart(launch_id: str, *, refused: str | None = None) -> OpenChart:
    """The open chart of this launch, if it was launched by this browser, with a usable token.

    Give a token the EHR answered 401 to as `refused` to have it renewed. Ends in a 404 page for any launch
    id that is not this browser's, in a 401 page when the app must be launched again, in a 503 page when the
    EHR is silent. A form that was being sent is kept through both (smart_app/unsaved.py).
    """
    ehr, session = mine(launch_id)
    owner = Owner(ehr.name, session.patient_id, session.data["user"])
    try:
        session = launching().renewal.usable(ehr, session, refused=refused)
    except LaunchAgain:
        _launch_again(launch_id, owner, WORDS[401].what)
    except Unreachable as problem:
        kept = _kept(launch_id, owner)
        refuse(503, what=f"{problem} {kept}".strip(), next_step=_TRY_LATER if kept else "")
    return _opened(ehr, session)


def mine(launch_id: str) -> tuple[HostEhr, ChartSession]:
    """The session of this launch, its token not looked at; ends in a 404 or 401 page when there is none."""
    session = launching().charts.get(launch_id)
    secret = request.cookies.get(COOKIE, "")
    if session is None:
        ended = launching().charts.ended(launch_id)
        if ended is None or not ended.belonged_to(secret):
            refuse(404)
        _framed_by(ended.owner.host_ehr)
        unused = count(wiring().settings.session_idle_minutes, "minute")
        _launch_again(launch_id, ended.owner, f"This chart was not used for {unused}, so it was closed.")
    if not session.belongs_to(secret):
        refuse(404)
    return _framed_by(session.host_ehr), session


def in_chart(view: Callable[Concatenate[OpenChart, Rest], Answer]) -> Callable[..., Answer]:
    """Decorate a view under `/chart/<launch_id>/`: it is given the OpenChart instead of the launch id.

    What changes something must come from one of our own pages, or ends in a 403 page: the cookie is
    `SameSite=None` because the app lives in the EHR's frame, so the browser would send it with a foreign
    page's form as well.
    """

    @wraps(view)
    def opened(launch_id: str, *args: Rest.args, **rest: Rest.kwargs) -> Answer:
        found = chart(launch_id)
        if found.host_style:
            g.host_css = f"/chart/{launch_id}/host.css"  # base.html links to it
        if request.method in _WITHOUT_EFFECT:
            return view(found, *args, **rest)
        only_from_our_own_page()
        answer = view(found, *args, **rest)
        if g.get("unfinished"):
            unsaved.keep_of(found)
        else:
            unsaved.forget(found)
        return answer

    return opened


def _framed_by(host_ehr: str) -> HostEhr:
    """The registered EHR of a session, which may frame whatever the answer is."""
    ehr = wiring().host_ehrs.get(host_ehr)
    if ehr is None:
        refuse(404)
    framed_by(ehr)
    return ehr


def _launch_again(launch_id: str, owner: Owner, what: str) -> NoReturn:
    kept = _kept(launch_id, owner)
    refuse(401, what=f"{what} {kept}".strip(), next_step=_TAKE_UP_AGAIN if kept else "")


def _kept(launch_id: str, owner: Owner) -> str:
    """Keep the form that is being sent, if one is; what to say of it."""
    if request.method in _WITHOUT_EFFECT or not _from_our_own_page():
        return ""
    if unsaved.keep(owner, launch_id):
        return f"What you entered was not saved in the chart; Throughline keeps it for {KEPT_HOURS} hours."
    return "What you entered was not saved." if request.form else ""


def only_from_our_own_page() -> None:
    """End in a 403 page unless one of our own pages sent the request."""
    if not _from_our_own_page():
        refuse(403)


def in_form(view: Callable[Concatenate[OpenChart, Rest], Answer]) -> Callable[..., Answer]:
    """Decorate a view that acts on the chart: besides what `in_chart` asks, the form must carry the chart's
    token (else 403) and name the patient of this launch (else 409: it was shown for somebody else).
    """

    @wraps(view)
    def checked(found: OpenChart, /, *args: Rest.args, **rest: Rest.kwargs) -> Answer:
        if not carries_form_token():
            refuse(403)
        if request.form.get("_patient") != found.patient_id:
            refuse(409)
        return view(found, *args, **rest)

    return in_chart(checked)


def form_token(launch_id: str) -> str:
    """What each form of a chart carries. It is made from the browser's secret for this launch, which no page
    can read: so it cannot be guessed, is of no use in another chart, and ends with the launch.
    """
    secret = request.cookies.get(COOKIE, "")
    return hmac.new(secret.encode(), f"form of {launch_id}".encode(), hashlib.sha256).hexdigest()


def carries_form_token() -> bool:
    """Whether the form that was sent came from a page of the chart it was sent to."""
    launch_id = (request.view_args or {}).get("launch_id", "")
    sent = request.form.get(FORM_TOKEN, "")
    return hmac.compare_digest(sent.encode(), form_token(launch_id).encode())


def _from_our_own_page() -> bool:
    told = browser_says_our_page()
    return carries_form_token() if told is None else told


def _opened(ehr: HostEhr, session: ChartSession) -> OpenChart:
    data = session.data
    return OpenChart(
        launch_id=session.launch_id,
        host_ehr=ehr,
        patient_id=session.patient_id,
        user=data["user"],
        token=data["access_token"],
        granted_scopes=split(data["scope"]),
        need_patient_banner=data["need_patient_banner"],
        encounter_id=data["encounter"],
        app_context=data["app_context"],
        host_style=data.get("host_style", {}),
    )
