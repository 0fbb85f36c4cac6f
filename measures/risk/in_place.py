"""What already stands against a risk, so that nobody is asked to make what there is: a safety plan, a visit
that is booked, naloxone. No score looks at it.

What is not found here may still be somewhere: plans are filed as documents too, and a nightly run reads none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from measures.risk.as_of import NEVER, Fact, Known, facts
from measures.shapes import Standing
from measures.shared.suicide_risk import is_safety_plan

SAFETY_PLAN, VISIT, NALOXONE = "safety plan", "visit booked", "naloxone"
SOON = 14  # days within which a booked visit answers "book a visit"
LATELY = 365  # days for which an order of naloxone stands
_BOOKED = frozenset({"booked", "pending", "arrived"})
_NALOXONE = "throughline:naloxone"


def in_place(known: Known) -> dict[str, date]:
    """Each that was found by the day: when the plan was made, when the next visit is, when naloxone was last
    ordered or handed out. Facts are used that the features read as well, so what cannot be read was left out.
    """
    codes = known.record.vocabulary.codes_in.get(_NALOXONE, frozenset())
    plans = [one for one in _done(known, "CarePlan", "Procedure") if is_safety_plan(one.event)]
    handed = [
        one
        for one in _done(known, "MedicationRequest", "MedicationDispense")
        if known.ago(one) < LATELY and not codes.isdisjoint(one.event.codes)
    ]
    days = {
        SAFETY_PLAN: max((one.day for one in plans), default=None),
        VISIT: min(_booked(known), default=None),
        NALOXONE: max((one.day for one in handed), default=None),
    }
    return {name: known.day + timedelta(day - known.today) for name, day in days.items() if day is not None}


def _done(known: Known, *kinds: str) -> Iterator[Fact]:
    for kind in kinds:
        yield from (fact for fact in known.of(kind) if fact.event.standing is Standing.DONE)


def _booked(known: Known) -> Iterator[int]:
    """The days of appointments to come, as far as they were made by then."""
    for fact in facts(known.record, "Appointment"):
        made = str(fact.event.source.get("created") or "")[:10]
        if known.today < fact.day < NEVER and fact.event.status in _BOOKED and made <= known.day.isoformat():
            yield fact.day
