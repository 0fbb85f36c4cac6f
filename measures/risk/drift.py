"""Whether patients and scores still look as they did at training: the population stability index (PSI)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

import numpy as np

from measures.risk.data import Data, Floats

WATCH, ALARM = 0.1, 0.25
TENTHS = 10
LEAST = 1e-4  # share: an empty range would make the index infinite
SCORE = "(score)"


def profile(data: Data, chances: Floats) -> dict[str, Any]:
    """Per input, and of the score: the ends of its ranges, the share of rows in each, the missing last."""
    named = [(column.id, data.x[:, index]) for index, column in enumerate(data.columns)]
    return {name: _profile(values) for name, values in [*named, (SCORE, chances)]}


def _profile(values: Floats) -> dict[str, list[float]]:
    known = values[~np.isnan(values)]
    cuts = np.unique(np.quantile(known, np.arange(1, TENTHS) / TENTHS)) if known.size else np.zeros(0)
    return {"cuts": cuts.tolist(), "shares": _shares(values, cuts).tolist()}


def _shares(values: Floats, cuts: Floats) -> Floats:
    missing = np.isnan(values)
    ranges = np.where(missing, len(cuts) + 1, np.searchsorted(cuts, values, side="left"))
    counted: Floats = np.bincount(ranges, minlength=len(cuts) + 2) / max(1, len(values))
    return counted


def drift(trained: Mapping[str, Any], data: Data, chances: Floats) -> list[dict[str, Any]]:
    """The index of each input and of the score, the greatest first, with what it calls for."""
    at = {column.id: data.x[:, index] for index, column in enumerate(data.columns)}
    at[SCORE] = chances
    lacking = np.full(len(data.x), np.nan)
    now = {name: _shares(at.get(name, lacking), np.array(held["cuts"])) for name, held in trained.items()}
    return compared(trained, now)


def compared(trained: Mapping[str, Any], now: Mapping[str, Floats]) -> list[dict[str, Any]]:
    """The same, of shares that were counted already."""
    found = []
    for name, held in trained.items():
        index = psi(np.array(held["shares"]), now[name])
        found.append(
            {
                "input": name,
                "psi": index,
                "stands": stands(index),
                "missing at training": float(held["shares"][-1]),
                "missing here": float(now[name][-1]),
            }
        )
    return sorted(found, key=lambda one: (-one["psi"], one["input"]))


def stands(index: float) -> str:
    """What an index calls for: both limits are still on the calmer side."""
    return "alarm" if index > ALARM else "watch" if index > WATCH else "stable"


class PanelCount:
    """A panel counted into the ranges of the training, a patient at a time: its size takes no memory."""

    def __init__(self, trained: Mapping[str, Any]) -> None:
        self._trained = trained
        self._cuts: dict[str, list[float]] = {name: held["cuts"] for name, held in trained.items()}
        self._counts = {name: np.zeros(len(cuts) + 2) for name, cuts in self._cuts.items()}
        self.patients = 0

    def add(self, values: Mapping[str, float | None]) -> None:
        """One patient's inputs and score; what is not among them is missing."""
        self.patients += 1
        for name, cuts in self._cuts.items():
            value = values.get(name)
            self._counts[name][len(cuts) + 1 if value is None else bisect_left(cuts, value)] += 1

    def drift(self) -> list[dict[str, Any]]:
        """As `drift` of all that was added."""
        return compared(self._trained, self._shares())

    def drift_since(self) -> list[dict[str, Any]]:
        """The same with the shares that were counted; what has none to compare with is its own beginning."""
        now = self._shares()
        before = {name: {"shares": now[name], **held} for name, held in self._trained.items()}
        return [{**one, "shares": now[one["input"]].tolist()} for one in compared(before, now)]

    def _shares(self) -> dict[str, Floats]:
        return {name: counted / max(1, self.patients) for name, counted in self._counts.items()}


def psi(before: Floats, now: Floats) -> float:
    """0 where the shares are the same; above 0.1 to be watched, above 0.25 an alarm."""
    a, b = np.maximum(before, LEAST), np.maximum(now, LEAST)
    return float(((b - a) * np.log(b / a)).sum())
