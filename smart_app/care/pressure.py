"""Blood pressure as one value: two components, always said systolic over diastolic."""

from __future__ import annotations

from typing import NamedTuple

from measures.event import DIASTOLIC, SYSTOLIC, Event
from measures.quantity import Quantity
from measures.terminology import LOINC, Code
from smart_app.care.wording import say_amount

PANELS = (Code(LOINC, "85354-9", "Blood pressure panel"), Code(LOINC, "55284-4", "Blood pressure"))
_MMHG = frozenset({"mm[Hg]", "mmHg"})


class Pressure(NamedTuple):
    """In mmHg."""

    systolic: Quantity
    diastolic: Quantity

    def __str__(self) -> str:
        return f"{say_amount(self.systolic, 0)}/{say_amount(self.diastolic, 0)} mmHg"


def pressure(event: Event) -> Pressure | None:
    """None unless the event has both components in mmHg."""
    systolic, diastolic = event.component(SYSTOLIC), event.component(DIASTOLIC)
    if systolic is None or diastolic is None or not {systolic.unit, diastolic.unit} <= _MMHG:
        return None
    return Pressure(systolic, diastolic)


def is_taken(event: Event) -> bool:
    """Whether the panel holds either component: one without them records that no pressure was taken."""
    return event.component(SYSTOLIC) is not None or event.component(DIASTOLIC) is not None
