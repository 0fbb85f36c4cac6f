"""Whether patients and scores still look as they did at training: the population stability index (PSI)."""

from __future__ import annotations

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
    found = []
    for name, held in trained.items():
        values = at.get(name, lacking)
        index = psi(np.array(held["shares"]), _shares(values, np.array(held["cuts"])))
        says = "alarm" if index > ALARM else "watch" if index > WATCH else "stable"
        found.append(
            {
                "input": name,
                "psi": index,
                "stands": says,
                "missing at training": float(held["shares"][-1]),
                "missing here": float(np.isnan(values).mean()),
            }
        )
    return sorted(found, key=lambda one: (-one["psi"], one["input"]))


def psi(before: Floats, now: Floats) -> float:
    """0 where the shares are the same; above 0.1 to be watched, above 0.25 an alarm."""
    a, b = np.maximum(before, LEAST), np.maximum(now, LEAST)
    return float(((b - a) * np.log(b / a)).sum())
