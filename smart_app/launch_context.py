"""Where a finished launch leads inside the chart: `intent` and `appContext`, believed only as far as checked.

Both came through the EHR from whoever launched us. An intent is one of a few words of ours; an appContext of
ours names a card and a measure or a form, and is followed when this very card was shown for this patient, to
this user, at this host EHR. Anything else is ignored quietly: the chart opens at its top.
"""

from __future__ import annotations

import re

import orjson

from cds_service.wiring import Wiring
from measures.instrument_catalog import find_instruments

_INTENTS = {"gaps": "#gaps", "timeline": "#timeline"}  # word, and the place on the page
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def place_in_chart(
    wiring: Wiring, host_ehr: str, patient_id: str, user: str | None, context: object, intent: object
) -> str:
    """What follows the chart's address: `#gap-CMS2`, `assess/phq-9`; "" for the top."""
    told = _object(context)
    if _card_was_shown(wiring, host_ehr, patient_id, user, told.get("card")):
        form = _form(wiring, told.get("item"))
        measure = told.get("measure")
        if form:
            return f"assess/{form}"
        if isinstance(measure, str) and measure in wiring.catalog.measures:
            return f"#gap-{measure}"
    return _INTENTS.get(intent, "") if isinstance(intent, str) else ""


def _card_was_shown(wiring: Wiring, host_ehr: str, patient_id: str, user: str | None, card: object) -> bool:
    if not isinstance(card, str) or not _UUID.fullmatch(card):
        return False
    shown_to = wiring.feedback.shown_to(host_ehr, card)
    if shown_to is None or (user is not None and shown_to != user):
        return False
    return wiring.audit.names_card(host_ehr, patient_id, card)


def _form(wiring: Wiring, item: object) -> str:
    """The form an item such as `assessment/phq-9` names, if there is one."""
    kind, _, name = item.partition("/") if isinstance(item, str) else ("", "", "")
    known = find_instruments().get(name) or wiring.questionnaires.get(name)
    return known.id if kind == "assessment" and known else ""


def _object(context: object) -> dict[str, object]:
    try:
        found = orjson.loads(context) if isinstance(context, str) else None
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
