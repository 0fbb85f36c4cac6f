"""Blood pressure in mmHg: a bar from diastolic to systolic; the dashed lines are 140 and 90."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from measures.event import Event
from measures.record import PatientRecord
from measures.time import either
from smart_app.care.facts import source_path
from smart_app.care.lanes import Lane, Latest, Reading, Shape, Side
from smart_app.care.measured import STALE_AFTER_DAYS, say_latest_day
from smart_app.care.pressure import PANELS, Pressure, is_taken, pressure
from smart_app.care.scale import Height
from smart_app.care.states import absence
from smart_app.care.wording import say_when

_HEIGHT = Height(60, 180, 58)


@dataclass(frozen=True)
class BloodPressure:
    place: int = 120

    def lane(self, record: PatientRecord, today: date) -> Lane:
        events = sorted(record.find("Observation", PANELS).sure, key=lambda e: e.start)
        readings = tuple(_reading(event, today) for event in events if is_taken(event))
        drawn = tuple(value for r in readings for value in (r.value, r.low) if value is not None)
        return Lane(
            key="blood_pressure",
            label="Blood pressure",
            about="goal below 140/90",
            side=Side.BODY,
            height=_HEIGHT.stretched(drawn),
            readings=readings,
            goals=(140, 90),
            joined=False,
            latest=_latest(readings[-1], today) if readings else None,
            absence=None if readings else absence(record.gathered, ("Observation",), "no value on record"),
        )


def _reading(event: Event, today: date) -> Reading:
    when, source, taken = say_when(event, today), source_path(event), pressure(event)
    if taken is None:
        return Reading(event.day, when, event.value_text, source, "not drawn: not a pair in mmHg")
    word, tone = _grade(taken)
    return Reading(
        event.day,
        when,
        str(taken),
        source,
        meaning=word,
        value=taken.systolic.number,
        low=taken.diastolic.number,
        shape=Shape.RANGE,
        tone=tone,
    )


def _grade(taken: Pressure) -> tuple[str, str]:
    """No word where a side is told as a bound (">130") that leaves it open."""
    if either(taken.systolic.at_least(180), taken.diastolic.at_least(120)):
        return "far above goal", "high"
    above = either(taken.systolic.at_least(140), taken.diastolic.at_least(90))
    if above is None:
        return "", ""
    return ("above goal", "watch") if above else ("at goal", "")


def _latest(last: Reading, today: date) -> Latest:
    stale = last.day is not None and (today - last.day).days > STALE_AFTER_DAYS
    said = say_latest_day(last.day, today) if last.day else last.when
    return Latest(
        last.says.removesuffix(" mmHg"), "mmHg", last.meaning, when=said, tone=last.tone, stale=stale
    )


SERIES = BloodPressure()
