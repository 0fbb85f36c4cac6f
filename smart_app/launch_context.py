"""Where a finished launch leads inside the chart: `intent` and `appContext`, believed only as far as checked.

Both came through the EHR from whoever launched us. An intent is one of a few words of ours; an appContext of
ours names a card and a measure, and is followed when this very card was shown for this patient, to this user,
at this host EHR. Anything else is ignored quietly: the chart opens at its top.
"""

from __future__ import annotations

import re

import orjson

from cds_service.wiring import Wiring

_INTENTS = {"gaps": "gaps", "timeline": "timeline"}  # word, and the place on the page
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def place_in_chart(
    wiring: Wiring, host_ehr: str, patient_id: str, user: str | None, context: object, intent: object
) -> str:
    """The fragment to open the chart at, such as `gap-CMS2`; "" for the top."""
    measure = _measure_of_card(wiring, host_ehr, patient_id, user, context)
    if measure:
        return f"gap-{measure}"
    return _INTENTS.get(intent, "") if isinstance(intent, str) else ""


def _measure_of_card(
    wiring: Wiring, host_ehr: str, patient_id: str, user: str | None, context: object
) -> str | None:
    told = _object(context)
    card, measure = told.get("card"), told.get("measure")
    if not isinstance(card, str) or not _UUID.fullmatch(card):
        return None
    if not isinstance(measure, str) or measure not in wiring.catalog.measures:
        return None
    shown_to = wiring.feedback.shown_to(host_ehr, card)
    if shown_to is None or (user is not None and shown_to != user):
        return None
    return measure if wiring.audit.names_card(host_ehr, patient_id, card) else None


def _object(context: object) -> dict[str, object]:
    try:
        found = orjson.loads(context) if isinstance(context, str) else None
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
