"""What a model must beat to be shown: the expert points where there are any, else the input that ranks best.

A flat table has no points: its columns are not the features they are made of. A model that ranks no better
than its best column alone is not worth its upkeep. The column is chosen on the very rows it is judged on, so
the comparison, if anything, favours it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from measures.risk.data import Data, Floats
from measures.risk.shares import told_by_others
from measures.risk.validation import auroc

POINTS = "the expert points"


@dataclass(frozen=True)
class Baseline:
    """A number for each row; the higher, the likelier the event. `says` what it is."""

    says: str
    scores: Floats


def baseline_of(data: Data, points: Floats | None, salt: str) -> Baseline:
    """The points of each row, or the best single input, its levels told by other patients."""
    if points is not None:
        return Baseline(POINTS, points)
    x, y = told_by_others(data, salt).x, data.y()
    best, found = 0.5, Baseline("no input", np.zeros(len(y)))
    for index, column in enumerate(data.columns):
        values = x[:, index]
        known = ~np.isnan(values)
        if not known.any():
            continue
        filled = np.where(known, values, np.median(values[known]))
        able = auroc(y, filled)
        if max(able, 1 - able) > best:
            best = max(able, 1 - able)
            found = Baseline(f"{column.id} alone", filled if able >= 0.5 else -filled)
    return found
