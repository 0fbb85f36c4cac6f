"""The challenger: boosted trees on the same pooled hazard, held to what clinicians hold for certain.

They are grown by scikit-learn and kept as plain arrays; scoring walks them in numpy, so nothing is unpickled.
The challenger's log-odds are in part the trees', in part the logistic's: with few events the two err
differently, and the more there are, the more the trees' word counts.

What each column adds is told along the path a row takes: each split is credited with the change it makes in
the mean of the rows below it. That sums exactly to the score; but of two columns that say the same, the one
nearer the root gets the credit, which a Shapley value would share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from measures.risk.data import Data, Floats, pooled

RATE = 0.03


class Growth(NamedTuple):
    """Rounds, leaves of a tree, the rows of a leaf at least and as a share of all (one of so many), and how
    firmly what a leaf says is shrunk.
    """

    rounds: int
    leaves: int
    smallest: int
    one_of: int
    shrinkage: float


FEW = Growth(rounds=250, leaves=5, smallest=40, one_of=1000, shrinkage=15.0)
MANY = Growth(rounds=300, leaves=31, smallest=20, one_of=3000, shrinkage=5.0)
"""With few events small trees, for larger ones would learn their chance. With many events fine ones: the mean
over the fits of a model takes out much of it.
"""

MANY_FROM = 1000  # events
HALF_AT = 400  # events at which the trees and the logistic have an equal word
TOGETHER = 200  # rows that walk all trees at the same time

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees, one after another; `left` and `right` are -1 at a leaf. The last column is the
    interval. `mean` is what a row adds on average that comes to the node, `share` the trees' part in the
    challenger.
    """

    roots: Whole
    column: Whole
    threshold: Floats
    missing_left: Whole
    left: Whole
    right: Whole
    mean: Floats
    start: float
    share: float

    def blended(self, trees: Floats, logistic: Floats) -> Floats:
        """The challenger's, of what the trees and what the logistic say."""
        return self.share * trees + (1 - self.share) * logistic

    def log_odds(self, x: Floats, intervals: int) -> Floats:
        """Rows by intervals."""
        return np.column_stack([self._walk(x, interval)[0] for interval in range(intervals)])

    def adds(self, x: Floats, interval: int) -> tuple[Floats, float]:
        """What each column adds in one interval, the interval's own part last, and what all rows have."""
        _, added = self._walk(x, interval, credit=True)
        return added, self.start + float(self.mean[self.roots].sum())

    def _walk(self, x: Floats, interval: int, *, credit: bool = False) -> tuple[Floats, Floats]:
        inputs = np.column_stack([x, np.full(len(x), float(interval))])
        total, added = np.full(len(x), self.start), np.zeros(inputs.shape if credit else (0, 0))
        for begin in range(0, len(x), TOGETHER):
            these = slice(begin, begin + TOGETHER)
            self._walk_together(inputs[these], total[these], added[these])
        return total, added

    def _walk_together(self, inputs: Floats, total: Floats, added: Floats) -> None:
        """All trees a step at a time, into `total` and, where it has room, into `added`."""
        count, width = inputs.shape
        row, at = np.repeat(np.arange(count), len(self.roots)), np.tile(self.roots, count)
        while True:
            arrived = self.left[at] < 0
            total += np.bincount(row[arrived], weights=self.mean[at[arrived]], minlength=count)
            row, at = row[~arrived], at[~arrived]
            if not len(at):
                return
            column = self.column[at]
            value = inputs[row, column]
            goes_left = np.where(np.isnan(value), self.missing_left[at] > 0, value <= self.threshold[at])
            below = np.where(goes_left, self.left[at], self.right[at])
            if added.size:
                changes = self.mean[below] - self.mean[at]
                summed = np.bincount(row * width + column, weights=changes, minlength=count * width)
                added += summed.reshape(count, width)
            at = below

    def as_json(self) -> dict[str, Any]:
        arrays = {
            n: getattr(self, n).tolist() for n in self.__dataclass_fields__ if n not in ("start", "share")
        }
        return {**arrays, "start": self.start, "share": self.share}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Trees:
        whole = ("roots", "column", "missing_left", "left", "right")
        arrays = {name: np.array(said[name], dtype=np.int64) for name in whole}
        return cls(
            **arrays,
            threshold=np.array(said["threshold"], dtype=np.float64),
            mean=np.array(said["mean"], dtype=np.float64),
            start=float(said["start"]),
            share=float(said["share"]),
        )


def fit_trees(data: Data) -> Trees:
    """Grown on all intervals together. Columns must not be all missing: scikit-learn cannot bin them."""
    from sklearn.ensemble import (
        HistGradientBoostingClassifier,
    )  # slow to import: only who trains waits for it

    growth = MANY if data.events >= MANY_FROM else FEW
    x, came, intervals = pooled(data.x, data.event, len(data.horizons))
    grown = HistGradientBoostingClassifier(
        max_iter=growth.rounds,
        learning_rate=RATE,
        max_leaf_nodes=growth.leaves,
        min_samples_leaf=max(growth.smallest, len(x) // growth.one_of),
        l2_regularization=growth.shrinkage,
        max_features=0.3,
        monotonic_cst=[*(column.worse for column in data.columns), 0],
        early_stopping=False,
        random_state=0,
    )
    share = data.events / (data.events + HALF_AT)
    with threadpool_limits(
        1
    ):  # threads that wait for each other cost more than they save where cores are shared
        fitted = grown.fit(np.column_stack([x, intervals]), came)
    return _flat(
        [stage[0].nodes for stage in fitted._predictors], float(fitted._baseline_prediction[0, 0]), share
    )


def _flat(trees: Sequence[Any], start: float, share: float = 1.0) -> Trees:
    roots = np.cumsum([0, *(len(nodes) for nodes in trees[:-1])])
    parts = [_means(nodes) for nodes in trees]

    def joined(read: Any) -> Any:
        return np.concatenate([read(nodes, root) for nodes, root in zip(trees, roots, strict=True)])

    return Trees(
        roots=roots.astype(np.int64),
        column=joined(lambda nodes, _: nodes["feature_idx"].astype(np.int64)),
        threshold=joined(lambda nodes, _: _finite(nodes)),
        missing_left=joined(lambda nodes, _: nodes["missing_go_to_left"].astype(np.int64)),
        left=joined(
            lambda nodes, root: np.where(nodes["is_leaf"], -1, nodes["left"].astype(np.int64) + root)
        ),
        right=joined(
            lambda nodes, root: np.where(nodes["is_leaf"], -1, nodes["right"].astype(np.int64) + root)
        ),
        mean=np.concatenate(parts),
        start=start,
        share=share,
    )


def _finite(nodes: Any) -> Floats:
    """The thresholds; an infinite one, which only the missing pass, as the greatest number JSON has."""
    return np.where(nodes["is_leaf"], 0.0, np.minimum(nodes["num_threshold"], np.finfo(np.float64).max))


def _means(nodes: Any) -> Floats:
    """What a row that comes to each node adds on average; children stand behind their parents."""
    means: Floats = nodes["value"].astype(np.float64)
    for index in range(len(nodes) - 1, -1, -1):
        if not nodes["is_leaf"][index]:
            left, right = nodes["left"][index], nodes["right"][index]
            a, b = float(nodes["count"][left]), float(nodes["count"][right])
            means[index] = (a * means[left] + b * means[right]) / (a + b)
    return means
