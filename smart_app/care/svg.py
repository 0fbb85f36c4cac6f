"""Where the marks of a lane stand: days in percent of the width, values in pixels of the height.

Percent for one axis and pixels for the other is what lets a drawing shrink to a phone while its text, dots
and line widths keep their size: no viewBox scales them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from smart_app.care.lanes import Lane, Reading, Shape, Side
from smart_app.care.scale import Tick, Window
from smart_app.care.timeline import Timeline
from smart_app.care.wording import say_day

_CROWD = 40  # marks in one lane, from which on they are drawn smaller
PATH_WIDTH = 1000  # units across the one part that is stretched: the line that joins the readings
_ROW_PIXELS = 17
_BAR_PIXELS = 13
_STAY_PIXELS = 12
_LEAST_WIDTH = 1.4  # percent: a one-day stay can still be seen and hit
_LETTER = 1.9  # percent of a phone's plot that a letter of a bar's label takes, at the most


@dataclass(frozen=True)
class Mark:
    """One reading on the drawing. `x` and `width` in percent; `y`, `height` and the rest in pixels."""

    reading: Reading
    x: float
    y: float
    width: float = 0
    height: float = 0
    label_x: float = 0
    label_end: bool = False  # the label ends at label_x, instead of starting there

    @property
    def shape(self) -> str:
        return self.reading.shape.value

    @property
    def middle(self) -> float:
        """Where the mark is read on the time axis."""
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True)
class Shade:
    y: float
    height: float
    depth: int


@dataclass(frozen=True)
class Drawing:
    """A lane drawn for one window. `path` joins the marks, in PATH_WIDTH units across; empty for fewer than
    two.
    """

    lane: Lane
    height: int
    shades: tuple[Shade, ...]
    goals: tuple[float, ...]
    path: str
    marks: tuple[Mark, ...]
    rows: tuple[Reading, ...]
    earlier: int

    @property
    def crowded(self) -> bool:
        return len(self.marks) > _CROWD

    @property
    def last(self) -> Mark | None:
        """The mark read first by keyboard, and drawn larger on a joined line."""
        return max(self.marks, key=lambda m: m.middle, default=None)

    @property
    def says(self) -> str:
        """The lane in one sentence, for those who hear the page."""
        latest = self.lane.latest
        parts = [f"{self.lane.label}, {self.lane.about}."]
        if latest is not None:
            said = " ".join(filter(None, (latest.value, latest.unit, latest.word)))
            parts.append(f"Latest {said}{', ' + latest.when if latest.when else ''}.")
        parts.append(f"{len(self.marks)} shown.")
        return " ".join(parts)


@dataclass(frozen=True)
class Half:
    """Mind or body: its drawn lanes, and what is said of those without anything on record."""

    side: Side
    title: str
    drawings: tuple[Drawing, ...]
    silent: Mapping[str, list[str]]


@dataclass(frozen=True)
class Line:
    """A line through all lanes."""

    x: float
    says: str


@dataclass(frozen=True)
class Picture:
    """The timeline, drawn: its halves, the axis above and the lines across."""

    halves: tuple[Half, ...]
    ticks: tuple[Tick, ...]
    discharges: tuple[Line, ...]
    today: Line

    @property
    def drawn(self) -> bool:
        """Whether any lane has something to draw; without one there is no axis either."""
        return any(half.drawings for half in self.halves)


_TITLES = {Side.MIND: "Mind", Side.BODY: "Body"}


def picture(shown: Timeline) -> Picture:
    window = shown.window
    halves = (
        Half(side, title, tuple(draw(lane, window) for lane in shown.of(side)), shown.silent_of(side))
        for side, title in _TITLES.items()
    )
    return Picture(
        halves=tuple(halves),
        ticks=window.ticks(),
        discharges=tuple(
            Line(window.x(d), f"Left hospital {say_day(d, window.end)}") for d in shown.discharges
        ),
        today=Line(window.x(window.end), f"Today, {say_day(window.end, window.end)}"),
    )


def draw(lane: Lane, window: Window) -> Drawing:
    pixels = lane.height.pixels
    marks = tuple(sorted(_marks(lane, window), key=lambda m: (m.reading.row, m.x)))
    return Drawing(
        lane=lane,
        height=pixels,
        shades=tuple(_shades(lane)),
        goals=tuple(lane.height.y(goal) for goal in lane.goals),
        path=_path(lane, window) if lane.joined else "",
        marks=marks,
        rows=tuple(sorted(_rows(lane, window), key=lambda r: r.day or window.start, reverse=True)),
        earlier=sum(_is_earlier(reading, window) for reading in lane.readings),
    )


def _is_earlier(reading: Reading, window: Window) -> bool:
    return reading.day is not None and (reading.until or reading.day) < window.start


def _rows(lane: Lane, window: Window) -> Iterator[Reading]:
    """What the table twin lists: everything drawn, and what has no place on the axis."""
    for reading in lane.readings:
        if not _is_earlier(reading, window):
            yield reading


def _shades(lane: Lane) -> Iterator[Shade]:
    for band in lane.bands:
        top = 0.0 if band.high >= lane.height.high else lane.height.y(band.high)
        yield Shade(top, round(lane.height.y(band.low) - top, 1), band.depth)


def _path(lane: Lane, window: Window) -> str:
    """The line, entering from the left edge where a reading before the window has one inside to lead to."""
    points = [
        (r.day, r.value) for r in lane.readings if r.day and r.value is not None and r.day <= window.end
    ]
    inside = [point for point in points if point[0] >= window.start]
    before = [point for point in points if point[0] < window.start]
    if before and inside:
        inside.insert(0, (window.start, _value_between(before[-1], inside[0], window.start)))
    if len(inside) < 2:
        return ""
    steps = (f"{window.x(day) * PATH_WIDTH / 100:g} {lane.height.y(value):g}" for day, value in inside)
    return "M" + "L".join(steps)


def _value_between(a: tuple[date, float], b: tuple[date, float], day: date) -> float:
    days = (b[0] - a[0]).days or 1
    return a[1] + (b[1] - a[1]) * (day - a[0]).days / days


def _marks(lane: Lane, window: Window) -> Iterator[Mark]:
    for reading in lane.readings:
        if reading.day is None or reading.value is None or reading.day > window.end:
            continue
        if reading.shape in (Shape.BAR, Shape.STAY):
            if (reading.until or reading.day) >= window.start:
                yield _stretch(lane, reading, reading.day, window)
        elif reading.day >= window.start:
            top = lane.height.y(reading.value)
            low = lane.height.y(reading.low) if reading.low is not None else top
            yield Mark(reading, window.x(reading.day), top, height=round(low - top, 1))


def _stretch(lane: Lane, reading: Reading, day: date, window: Window) -> Mark:
    """A mark with a beginning and an end."""
    x = window.x(day)
    width = round(max(window.x(reading.until or day) - x, _LEAST_WIDTH), 2)
    x = round(min(x, 100 - width), 2)
    end = round(x + width, 2)
    letters = len(reading.label) * _LETTER
    label_x = x if letters <= width else end if end + letters <= 100 else x
    if reading.shape is Shape.BAR:
        y, height = 6.0 + reading.row * _ROW_PIXELS, float(_BAR_PIXELS)
    else:
        y, height = round(lane.height.y(reading.value or 0) - _STAY_PIXELS / 2, 1), float(_STAY_PIXELS)
    return Mark(
        reading,
        x,
        y,
        width=width,
        height=height,
        label_x=label_x,
        label_end=letters > width and label_x == x,
    )
