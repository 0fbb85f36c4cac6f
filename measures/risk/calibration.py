"""From log-odds to probabilities that come true: Platt's line while events are few, isotonic later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from measures.risk.data import Floats, Ints

ISOTONIC_FROM = 1000  # events: with fewer, the steps follow chance
LEAST, MOST = 1e-4, 1 - 1e-4
"""Nothing is certain: no probability is 0 or 1."""

OF_THE_LINE = 0.02
"""The share of Platt's line in an isotonic curve: it keeps the order of patients on one step."""


@dataclass(frozen=True)
class Calibration:
    """A line over the log-odds and, with enough events, a rising curve over it."""

    slope: float
    intercept: float
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()

    @property
    def kind(self) -> str:
        return "isotonic" if self.x else "platt"

    def line(self, log_odds: Floats) -> Floats:
        return self.slope * log_odds + self.intercept

    def probability(self, log_odds: Floats) -> Floats:
        line = expit(self.line(log_odds))
        if self.x:
            curve = np.interp(log_odds, self.x, self.y)
            line = OF_THE_LINE * line + (1 - OF_THE_LINE) * curve
        return np.clip(line, LEAST, MOST)

    def as_json(self) -> dict[str, Any]:
        return {"slope": self.slope, "intercept": self.intercept, "x": list(self.x), "y": list(self.y)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Calibration:
        return cls(float(said["slope"]), float(said["intercept"]), tuple(said["x"]), tuple(said["y"]))


def expit(x: Floats) -> Floats:
    """The logistic function, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(x, dtype=np.float64)))


def calibrate(log_odds: Floats, came: Ints) -> Calibration:
    """From log-odds of rows the model had not seen, and whether the event came."""
    from sklearn.isotonic import IsotonicRegression  # half a second: only who trains waits for it
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e6).fit(log_odds.reshape(-1, 1), came)
    slope = max(float(fitted.coef_[0, 0]), 0.05)  # a line that falls would turn the order round
    intercept = float(fitted.intercept_[0]) if slope > 0.05 else float(logit(came.mean()))
    if came.sum() < ISOTONIC_FROM:
        return Calibration(slope, intercept)
    curve = IsotonicRegression(y_min=LEAST, y_max=MOST, out_of_bounds="clip").fit(log_odds, came)
    return Calibration(
        slope, intercept, tuple(curve.X_thresholds_.tolist()), tuple(curve.y_thresholds_.tolist())
    )


def logit(p: float) -> float:
    p = min(max(p, LEAST), MOST)
    return float(np.log(p / (1 - p)))
