"""Where a finished launch leads inside the chart: `intent` and `appContext`, believed only as far as checked.

Both came through the EHR from whoever launched us. An intent is one of a few words of ours; an appContext of
ours names a card and a measure, a form, the risk or an order check, and is followed when this very card was
shown for this patient, to this user, at this host EHR. Anything else is ignored quietly: the chart opens at
its top.
"""

from __future__ import annotations

import re

import orjson

from cds_service.outside.audit import ShownCard
from cds_service.wiring import Wiring
from measures.instrument_catalog import find_instruments
from measures.orders.catalog import find_order_checks
from measures.orders.check import OrderCheck

_INTENTS = {"gaps": "#gaps", "timeline": "#timeline"}  # word, and the place on the page
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def place_in_chart(
    wiring: Wiring, host_ehr: str, patient_id: str, user: str | None, context: object, intent: object
) -> str:
    """What follows the chart's address: `#gap-CMS2`, `#risk`, `assess/phq-9`; "" for the top. The card of an
    order is told there itself: the order is no part of the record yet."""
    told = _object(context)
    card, item = told.get("card"), told.get("item")
    if shown_card(wiring, host_ehr, patient_id, user, card) is not None:
        form = _form(wiring, item)
        measure = told.get("measure")
        if form:
            return f"assess/{form}"
        if item == "risk":
            return "#risk"
        if order_check(item) is not None:
            return f"?card={card}#card"
        if isinstance(measure, str) and measure in wiring.catalog.measures:
            return f"#gap-{measure}"
    return _INTENTS.get(intent, "") if isinstance(intent, str) else ""


def shown_card(
    wiring: Wiring, host_ehr: str, patient_id: str, user: str | None, card: object
) -> ShownCard | None:
    """A card by its uuid, if it was shown for this patient to this user at this host EHR."""
    if not isinstance(card, str) or not _UUID.fullmatch(card):
        return None
    shown_to = wiring.feedback.shown_to(host_ehr, card)
    if shown_to is None or (user is not None and shown_to != user):
        return None
    return wiring.audit.shown_card(host_ehr, patient_id, card)


def order_check(item: object) -> OrderCheck | None:
    """The order check an item such as `order/qt-pair` names, if there is one."""
    kind, _, name = item.partition("/") if isinstance(item, str) else ("", "", "")
    return find_order_checks().get(name) if kind == "order" else None


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
