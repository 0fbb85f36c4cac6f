"""The pooled hazard as an elastic-net logistic: exact additive reasons, and scoring in numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from measures.risk.data import Data, Floats, pooled

FARTHEST = 5.0
"""Standard deviations: an input farther from the mean counts as if it were so far."""

STRENGTH = 0.3  # sklearn's C at 200 events and more; below, the fewer events the stronger the shrinkage
ENOUGH = 200  # events
L1_RATIO = 0.5


@dataclass(frozen=True)
class Linear:
    """The parameters: how each column is made comparable, its weight, the weight of its being missing, and
    the log-odds of each interval for a patient who is average in everything.
    """

    logged: Floats
    means: Floats
    deviations: Floats
    weights: Floats
    missing_means: Floats
    missing_weights: Floats
    base: Floats

    def adds(self, x: Floats) -> Floats:
        """What each column adds to the log-odds of each row; the same in every interval."""
        z, missing = self._comparable(x)
        added: Floats = z * self.weights + (missing - self.missing_means) * self.missing_weights
        return added

    def log_odds(self, x: Floats) -> Floats:
        """Rows by intervals."""
        total: Floats = self.adds(x).sum(axis=1)[:, None] + self.base[None, :]
        return total

    def _comparable(self, x: Floats) -> tuple[Floats, Floats]:
        missing = np.isnan(x)
        values = np.where(self.logged > 0, np.sign(x) * np.log1p(np.abs(x)), x)
        z = np.where(missing, 0.0, (values - self.means) / self.deviations)
        return np.clip(z, -FARTHEST, FARTHEST), missing.astype(np.float64)

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name).tolist() for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Linear:
        return cls(**{name: np.array(said[name], dtype=np.float64) for name in cls.__dataclass_fields__})


def fit_linear(data: Data) -> Linear:
    """Elastic net over all intervals together, the interval itself not shrunk away by a column of its own."""
    logged = np.array([float(column.logged) for column in data.columns])
    values = np.where(logged > 0, np.sign(data.x) * np.log1p(np.abs(data.x)), data.x)
    missing = np.isnan(data.x)
    means = np.nanmean(values, axis=0)
    deviations = np.nanstd(values, axis=0)
    deviations[deviations < 1e-9] = 1.0
    nothing = np.zeros(len(data.columns))
    blank = Linear(logged, means, deviations, nothing, missing.mean(axis=0), nothing, np.zeros(1))
    z, flags = blank._comparable(data.x)
    told = _telling(missing)
    design = np.hstack([z, flags[:, told] - blank.missing_means[told]])
    x, came, intervals = pooled(design, data.event, len(data.horizons))
    steps = np.eye(len(data.horizons))[intervals][:, 1:] * FARTHEST  # large, so that it is hardly shrunk
    strength = STRENGTH * min(1.0, data.events / ENOUGH)
    fitted = LogisticRegression(
        solver="saga", l1_ratio=L1_RATIO, C=strength, tol=1e-3, max_iter=300, random_state=0
    ).fit(np.hstack([x, steps]), came)
    found = fitted.coef_[0]
    missing_weights = np.zeros(len(data.columns))
    missing_weights[told] = found[z.shape[1] : design.shape[1]]
    base = fitted.intercept_[0] + np.concatenate([[0.0], found[design.shape[1] :] * FARTHEST])
    return Linear(logged, means, deviations, found[: z.shape[1]], blank.missing_means, missing_weights, base)


def _telling(missing: Any) -> Any:
    """The columns whose being missing tells rows apart, each pattern once."""
    share = missing.mean(axis=0)
    seen: set[bytes] = set()
    told = np.zeros(missing.shape[1], dtype=bool)
    for index in np.flatnonzero((share > 0) & (share < 1)):
        pattern = missing[:, index].tobytes()
        told[index] = pattern not in seen
        seen.add(pattern)
    return told
