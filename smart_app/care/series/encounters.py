"""ED visits, days in hospital and crisis contacts, each with its own shape; a discharge is drawn through all
lanes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from measures.record import PatientRecord
from measures.time import add_months
from smart_app.care.lanes import Lane, Latest, Reading, Shape, Side
from smart_app.care.scale import Height
from smart_app.care.states import absence
from smart_app.care.visits import Visit, VisitKind, visits

_SHAPES = {VisitKind.ED: Shape.SQUARE, VisitKind.CRISIS: Shape.DIAMOND, VisitKind.INPATIENT: Shape.STAY}
_TONES = {VisitKind.ED: "watch", VisitKind.CRISIS: "high", VisitKind.INPATIENT: "high"}
_ROWS = {
    VisitKind.ED: 3,
    VisitKind.CRISIS: 3,
    VisitKind.INPATIENT: 1,
}  # a visit never hides the stay it led to
_SHORT = {VisitKind.ED: "ED", VisitKind.CRISIS: "crisis", VisitKind.INPATIENT: "inpatient"}


@dataclass(frozen=True)
class Encounters:
    place: int = 60

    def lane(self, record: PatientRecord, today: date) -> Lane:
        acute = [v for v in visits(record) if v.kind in _SHAPES and not v.planned]
        acute.reverse()
        return Lane(
            key="events",
            label="Events",
            about="ED, hospital, crisis",
            side=Side.MIND,
            height=Height(0, 4, 44),
            readings=tuple(_reading(visit, today) for visit in acute),
            joined=False,
            latest=_latest(acute, today),
            absence=None
            if acute
            else absence(record.gathered, ("Encounter",), "no ED, inpatient or crisis event on record"),
            turning_points=tuple(
                v.end for v in acute if v.kind is VisitKind.INPATIENT and v.end and not v.going_on
            ),
        )


def _reading(visit: Visit, today: date) -> Reading:
    psychiatric = "psychiatric " if visit.psychiatric else ""
    return Reading(
        visit.start,
        visit.say_dates(today),
        f"{psychiatric}{visit.kind}",
        visit.source,
        meaning=visit.why or visit.what,
        value=_ROWS[visit.kind],
        until=today if visit.going_on else visit.end,
        shape=_SHAPES[visit.kind],
        tone=_TONES[visit.kind],
    )


def _latest(acute: list[Visit], today: date) -> Latest | None:
    """How many in twelve months, by kind."""
    if not acute:
        return None
    year_ago = add_months(today, -12)
    kinds = Counter(v.kind for v in acute if v.start and v.start > year_ago)
    if not kinds:
        return Latest("none", word="in 12 months", when=f"last {acute[-1].say_dates(today)}", stale=True)
    said = ", ".join(f"{kinds[kind]} {_SHORT[kind]}" for kind in _SHAPES if kinds[kind])
    return Latest(said, when="in 12 months")


SERIES = Encounters()
