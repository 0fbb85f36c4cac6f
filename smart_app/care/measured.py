"""A series of numbers over time: a score, a laboratory value, a weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple

from measures.event import Event
from measures.quantity import Quantity
from measures.record import PatientRecord
from measures.terminology import Code
from measures.time import add_months
from smart_app.care.facts import source_path
from smart_app.care.lanes import Band, Lane, Latest, Reading, Shape, Side
from smart_app.care.scale import Height
from smart_app.care.states import absence
from smart_app.care.wording import (
    ago,
    count,
    say_amount,
    say_day,
    say_number,
    say_quantity,
    say_unit,
    say_when,
)

STALE_AFTER_DAYS = 90
_SAME = 9  # decimals: what another unit's factor adds beyond them is no difference


@dataclass(frozen=True)
class Severity:
    """From this value on it is called so. The tone is "", "watch" or "high"."""

    at_least: float
    word: str
    tone: str = ""


class _Point(NamedTuple):
    """A reading with a place on both axes."""

    day: date
    value: float
    reading: Reading


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A lane of numbers. `units` gives, for each UCUM unit understood, the factor that brings it to `unit`.

    A value in a unit not listed is never drawn on the wrong scale: it stands in the table as it was written.
    `severity_by_gender` replaces `severity` where the cut-offs differ. `trend_over` names the change shown at
    the right: since the last value, or over a year. `fit` says whether the height is fixed, stretches to
    values beyond it, or is free to lie where the values lie, `least_span` high at the least.
    """

    key: str
    label: str
    about: str
    side: Side
    place: int
    codes: tuple[Code, ...]
    unit: str
    units: Mapping[str, float]
    height: Height
    decimals: int = 0
    severity: tuple[Severity, ...] = ()
    severity_by_gender: Mapping[str, tuple[Severity, ...]] = field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    goal: float | None = None
    least_span: float = 0
    fit: Literal["fixed", "stretch", "free"] = "fixed"
    trend_over: Literal["last", "year"] = "last"

    def lane(self, record: PatientRecord, today: date) -> Lane:
        events = record.find("Observation", self.codes).sure
        severity = self.severity_by_gender.get(str(record.patient.get("gender")), self.severity)
        found = (self._reading(event, severity, today) for event in events if event.has_value)
        readings = tuple(sorted(found, key=lambda r: (r.day or date.min, r.source)))
        lane = Lane(
            key=self.key,
            label=self.label,
            about=self.about,
            side=self.side,
            height=self.height,
            readings=readings,
            bands=self.bands,
            goals=() if self.goal is None else (self.goal,),
        )
        if not readings:
            return replace(lane, absence=absence(record.gathered, ("Observation",), "no value on record"))
        points = [_Point(r.day, r.value, r) for r in readings if r.day and r.value is not None]
        if not points:
            return replace(lane, latest=_unplaced(readings[-1]))
        return replace(lane, height=self._fit(points), latest=self._latest(points, len(readings), today))

    def _fit(self, points: list[_Point]) -> Height:
        values = tuple(point.value for point in points)
        if self.fit == "fixed":
            return self.height
        return (self.height.stretched if self.fit == "stretch" else self.height.fitted)(
            values, self.least_span
        )

    def _reading(self, event: Event, severity: tuple[Severity, ...], today: date) -> Reading:
        quantity = event.value
        factor = self.units.get(quantity.unit) if quantity else None
        if quantity is None or factor is None:
            says = say_quantity(quantity) if quantity else event.value_text
            return Reading(
                event.day,
                say_when(event, today),
                says,
                source_path(event),
                "not drawn: no number in " + self.unit,
            )
        if event.day and event.day > today:
            return Reading(
                None,
                say_when(event, today),
                say_quantity(quantity),
                source_path(event),
                "dated in the future",
            )
        told = quantity.times(factor)
        grade = grade_of(told, severity)
        return Reading(
            event.day,
            say_when(event, today),
            f"{say_amount(told, self.decimals)} {say_unit(self.unit)}".strip(),
            source_path(event),
            meaning=grade.word,
            value=told.number,
            comparator=told.comparator,
            shape=Shape.DOT,
            tone=grade.tone,
        )

    def _latest(self, points: list[_Point], readings: int, today: date) -> Latest:
        last = points[-1]
        elsewhere = readings - len(points)
        beside = f"{count(elsewhere, 'value')} more in the tables" if elsewhere else ""
        return Latest(
            value=f"{last.reading.comparator}{say_number(last.value, self.decimals)}",
            unit=say_unit(self.unit),
            word=last.reading.meaning,
            trend=" · ".join(filter(None, (self._trend(points, today), beside))),
            when=say_latest_day(last.day, today),
            tone=last.reading.tone,
            stale=(today - last.day).days > STALE_AFTER_DAYS,
        )

    def _trend(self, points: list[_Point], today: date) -> str:
        """ "▲ from 14" since the last value, or "+9 kg since 9 Dec" over the year; none from a bound."""
        since = add_months(today, -12) if self.trend_over == "year" else date.min
        earlier = [point for point in points[:-1] if point.day >= since]
        if not earlier:
            return ""
        then = earlier[0] if self.trend_over == "year" else earlier[-1]
        if then.reading.comparator or points[-1].reading.comparator:
            return ""
        change = points[-1].value - then.value
        if abs(change) < 10**-self.decimals / 2:
            return f"as on {say_day(then.day, today)}"
        if self.trend_over == "last":
            return f"{'▲' if change > 0 else '▼'} from {say_number(then.value, self.decimals)}"
        size = f"{say_number(abs(change), self.decimals)} {say_unit(self.unit)}".strip()
        return f"{'+' if change > 0 else '−'}{size} since {say_day(then.day, today)}"


def grade_of(score: Quantity, severity: tuple[Severity, ...]) -> Severity:
    """The gravest word whose threshold the value reaches; no word where a bound ("<15") leaves that open."""
    score = score._replace(number=round(score.number, _SAME))
    for grade in reversed(severity):
        reached = score.at_least(grade.at_least)
        if reached or (reached is None and grade.at_least <= 0):  # no score lies below 0
            return grade
        if reached is None:
            break
    return Severity(0, "")


def say_latest_day(day: date, today: date) -> str:
    """ "12 Nov", and how long ago once that is the news: "30 Jul, 114 days ago"."""
    said = say_day(day, today)
    return f"{said}, {ago(day, today)}" if (today - day).days > STALE_AFTER_DAYS else said


def _unplaced(reading: Reading) -> Latest:
    """The latest value where none can be placed on the axis."""
    return Latest(value=reading.says, word=reading.meaning, when=reading.when, stale=True)
