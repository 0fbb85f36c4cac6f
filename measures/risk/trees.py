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
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from measures.risk.data import Data, Floats, pooled

RATE = 0.03
FEW = (250, 5)
MANY = (300, 31)
"""Rounds, and leaves of a tree: with few events small trees, for larger ones would learn their chance."""

MANY_FROM = 1000  # events
SHRINKAGE = 15.0
HALF_AT = 400  # events at which the trees and the logistic have an equal word
SMALLEST_LEAF = 40  # rows
SHARE_OF_ROWS = 1000  # a leaf holds at least one row of so many

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
        rows = np.arange(len(x))
        total = np.full(len(x), self.start)
        added = np.zeros(inputs.shape) if credit else np.zeros((0, 0))
        for root in self.roots:
            at = np.full(len(x), root)
            while True:
                inner = self.left[at] >= 0
                if not inner.any():
                    break
                column = self.column[at]
                value = inputs[rows, column]
                missing = np.isnan(value)
                goes_left = np.where(missing, self.missing_left[at] > 0, value <= self.threshold[at])
                below = np.where(inner, np.where(goes_left, self.left[at], self.right[at]), at)
                if credit:
                    added[rows, column] += np.where(inner, self.mean[below] - self.mean[at], 0.0)
                at = below
            total += self.mean[at]
        return total, added

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
    rounds, leaves = MANY if data.events >= MANY_FROM else FEW
    x, came, intervals = pooled(data.x, data.event, len(data.horizons))
    grown = HistGradientBoostingClassifier(
        max_iter=rounds,
        learning_rate=RATE,
        max_leaf_nodes=leaves,
        min_samples_leaf=max(SMALLEST_LEAF, len(x) // SHARE_OF_ROWS),
        l2_regularization=SHRINKAGE,
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
