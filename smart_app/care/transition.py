"""The transition clock: days since the last discharge from hospital, and who has seen the patient since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from measures.gather import State
from smart_app.care.appointments import KIND as APPOINTMENT
from smart_app.care.material import Material
from smart_app.care.states import Absence, absence
from smart_app.care.visits import Visit, VisitKind, visits
from smart_app.care.wording import ago, count, say_day

FIRST_WINDOW_DAYS = 7  # follow-up after hospitalization is counted at 7 and at 30 days
WINDOW_DAYS = 30


@dataclass(frozen=True)
class FollowUp:
    """A visit since the discharge, or one that is booked."""

    says: str
    source: str


@dataclass(frozen=True)
class Transition:
    """`day` counts from the day of discharge, which is day 0; None while the patient is still in hospital."""

    headline: str
    stay: str
    day: int | None
    clock: str
    follow_up: FollowUp | None
    nobody_yet: str
    source: str
    psychiatric: bool

    @property
    def days(self) -> tuple[bool, ...]:
        """The seven days of the first window, True for each that has gone."""
        return tuple(n < (self.day or 0) for n in range(FIRST_WINDOW_DAYS))


def transition(material: Material) -> Transition | Absence:
    """The clock, or why there is none: no discharge in 30 days, or encounters not read."""
    record, today = material.record, material.today
    every = visits(record)
    inpatient = [v for v in every if v.kind is VisitKind.INPATIENT and v.start and v.start <= today]
    staying = next((v for v in inpatient if v.going_on), None)
    if staying:
        return _still_there(staying, today)
    left = [v for v in inpatient if v.end and 0 <= (today - v.end).days <= WINDOW_DAYS]
    if not left:
        return absence(
            record.gathered, ("Encounter",), f"No hospital discharge in the last {WINDOW_DAYS} days."
        )
    return _clock(max(left, key=lambda v: v.end or date.min), every, material)


def _still_there(stay: Visit, today: date) -> Transition:
    since = say_day(stay.start, today) if stay.start else ""
    return Transition(
        f"In hospital since {since}", _about(stay, ""), None, "", None, "", stay.source, stay.psychiatric
    )


def _clock(stay: Visit, every: tuple[Visit, ...], material: Material) -> Transition:
    today = material.today
    end = stay.end or today
    day = (today - end).days
    seen = _seen_since(stay, every, today)
    return Transition(
        headline=f"Left hospital {ago(end, today)}",
        stay=_about(stay, stay.say_dates(today)),
        day=day,
        clock=_say_clock(day),
        follow_up=seen or _booked(every, material),
        nobody_yet=_nobody_yet(stay, every, material),
        source=stay.source,
        psychiatric=stay.psychiatric,
    )


def _say_clock(day: int) -> str:
    left = count(WINDOW_DAYS - day, "day") + " left"
    if day <= FIRST_WINDOW_DAYS:
        return f"Day {day} of {FIRST_WINDOW_DAYS} · 30-day window: {left}"
    return f"7-day window closed · day {day} of 30: {left}"


def _about(stay: Visit, dates: str) -> str:
    kind = "psychiatric" if stay.psychiatric else stay.why or "inpatient"
    return ", ".join(filter(None, (kind, dates)))


def _seen_since(stay: Visit, every: tuple[Visit, ...], today: date) -> FollowUp | None:
    """The first visit on a later day than the discharge; after a psychiatric stay, one for mental health."""
    later = [v for v in reversed(every) if _follows(v, stay) and v.start and v.start <= today]
    fitting = [v for v in later if v.psychiatric or not stay.psychiatric]
    for visit in fitting:
        if visit.start:
            return FollowUp(f"Seen {say_day(visit.start, today)}: {visit.what}", visit.source)
    return None


def _follows(visit: Visit, stay: Visit) -> bool:
    took_place = visit.kind is VisitKind.OTHER and not visit.planned
    return bool(took_place and visit.start and stay.end and visit.start > stay.end)


def _booked(every: tuple[Visit, ...], material: Material) -> FollowUp | None:
    """The next visit to come: an appointment, or an encounter that is planned."""
    today = material.today
    ahead = [(b.day, b.what, b.source) for b in material.bookings]
    ahead += [(v.start, v.what, v.source) for v in every if v.planned and v.start and v.start >= today]
    if not ahead:
        return None
    day, what, source = min(ahead)
    return FollowUp(f"Booked {say_day(day, today)}: {what}", source)


def _nobody_yet(stay: Visit, every: tuple[Visit, ...], material: Material) -> str:
    if stay.psychiatric and any(_follows(v, stay) for v in every):
        seen = "Seen since, but no mental health visit on record"
    else:
        seen = "No visit since on record"
    if material.record.gathered.state(APPOINTMENT) is State.AWAITED:
        return f"{seen}; appointments are being read."
    return f"{seen}; none booked." if material.knows_bookings else f"{seen}; appointments were not read."
