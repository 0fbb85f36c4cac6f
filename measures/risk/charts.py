"""The plots of a report as SVG: calibration and decision curve. No script, no style from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

SIZE, MARGIN = 320, 44
Points = Sequence[tuple[float, float]]


def calibration_plot(bins: Sequence[Mapping[str, float]]) -> str:
    """Observed against expected share by tenths of the score, with intervals; on the diagonal it is right."""
    most = max([0.01, *(one["high"] for one in bins), *(one["expected"] for one in bins)])
    frame = _Frame((0, most), (0, most), "expected share", "observed share")
    marks = [frame.line([(0, 0), (most, most)], "even")]
    marks += [
        frame.line([(one["expected"], one["low"]), (one["expected"], one["high"])], "range") for one in bins
    ]
    marks += [frame.dot(one["expected"], one["observed"]) for one in bins]
    return frame.drawn("Calibration: observed against expected share by tenths of the score", marks)


def decision_plot(curve: Sequence[Mapping[str, float]]) -> str:
    """Net benefit by the threshold at which one would act: of the model, of everybody, of nobody."""
    top = max([0.001, *(one["model"] for one in curve), *(one["everybody"] for one in curve)])
    frame = _Frame((0, curve[-1]["threshold"]), (-top / 4, top), "threshold", "net benefit")
    marks = [frame.line([(0, 0), (curve[-1]["threshold"], 0)], "even")]
    marks += [
        frame.line([(one["threshold"], max(one[name], -top / 4)) for one in curve], name)
        for name in ("everybody", "model")
    ]
    return frame.drawn("Decision curve: solid the model, dashed everybody, the level line nobody", marks)


class _Frame:
    """Axes from one corner to the other, and where a pair of numbers stands in them."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float], across: str, up: str) -> None:
        self._x, self._y, self._across, self._up = x, y, across, up

    def _at(self, x: float, y: float) -> tuple[float, float]:
        room = SIZE - 2 * MARGIN
        (x0, x1), (y0, y1) = self._x, self._y
        return MARGIN + room * (x - x0) / (x1 - x0), SIZE - MARGIN - room * (y - y0) / (y1 - y0)

    def line(self, points: Points, kind: str) -> str:
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self._at(*point) for point in points))
        return f'<polyline class="{kind}" points="{told}"/>'

    def dot(self, x: float, y: float) -> str:
        across, up = self._at(x, y)
        return f'<circle cx="{across:.1f}" cy="{up:.1f}" r="4"/>'

    def drawn(self, title: str, marks: Sequence[str]) -> str:
        end, low = SIZE - MARGIN, SIZE - MARGIN
        axes = f'<path class="axis" d="M{MARGIN} {MARGIN}V{low}H{end}"/>'
        words = [
            (MARGIN, low + 16, "start", f"{self._x[0]:.2g}"), (end, low + 16, "end", f"{self._x[1]:.2g}"),
            (SIZE / 2, SIZE - 10, "middle", self._across), (MARGIN - 4, low, "end", f"{self._y[0]:.2g}"),
            (MARGIN - 4, MARGIN + 4, "end", f"{self._y[1]:.2g}"), (MARGIN, MARGIN - 14, "start", self._up),
        ]  # fmt: skip
        said = "".join(f'<text x="{x}" y="{y}" text-anchor="{a}">{escape(t)}</text>' for x, y, a, t in words)
        return (
            f'<svg role="img" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}">'
            f"<title>{escape(title)}</title>{axes}{''.join(marks)}{said}</svg>"
        )
