"""What a card on an order said, told again in the chart it led to: the order itself is in no record yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from measures.orders.check import OrderCheck, placeholders
from measures.record import PatientRecord
from smart_app.care.facts import Fact, fact


@dataclass(frozen=True)
class FromCard:
    """`facts` are what it rested on and the record holds; `why` is empty where only the order could fill
    it.
    """

    title: str
    why: str
    facts: tuple[Fact, ...]
    cited: tuple[str, ...]


def from_card(
    check: OrderCheck, resources: Iterable[str], record: PatientRecord | None, today: date
) -> FromCard:
    """The card of an order check with the resources, as `Type/id`, that it rested on."""
    found = (record.by_reference(one) for one in resources) if record is not None else ()
    return FromCard(
        title=check.title,
        why="" if any(placeholders(check.detail)) else check.detail,
        facts=tuple(fact(event, today) for event in found if event is not None),
        cited=tuple(map(str, check.citations)),
    )
