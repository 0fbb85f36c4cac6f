"""A draft with its dose lowered to a limit, as a host EHR can take it unread; where that is not sure, none.

Sure is a single dosage once a day, in mg or pieces, that comes to whole or half tablets: by their labels the
tablets halved here (citalopram of 20 and 40 mg, escitalopram of 10 and 20) are scored. Words that tell the
dose before go, and as many days are dispensed as before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import ceil
from typing import Any

from measures.event import Event
from measures.medication_time import doses_a_day
from measures.orders.doses import daily_mg, pieces_a_dose
from measures.shapes import UNREADABLE, Resource

_WORDS = frozenset({"text", "patientInstruction", "additionalInstruction"})
_OTHER_LIMITS = frozenset({"maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime"})


def lowered(draft: Event, received: Resource, most: float) -> Resource | None:
    """The order as it came, of at most so many mg a day; None where nobody could accept that unread."""
    dose = daily_mg(draft)
    if dose is None or dose <= most:
        return None
    try:
        return _lowered(draft, received, most / dose)
    except UNREADABLE:
        return None


def _lowered(draft: Event, received: Resource, share: float) -> Resource | None:
    [dosage] = _listed(received["dosageInstruction"])
    [rate] = _listed(dosage["doseAndRate"])
    pieces = pieces_a_dose(draft, dosage)
    once = doses_a_day(dosage["timing"]) == 1 and _OTHER_LIMITS.isdisjoint(dosage)
    if not once or pieces is None or not pieces.can_be(round(pieces.number * share, 6)):
        return None
    quantity = rate["doseQuantity"]
    less = rate | {"doseQuantity": quantity | {"value": round(quantity["value"] * share, 6)}}
    order = _without(received, {"text"})
    order["dosageInstruction"] = [_without(dosage, _WORDS) | {"doseAndRate": [less]}]
    supply = received.get("dispenseRequest")
    if supply and "quantity" in supply:
        amount = supply["quantity"]
        order["dispenseRequest"] = supply | {"quantity": amount | {"value": ceil(amount["value"] * share)}}
    return order


def _without(element: Resource, names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in element.items() if name not in names}


def _listed(element: Any) -> list[Any]:
    return [element] if isinstance(element, Mapping) else list(element)
