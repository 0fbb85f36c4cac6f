"""Blood pressure as one value: two components, always said systolic over diastolic."""

from __future__ import annotations

from typing import NamedTuple

from measures.event import Event
from measures.terminology import LOINC, Code
from smart_app.care.wording import say_number

PANELS = (Code(LOINC, "85354-9", "Blood pressure panel"), Code(LOINC, "55284-4", "Blood pressure"))
_SYSTOLIC = Code(LOINC, "8480-6", "Systolic blood pressure")
_DIASTOLIC = Code(LOINC, "8462-4", "Diastolic blood pressure")
_MMHG = frozenset({"mm[Hg]", "mmHg"})


class Pressure(NamedTuple):
    """In mmHg."""

    systolic: float
    diastolic: float

    def __str__(self) -> str:
        return f"{say_number(self.systolic, 0)}/{say_number(self.diastolic, 0)} mmHg"


def pressure(event: Event) -> Pressure | None:
    """None unless the event has both components in mmHg."""
    systolic, diastolic = event.component(_SYSTOLIC), event.component(_DIASTOLIC)
    if systolic is None or diastolic is None or not {systolic.unit, diastolic.unit} <= _MMHG:
        return None
    return Pressure(systolic.number, diastolic.number)


def is_taken(event: Event) -> bool:
    """Whether the panel holds either component: one without them records that no pressure was taken."""
    return event.component(_SYSTOLIC) is not None or event.component(_DIASTOLIC) is not None
