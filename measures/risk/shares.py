"""A level of text told as a number: how much likelier the event was among the rows that had it.

A column of levels holds their numbers. What is learnt from the target is learnt here, from the patients to
learn from alone; and the rows a model is fitted on see what *other* patients' rows say of their levels, else
a rare level would tell the outcome of its own rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from measures.risk.data import Column, Data, Floats, Ints, folds

DOUBT = 50.0
"""Rows: a level counts as if so many rows more had been seen, with the events of everybody."""

FOLDS = 5


@dataclass(frozen=True)
class Shares:
    """For each column of levels, by its index: the log-odds of each level above those of all rows."""

    of_column: Mapping[int, Floats]

    def of(self, x: Floats) -> Floats:
        """The rows with numbers for levels; what is no known level counts as everybody."""
        if not self.of_column:
            return x
        told = x.copy()
        for index, held in self.of_column.items():
            level = np.nan_to_num(x[:, index], nan=-1).astype(np.int64)
            known = (level >= 0) & (level < len(held))
            told[:, index] = np.where(known, held[np.where(known, level, 0)], 0.0)
        return told

    def as_json(self) -> dict[str, Any]:
        return {str(index): held.tolist() for index, held in self.of_column.items()}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Shares:
        return cls({int(index): np.array(held, dtype=np.float64) for index, held in said.items()})


def learn_shares(data: Data) -> Shares:
    """From all rows of the data."""
    came = data.y()
    everybody = (came.sum() + 1) / (len(came) + 2)
    return Shares(
        {
            index: _log_odds(data.x[:, index].astype(np.int64), came, column, everybody)
            for index, column in enumerate(data.columns)
            if column.levels
        }
    )


def told_by_others(data: Data, salt: str) -> Data:
    """The data with each row's levels told by the rows of the patients of the other folds."""
    if not any(column.levels for column in data.columns):
        return data
    fold = folds(data.groups, f"levels {salt}", FOLDS)
    told = data.x.copy()
    for one in np.unique(fold):
        told[fold == one] = learn_shares(data.rows(fold != one)).of(data.x[fold == one])
    return replace(data, x=told)


def _log_odds(level: Ints, came: Ints, column: Column, everybody: float) -> Floats:
    rows = np.bincount(level, minlength=column.levels)
    events = np.bincount(level, weights=came, minlength=column.levels)
    share = (events + DOUBT * everybody) / (rows + DOUBT)
    odds: Floats = np.log(share / (1 - share)) - np.log(everybody / (1 - everybody))
    return odds
