"""For testers of the CDS service: its last calls (in the demo only), how long each stage takes, what prefetch
brings.

GET /staff/sandbox/              ?call=    the list, and one call in full
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, render_template, request

from cds_service.outside.recent_calls import MOST_KEPT, RecentCall
from cds_service.outside.telemetry import stage_timings
from smart_app.session import wiring
from smart_app.staff.navigation import NavEntry
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import for_staff
from smart_app.studio.prefetch_rates import prefetch_states

_LONGEST = 60_000  # characters of a body on the page

blueprint = Blueprint("staff_sandbox", __name__, url_prefix="/staff/sandbox")
nav = NavEntry(
    "Sandbox",
    "/staff/sandbox/",
    Permission.SEE_RULES,
    place=25,
    about="For testers: the last calls of a demo, timings, and what prefetch brings.",
)


@dataclass(frozen=True)
class Rate:
    """Of one prefetch key: in how many of the calls it was filled, null, an error, or left out."""

    key: str
    states: Mapping[str, int]


@blueprint.get("/")
@for_staff(Permission.SEE_RULES)
def show_sandbox(user: StaffUser) -> str:
    """Everything on one page; of one call the request and the response."""
    recent = wiring().recent_calls
    calls = recent.all()
    asked = request.args.get("call", type=int)
    one = next((call for call in calls if call.number == asked), None)
    return render_template(
        "staff/sandbox.html",
        keeps=recent.keeps,
        most=MOST_KEPT,
        calls=calls,
        one=one,
        sent=_pretty(one.request) if one else "",
        answered=_pretty(one.response) if one else "",
        address=wiring().settings.base_url.rstrip("/") + "/cds-services",
        stages=stage_timings(),
        rates=_rates(calls),
    )


def _rates(calls: Iterable[RecentCall]) -> list[Rate]:
    counted: dict[str, Counter[str]] = {}
    for call in calls:
        for key, state in prefetch_states(call.request).items():
            counted.setdefault(key, Counter())[state] += 1
    return [Rate(key, states) for key, states in sorted(counted.items())]


def _pretty(body: bytes) -> str:
    try:
        tree: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body[:_LONGEST].decode("utf-8", "replace")
    if isinstance(tree, dict) and isinstance(tree.get("fhirAuthorization"), dict):
        tree["fhirAuthorization"]["access_token"] = "…"  # noqa: S105  (not one)
    text = orjson.dumps(tree, option=orjson.OPT_INDENT_2).decode()
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "\n… cut here"
