"""The ways to accept what an order check offers, each as what a host EHR has to do for it.

Two ways exclude one another when both change one order, or when one adds what an order calls for and the
other takes that order back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cds_service.wording import read_along
from measures.event import Event
from measures.orders.doses import daily_mg
from measures.record import PatientRecord

_LONGEST_NAME = 36  # characters of an order's name in a label, which has to tell it from another
_GOING_ON = frozenset({"active", "on-hold"})

Json = dict[str, Any]


@dataclass(frozen=True)
class Way:
    """One suggestion before it is written. `order` is the order it takes back or changes, `Type/id`; `calls`
    that it adds what the orders concerned call for.
    """

    label: str
    actions: tuple[Json, ...]
    order: str = ""
    calls: bool = False


def exclude_one_another(ways: Iterable[Way], concerned: int) -> bool:
    """Whether not all of them can be taken together; `concerned` is the number of orders they are about."""
    held = list(ways)
    changed = [way.order for way in held if way.order]
    needless = concerned == 1 and bool(changed) and any(way.calls and not way.order for way in held)
    return needless or len(set(changed)) < len(changed)


def names_apart(orders: Iterable[Event]) -> Mapping[Event, str]:
    """A name for each order by which it is told from the others: by its daily dose or, where that does not
    tell it either, by its number.
    """
    held = list(orders)
    named = {order: read_along(order.display, _LONGEST_NAME) for order in held}
    times = Counter(named.values())
    dosed = {order: _with_dose(order, name) for order, name in named.items()}
    told = Counter(dosed.values())
    apart = {}
    for number, order in enumerate(held, 1):
        if times[named[order]] == 1:
            apart[order] = named[order]
        elif told[dosed[order]] == 1:
            apart[order] = dosed[order]
        else:
            apart[order] = f"{named[order]}, {number} of {len(held)}"
    return apart


def _with_dose(order: Event, name: str) -> str:
    dose = daily_mg(order) if order.kind == "MedicationRequest" else None
    return name if dose is None else f"{name}, {dose:g} mg a day"


def before_it_ended(reference: str, record: PatientRecord) -> Json | None:
    """An order that a signing ends, as the record had it when it went on; None where that is not known."""
    former = record.by_reference(reference)
    return dict(former.source) if former is not None and former.status in _GOING_ON else None


def changed_by(action: Json) -> str:
    """The order that an action takes back or changes, as `Type/id`; empty for one that makes a new one."""
    match action["type"]:
        case "delete":
            return str(action["resourceId"])
        case "update":
            return f"{action['resource']['resourceType']}/{action['resource'].get('id')}"
    return ""


def first_for_each_order(suggestions: Iterable[Json]) -> Iterator[Json]:
    """Of suggestions that change the same order the first: for a client that may take all of them."""
    seen: set[str] = set()
    for one in suggestions:
        changed = {changed_by(action) for action in one["actions"]} - {""}
        if seen.isdisjoint(changed):
            yield one
        seen |= changed
