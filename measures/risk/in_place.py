"""What already stands against a risk, so that nobody is asked to make what there is: a safety plan, a visit
that is booked, naloxone. No score looks at it.

What is not found here may still be somewhere: plans are filed as documents too, and a nightly run reads none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from measures.event import Event
from measures.record import PatientRecord
from measures.risk.as_of import Known
from measures.shapes import Standing
from measures.shared.suicide_risk import is_safety_plan

SAFETY_PLAN, VISIT, NALOXONE = "safety plan", "visit booked", "naloxone"
SOON = 14  # days within which a booked visit answers "book a visit"
LATELY = 365  # days for which an order of naloxone stands
_BOOKED = frozenset({"booked", "pending", "arrived"})
_NALOXONE = "throughline:naloxone"


def in_place(known: Known) -> dict[str, date]:
    """Each that was found by the day: when the plan was made, when the next visit is, when naloxone was last
    ordered or handed out.
    """
    day, record = known.day, known.record
    plans = [one.day for one in _standing(record, "CarePlan", "Procedure") if is_safety_plan(one)]
    codes = record.vocabulary.codes_in.get(_NALOXONE, frozenset())
    handed = [
        one.day
        for one in _standing(record, "MedicationRequest", "MedicationDispense")
        if not codes.isdisjoint(one.codes)
    ]
    found = {
        SAFETY_PLAN: max((one for one in plans if one and one <= day), default=None),
        VISIT: min(_booked(record, day), default=None),
        NALOXONE: max((one for one in handed if one and day - timedelta(LATELY) < one <= day), default=None),
    }
    return {name: one for name, one in found.items() if one is not None}


def _standing(record: PatientRecord, *kinds: str) -> Iterator[Event]:
    for kind in kinds:
        yield from (one for one in record.every(kind).sure if one.standing is Standing.DONE)


def _booked(record: PatientRecord, day: date) -> Iterator[date]:
    """The days of appointments to come, as far as they were made by then."""
    for one in record.every("Appointment").sure:
        made = str(one.source.get("created") or "")[:10]
        if one.status in _BOOKED and one.day and one.day > day and made <= day.isoformat():
            yield one.day
