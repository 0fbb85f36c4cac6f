"""A lane of the timeline as data: readings in days and values, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from measures.record import PatientRecord
from smart_app.care.scale import Height
from smart_app.care.states import Absence


class Side(StrEnum):
    """Behavioral health stands over physical health."""

    MIND = "mind"
    BODY = "body"


class Shape(StrEnum):
    """How a reading is drawn. Shape tells kinds and levels apart without colour."""

    DOT = "dot"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"
    SQUARE = "square"
    RANGE = "range"  # from `low` up to `value`, as a blood pressure
    BAR = "bar"  # from `day` to `until` on a row of its own, as a course of medicine
    STAY = "stay"  # from `day` to `until`, as days in hospital


@dataclass(frozen=True)
class Reading:
    """One mark and one row of the table twin: a value, a course or an event, and where it was read.

    Without a `day` (undated, or a date too coarse to place) or without a `value` where the shape needs one it
    stands in the table only.
    """

    day: date | None
    when: str
    says: str
    source: str
    meaning: str = ""
    value: float | None = None
    comparator: str = ""  # the true value lies beyond `value`: "<", ">="
    low: float | None = None
    until: date | None = None
    shape: Shape = Shape.DOT
    tone: str = ""  # "", "watch" or "high"
    row: int = 0
    label: str = ""


@dataclass(frozen=True)
class Latest:
    """What stands at the right of a lane and never scrolls away."""

    value: str
    unit: str = ""
    word: str = ""
    trend: str = ""
    when: str = ""
    tone: str = ""
    stale: bool = False


@dataclass(frozen=True)
class Band:
    """A stretch of values that means something: shaded deeper the graver it is (depth 1 to 3)."""

    low: float
    high: float
    depth: int


@dataclass(frozen=True)
class Lane:
    """`height.pixels` is the lane's height; `joined` readings are connected by a line."""

    key: str
    label: str
    about: str
    side: Side
    height: Height
    readings: tuple[Reading, ...] = ()
    bands: tuple[Band, ...] = ()
    goals: tuple[float, ...] = ()
    joined: bool = True
    latest: Latest | None = None
    absence: Absence | None = None
    turning_points: tuple[date, ...] = ()  # days that concern every lane: discharges


class Series(Protocol):
    """One file in `care/series/` defines one, as SERIES. `place` orders the lanes from top to bottom."""

    @property
    def place(self) -> int: ...

    def lane(self, record: PatientRecord, today: date) -> Lane: ...
