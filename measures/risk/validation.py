"""How good scores were on patients the model has not seen: discrimination, calibration, lift.

Intervals come from drawing patients, not rows, with replacement: rows of one patient are no fresh evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from measures.risk.data import Flags, Floats, Ints

DRAWS = 200
TOP = 0.1
BINS = 10


@dataclass(frozen=True)
class Interval95:
    """A number with the range in which 95 of 100 draws of patients fall."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Performance:
    """One model on one set of patients, for one horizon."""

    rows: int
    patients: int
    events: int
    auroc: Interval95
    auprc: float
    brier: float
    slope: float
    intercept: float
    observed_over_expected: float
    sensitivity_at_top: float
    ppv_at_top: float

    def as_json(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {**said, "auroc": self.auroc.as_json()}


def performance(y: Ints, p: Floats, groups: Sequence[str]) -> Performance | None:
    """None where all rows came out the same: nothing can be told apart."""
    from sklearn.metrics import average_precision_score  # slow to import: only who trains waits for it

    events = int(y.sum())
    if not 0 < events < len(y):
        return None
    slope, intercept = calibration_line(y, p)
    top = top_rows(p, TOP)
    return Performance(
        rows=len(y),
        patients=len(set(groups)),
        events=events,
        auroc=interval(lambda rows: auroc(y[rows], p[rows]), groups),
        auprc=float(average_precision_score(y, p)),
        brier=float(np.mean((p - y) ** 2)),
        slope=slope,
        intercept=intercept,
        observed_over_expected=float(events / max(p.sum(), 1e-9)),
        sensitivity_at_top=float(y[top].sum() / events),
        ppv_at_top=float(y[top].mean()),
    )


def auroc(y: Ints, p: Floats) -> float:
    """NaN where all rows came out the same. By ranks (Mann and Whitney), equal scores sharing them: draws of
    patients ask it hundreds of times, and scikit-learn's takes five times as long.
    """
    events = int(y.sum())
    if not 0 < events < len(y):
        return float("nan")
    order = np.argsort(p)
    scores = p[order]
    last = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)
    first = np.append(0, last[:-1] + 1)
    ranked = float(((first + last) / 2 + 1) @ np.add.reduceat(y[order], first))
    return (ranked - events * (events + 1) / 2) / (events * (len(y) - events))


def calibration_line(y: Ints, p: Floats) -> tuple[float, float]:
    """Slope of the outcome on the log-odds (1 is right, below 1 too extreme), and calibration in the large:
    the shift of the log-odds, the slope held at 1, that makes expected equal to observed.
    """
    from sklearn.linear_model import LogisticRegression  # likewise

    z = np.log(p / (1 - p))
    if np.ptp(z) < 1e-9:
        return 0.0, float(np.log(y.mean() / (1 - y.mean())) - z.mean())
    slope = float(LogisticRegression(C=1e6).fit(z.reshape(-1, 1), y).coef_[0, 0])
    low, high = -10.0, 10.0
    for _ in range(60):  # expected rises with the shift: halving finds it
        middle = (low + high) / 2
        expected = (1 / (1 + np.exp(-(z + middle)))).sum()
        low, high = (middle, high) if expected < y.sum() else (low, middle)
    return slope, (low + high) / 2


def top_rows(p: Floats, share: float) -> Flags:
    """The share with the highest scores, of an exact size; ties in the order of the rows."""
    chosen = np.zeros(len(p), dtype=bool)
    chosen[np.argsort(-p, kind="stable")[: max(1, round(share * len(p)))]] = True
    return chosen


def interval(measure: Callable[[Ints], float], groups: Sequence[str], draws: int = DRAWS) -> Interval95:
    """A measure of rows (given by their numbers), with its interval over draws of patients."""
    _, of_row = np.unique(np.array(groups, dtype=object).astype(str), return_inverse=True)
    order = np.argsort(of_row, kind="stable")
    starts = np.searchsorted(of_row[order], np.arange(of_row.max() + 2))
    sizes = np.diff(starts)
    random = np.random.default_rng(0)
    found = []
    for _ in range(draws):
        drawn = random.integers(0, len(sizes), len(sizes))
        lengths = sizes[drawn]
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        found.append(measure(order[np.repeat(starts[drawn], lengths) + offsets]))
    told = np.array(found)[~np.isnan(found)]
    whole = measure(np.arange(len(groups)))
    low, high = np.percentile(told, [2.5, 97.5]) if told.size else (float("nan"), float("nan"))
    return Interval95(whole, float(low), float(high))


def gain(y: Ints, better: Floats, than: Floats, groups: Sequence[str]) -> Interval95:
    """By how much one score's AUROC is above another's, on the same draws of patients."""
    return interval(lambda rows: auroc(y[rows], better[rows]) - auroc(y[rows], than[rows]), groups)


def reliability(y: Ints, p: Floats) -> list[dict[str, float]]:
    """Tenths of the rows by score: how many, expected and observed share, and its Wilson interval."""
    bins = []
    for rows in np.array_split(np.argsort(p, kind="stable"), min(BINS, len(p))):
        low, high = wilson(int(y[rows].sum()), len(rows))
        bins.append(
            {
                "rows": len(rows),
                "expected": float(p[rows].mean()),
                "observed": float(y[rows].mean()),
                "low": low,
                "high": high,
            }
        )
    return bins


def lift(y: Ints, p: Floats) -> list[dict[str, float]]:
    """For the top 1, 2, 5, 10, 20 and 30%: the events caught, and how many times chance that is."""
    told = []
    for share in (0.01, 0.02, 0.05, 0.1, 0.2, 0.3):
        top = top_rows(p, share)
        told.append(
            {
                "share": share,
                "rows": int(top.sum()),
                "sensitivity": float(y[top].sum() / max(1, y.sum())),
                "ppv": float(y[top].mean()),
                "lift": float(y[top].mean() / max(y.mean(), 1e-9)),
            }
        )
    return told


def decision_curve(y: Ints, p: Floats) -> list[dict[str, float]]:
    """Net benefit by the threshold to act at (Vickers 2006): of the model, and of acting on everybody."""
    told = []
    for threshold in np.linspace(0.01, max(0.05, min(0.5, 3 * float(y.mean()))), 25).tolist():
        odds = threshold / (1 - threshold)
        acted = p >= threshold
        benefit = (y[acted].sum() - odds * (1 - y[acted]).sum()) / len(y)
        everybody = y.mean() - odds * (1 - y.mean())
        told.append({"threshold": threshold, "model": float(benefit), "everybody": float(everybody)})
    return told


def wilson(events: int, rows: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share."""
    z = 1.96
    share, scale = events / rows, 1 + z * z / rows
    middle = (share + z * z / (2 * rows)) / scale
    half = z * np.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows)) / scale
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))
