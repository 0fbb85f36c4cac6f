"""Columns that know the outcome: one alone that tells it better than any published model."""

from __future__ import annotations

import numpy as np

from measures.risk.data import Data
from measures.risk.shares import learn_shares
from measures.risk.validation import auroc

TOO_GOOD = 0.90  # AUROC: above it, published models of such outcomes were found to leak
FEWEST = 200  # rows in which a column is known
FEWEST_EVENTS = 20  # among them, and as many without: of fewer any column may look as if it knew


def _is_enough(y: np.ndarray) -> bool:
    events = int(y.sum())
    return len(y) >= FEWEST and min(events, len(y) - events) >= FEWEST_EVENTS


def leaks(data: Data) -> list[str]:
    """A sentence for each column that alone tells the outcome apart too well, or is missing with it."""
    y = data.y()
    x = learn_shares(data).of(data.x)
    found = []
    for index, column in enumerate(data.columns):
        missing = np.isnan(x[:, index])
        alone = [auroc(y, missing.astype(np.float64))]
        if _is_enough(y[~missing]):
            alone.append(auroc(y[~missing], x[~missing, index]))
        best = max((max(one, 1 - one) for one in alone if not np.isnan(one)), default=0.5)
        if best > TOO_GOOD:
            found.append(
                f"{column.id} alone tells the outcome with an AUROC of {best:.2f}: it is likely known only "
                "after the event; leave it out"
            )
    return found
