"""Every patient scored by a fit that has not seen that patient: how to calibrate, and how good a model is.

The patients are dealt into folds; each fold is scored by what was learnt from the others. So all events
count for the validation, and all for the parameters that score: patients set apart once would be lost to
these, and too few for that. The folds' fits learn from fewer patients than the last one, and the challenger
scores with the mean of all; so what is told of them is, if anything, a little less than what the model does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from measures.risk.calibration import Calibration, calibrate
from measures.risk.data import Data, Floats, Ints, NotEnough, folds, pooled
from measures.risk.fit import Fit, Kind, chances, fit

KINDS: tuple[Kind, ...] = ("logistic", "challenger")


@dataclass(frozen=True)
class Crossed:
    """`fits` of each fold's others, in the order of the folds; `calibrations` for parameters fitted on all
    patients; `probabilities` by kind, rows by horizons: what the fits say of the rows they have not seen.
    """

    fits: tuple[Fit, ...]
    calibrations: Mapping[str, Calibration]
    probabilities: Mapping[Kind, Floats]


def crossed(data: Data, salt: str, count: int, *, with_trees: bool) -> Crossed:
    """The line that calibrates a fold's scores is drawn through those of the other folds.

    Raises NotEnough where all events are of the patients of one fold: the others teach nothing.
    """
    kinds = KINDS[: 1 + with_trees]
    fold = folds(data.groups, salt, count)
    fits: list[Fit] = []
    log_odds = {kind: np.empty((len(data.x), len(data.horizons))) for kind in kinds}
    for one in range(count):
        others, these = data.rows(fold != one), fold == one
        if not 0 < others.events < len(others.x):
            raise NotEnough(
                "the patients left to learn from, without those of one fold, have no events, or only events; "
                "give more patients"
            )
        learnt = fit(others, salt, with_trees=with_trees)
        fits.append(learnt)
        x = learnt.matrix_of(data.rows(these))
        for kind in kinds:
            log_odds[kind][these] = learnt.log_odds(kind, x)
    told: dict[Kind, Floats] = {kind: np.empty_like(held) for kind, held in log_odds.items()}
    for one in range(count):
        others, these = fold != one, fold == one
        lines = _lines({kind: held[others] for kind, held in log_odds.items()}, data.event[others])
        fits[one] = replace(fits[one], calibrations=lines)
        for kind in kinds:
            told[kind][these] = chances(lines[kind], log_odds[kind][these])
    return Crossed(tuple(fits), _lines(log_odds, data.event), told)


def by_unseen(fits: tuple[Fit, ...], kind: Kind, data: Data, salt: str) -> Floats:
    """Rows by horizons: each patient scored by the fit of the other folds, as at training; a patient who
    was in no training falls into a fold as well.
    """
    fold = folds(data.groups, salt, len(fits))
    told = np.empty((len(data.x), len(data.horizons)))
    for one, learnt in enumerate(fits):
        these = fold == one
        told[these] = learnt.probabilities(kind, learnt.matrix_of(data.rows(these)))
    return told


def _lines(log_odds: Mapping[Kind, Floats], event: Ints) -> Mapping[str, Calibration]:
    return {kind: _line(held, event) for kind, held in log_odds.items()}


def _line(log_odds: Floats, event: Ints) -> Calibration:
    count = log_odds.shape[1]
    repeated, came, intervals = pooled(log_odds, event, count)
    return calibrate(repeated[np.arange(len(repeated)), intervals], came)
