"""What is learnt from one set of patients: the parameters of both models, and how their scores come true.

A model file holds one fit of all its patients, which scores, and one of each fold's other patients, which a
report asks about the patients of the fold: nobody is judged by parameters learnt from their own rows. The
challenger scores with the mean of them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from measures.risk.calibration import Calibration
from measures.risk.data import Column, Data, Floats, cumulated, without_the_useless
from measures.risk.linear import Linear, fit_linear
from measures.risk.shares import Shares, learn_shares, told_by_others
from measures.risk.trees import Trees, fit_trees

Kind = Literal["logistic", "challenger"]


@dataclass(frozen=True)
class Fit:
    """`columns` in the order of the parameters. `trees` are there when a challenger was trained;
    `calibrations` by kind.
    """

    columns: tuple[Column, ...]
    shares: Shares
    linear: Linear
    trees: Trees | None
    calibrations: Mapping[str, Calibration]

    def log_odds(self, kind: Kind, x: Floats) -> Floats:
        """Rows by intervals, before calibration."""
        x = self.shares.of(x)
        straight = self.linear.log_odds(x)
        if kind == "logistic" or self.trees is None:
            return straight
        return self.trees.blended(self.trees.log_odds(x, straight.shape[1]), straight)

    def probabilities(self, kind: Kind, x: Floats) -> Floats:
        """Rows by horizons: never decreasing, never 0 or 1."""
        return chances(self.calibrations[kind], self.log_odds(kind, x))

    def adds(self, kind: Kind, x: Floats) -> tuple[Floats, Floats]:
        """What each column adds to the log-odds of the first interval, and the base, before calibration."""
        x = self.shares.of(x)
        added, base = self.linear.adds(x), np.full(len(x), self.linear.base[0])
        if kind == "challenger" and self.trees is not None:
            grown, start = self.trees.adds(x, 0)
            added = self.trees.blended(grown[:, :-1], added)
            base = self.trees.blended(start + grown[:, -1], base)
        return added, base

    def matrix_of(self, data: Data) -> Floats:
        """The data's columns in the order of the parameters; those it lacks are missing."""
        at = {column.id: index for index, column in enumerate(data.columns)}
        lacking = np.full(len(data.x), np.nan)
        return np.column_stack([data.x[:, at[c.id]] if c.id in at else lacking for c in self.columns])

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": [[c.id, c.says, c.logged, c.worse, c.parent, c.levels] for c in self.columns],
            "shares": self.shares.as_json(),
            "linear": self.linear.as_json(),
            "trees": self.trees.as_json() if self.trees else None,
            "calibrations": {kind: held.as_json() for kind, held in self.calibrations.items()},
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Fit:
        return cls(
            columns=tuple(Column(*column) for column in said["columns"]),
            shares=Shares.from_json(said["shares"]),
            linear=Linear.from_json(said["linear"]),
            trees=Trees.from_json(said["trees"]) if said["trees"] else None,
            calibrations={kind: Calibration.from_json(held) for kind, held in said["calibrations"].items()},
        )


def chances(line: Calibration, log_odds: Floats) -> Floats:
    """From log-odds by intervals to probabilities by horizons."""
    return np.minimum(cumulated(line.probability(log_odds)), 1 - 1e-6)


def fit(data: Data, salt: str, *, with_trees: bool) -> Fit:
    """From all rows of the data, its columns without the useless; not yet calibrated."""
    data = without_the_useless(data)
    told = told_by_others(data, salt)
    return Fit(
        data.columns, learn_shares(data), fit_linear(told), fit_trees(told) if with_trees else None, {}
    )
