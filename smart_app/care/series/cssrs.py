"""C-SSRS risk level: low, moderate or high, each with its own shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from measures.event import Event
from measures.record import PatientRecord
from smart_app.care.facts import say_value, source_path
from smart_app.care.lanes import Band, Lane, Latest, Reading, Shape, Side
from smart_app.care.measured import STALE_AFTER_DAYS, say_latest_day
from smart_app.care.scale import Height
from smart_app.care.states import absence
from smart_app.care.suicide_risk import RiskLevel, risk_level, screens
from smart_app.care.wording import say_when

_HEIGHT = Height(0, 3, 46, margin=8)
_SHAPES = {
    RiskLevel.NONE: Shape.DOT,
    RiskLevel.LOW: Shape.DOT,
    RiskLevel.MODERATE: Shape.TRIANGLE,
    RiskLevel.HIGH: Shape.DIAMOND,
}
_TONES = {RiskLevel.MODERATE: "watch", RiskLevel.HIGH: "high"}


@dataclass(frozen=True)
class SuicideRisk:
    place: int = 30

    def lane(self, record: PatientRecord, today: date) -> Lane:
        readings = tuple(_reading(event, today) for event in screens(record))
        return Lane(
            key="cssrs",
            label="C-SSRS",
            about="suicide risk",
            side=Side.MIND,
            height=_HEIGHT,
            readings=readings,
            bands=(Band(1.5, 2.5, 1), Band(2.5, 3.5, 3)),
            latest=_latest(readings[-1], today) if readings else None,
            absence=None if readings else absence(record.gathered, ("Observation",), "no value on record"),
        )


def _reading(event: Event, today: date) -> Reading:
    level = risk_level(event)
    date_said, source = say_when(event, today), source_path(event)
    if level is None:
        return Reading(event.day, date_said, say_value(event), source, "not drawn: not a level")
    return Reading(
        event.day,
        date_said,
        level.word,
        source,
        value=float(level),
        shape=_SHAPES[level],
        tone=_TONES.get(level, ""),
    )


def _latest(last: Reading, today: date) -> Latest:
    stale = last.day is not None and (today - last.day).days > STALE_AFTER_DAYS
    said = say_latest_day(last.day, today) if last.day else last.when
    return Latest(last.says, when=said, tone=last.tone, stale=stale)


SERIES = SuicideRisk()
