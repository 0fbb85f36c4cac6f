"""The timeline: every lane on one shared time axis, and what is written around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from measures.record import PatientRecord
from smart_app.care.lanes import Lane, Side
from smart_app.care.scale import Span, Window
from smart_app.care.series import find_series


@dataclass(frozen=True)
class Timeline:
    """`lanes` have something on record, or are still being read and keep their place; `silent` have nothing,
    and say why. `discharges` cross every lane.
    """

    window: Window
    lanes: tuple[Lane, ...]
    silent: tuple[Lane, ...]
    discharges: tuple[date, ...]

    def of(self, side: Side) -> tuple[Lane, ...]:
        return tuple(lane for lane in self.lanes if lane.side is side)

    def silent_of(self, side: Side) -> dict[str, list[str]]:
        """The labels of the silent lanes, under what each says: one line for all that have the same to
        say.
        """
        said: dict[str, list[str]] = {}
        for lane in self.silent:
            if lane.side is side and lane.absence is not None:
                said.setdefault(lane.absence.says, []).append(lane.label)
        return said


def timeline(record: PatientRecord, today: date, span: Span) -> Timeline:
    """All lanes of the record. "all" reaches back to the earliest day any lane knows."""
    lanes = tuple(series.lane(record, today) for series in find_series())
    days = [r.day for lane in lanes for r in lane.readings if r.day is not None and r.day <= today]
    window = Window.of(span, today, min(days, default=None))
    return Timeline(
        window=window,
        lanes=tuple(lane for lane in lanes if lane.absence is None or lane.absence.awaited),
        silent=tuple(lane for lane in lanes if lane.absence is not None and not lane.absence.awaited),
        discharges=tuple(sorted({d for lane in lanes for d in lane.turning_points if window.holds(d)})),
    )
