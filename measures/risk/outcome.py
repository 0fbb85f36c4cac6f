"""What a model predicts, told by the record itself: when the next such event comes after a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from measures.record import PatientRecord
from measures.risk.as_of import NEVER, Fact, Known
from measures.risk.care import ACUTE, Setting, Visit, visits
from measures.risk.score import HORIZONS
from measures.time import DAY

FAR = 400 * 365
"""Days: a record is read to its end."""

EVERY = 91  # days between the days asked about, where the record itself gives the labels
FIRST = 365  # days of record before the first of them

_FIRST_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Outcome:
    """Which encounters count, and whether it is asked at each discharge instead of every quarter."""

    id: str
    says: str
    counts: Callable[[Visit, int], bool]
    at_discharge: bool = False


OUTCOMES: Mapping[str, Outcome] = {
    one.id: one
    for one in (
        Outcome("acute", "an emergency visit or hospital stay", lambda visit, _: visit.setting in ACUTE),
        Outcome(
            "psychiatric",
            "a hospital stay for mental illness or self-harm",
            lambda visit, today: visit.setting is Setting.HOSPITAL and visit.psychiatric_from <= today,
        ),
        Outcome("ed", "an emergency visit", lambda visit, _: visit.setting is Setting.EMERGENCY),
        Outcome(
            "readmission",
            "another hospital stay after leaving one",
            lambda visit, _: visit.setting is Setting.HOSPITAL,
            at_discharge=True,
        ),
    )
}


@dataclass(frozen=True)
class Label:
    """A day asked about, and the interval from 0 in which the event came; `len(HORIZONS)`: it did not."""

    day: date
    event: int


def labels(record: PatientRecord, outcome: Outcome, until: date) -> list[Label]:
    """Every day to ask about whose longest horizon ends by `until`, the last day the export covers.

    After death nobody is asked about, nor while the patient is in hospital.
    """
    known = Known(record, until)
    every = visits(known)
    if not every:
        return []
    last = min(known.today - HORIZONS[-1], _last_day_alive(record))
    stays = [visit.fact for visit in every if visit.setting is Setting.HOSPITAL]
    if outcome.at_discharge:
        asked = sorted({stay.end for stay in stays if stay.end is not None and stay.end <= last})
    else:
        asked = [
            day for day in range(every[0].fact.day + FIRST, last + 1, EVERY) if not _in_hospital(stays, day)
        ]
    came = sorted(_began(visit.fact) for visit in every if outcome.counts(visit, known.today))
    return [Label(_date(day), interval_of(day, came)) for day in asked]


def came_within(
    record: PatientRecord, outcome: Outcome, days: Collection[date], horizon: int, until: date
) -> dict[date, bool]:
    """Whether the event came within so many days of each of these days, as the record tells it now.

    A day whose horizon ends after `until`, the last day the export covers, is left out; so is one on which
    the patient was in hospital or not alive: nobody is asked about then, as in training.
    """
    known = Known(record, until)
    every = visits(known)
    stays = [visit.fact for visit in every if visit.setting is Setting.HOSPITAL]
    came = [_began(visit.fact) for visit in every if outcome.counts(visit, known.today)]
    last = min(known.today - horizon, _last_day_alive(record))
    told: dict[date, bool] = {}
    for asked in days:
        day = (asked - _FIRST_DAY).days
        if day <= last and not _in_hospital(stays, day):
            told[asked] = any(0 < event - day <= horizon for event in came)
    return told


def _in_hospital(stays: Iterable[Fact], day: int) -> bool:
    return any(_began(stay) <= day < (stay.end or _began(stay)) for stay in stays)


def _began(fact: Fact) -> int:
    """When it happened, which a claim may have told weeks later: an event comes when it comes."""
    return fact.event.when[0][1] // DAY


def _last_day_alive(record: PatientRecord) -> int:
    died = record.died.day if record.died else None
    return NEVER if died is None else (died - _FIRST_DAY).days - 1


def interval_of(day: int, came: list[int]) -> int:
    """The interval in which the first event after the day falls."""
    after = next((event - day for event in came if event > day), FAR)
    return next((at for at, horizon in enumerate(HORIZONS) if after <= horizon), len(HORIZONS))


def _date(day: int) -> date:
    return _FIRST_DAY + timedelta(days=day)
