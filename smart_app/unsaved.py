"""What was entered into a form that met an ended session: kept, and taken up again after the next launch.

A form page does nothing for the first half: `in_chart` keeps the fields of every POST it must answer with
"your session has ended" (or "the EHR is silent"), under the form's own address. For the second half a page
asks `taken_up(opened)` when it shows its form, and fills the form in with what it gets. Once the form is
sent again, and answered, what was kept is forgotten, again without the page's doing; but where the EHR took
nothing, or only a part, and may yet, it is kept (`g.unfinished`), and sent again it is finished.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from cds_service.outside.unsaved import Owner, Unsaved, UnsavedForms

if TYPE_CHECKING:
    from smart_app.session import OpenChart

_NOT_ENTERED = frozenset({"csrf_token"})  # good for one session only


def keep(owner: Owner, launch_id: str) -> bool:
    """Keep the fields of the current request; False when they cannot be kept or not be shown again."""
    fields = {name: values for name, values in request.form.lists() if name not in _NOT_ENTERED}
    return _can_be_shown(request.path) and _forms().keep(owner, form_name(launch_id), fields)


def keep_of(opened: OpenChart) -> bool:
    """Keep the fields of the current request, whose writing can be finished later; False as in `keep`.

    A view asks for it by setting `g.unfinished`.
    """
    return keep(_owner(opened), opened.launch_id)


def taken_up(opened: OpenChart, form: str | None = None) -> Unsaved | None:
    """What this user had entered in this patient's chart into the form at this address; None for everybody
    else.

    `form` is an address below the chart's, such as `assess/PHQ-9`; without it, that of the current request.
    """
    return _forms().find(_owner(opened), form or form_name(opened.launch_id))


def waiting(opened: OpenChart) -> dict[str, datetime]:
    """The addresses of this user's unsaved forms in this chart, each with the time it was kept."""
    return _forms().waiting(_owner(opened))


def forget(opened: OpenChart, form: str | None = None) -> None:
    """Drop what was kept of a form; `in_chart` does so when the form was sent again."""
    _forms().forget(_owner(opened), form or form_name(opened.launch_id))


def form_name(launch_id: str) -> str:
    """The current address without the launch, which is another one each time."""
    return request.path.removeprefix(f"/chart/{launch_id}/")


def _forms() -> UnsavedForms:
    found: UnsavedForms = current_app.extensions["throughline.launch"].unsaved
    return found


def _owner(opened: OpenChart) -> Owner:
    return Owner(opened.host_ehr.name, opened.patient_id, opened.user)


def _can_be_shown(path: str) -> bool:
    """Whether there is a page at the address a form was sent to."""
    match: Callable[..., object] = current_app.url_map.bind("").match
    try:
        match(path, method="GET")
    except HTTPException:
        return False
    return True
