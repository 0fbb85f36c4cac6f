"""The pooled hazard as an elastic-net logistic: exact additive reasons, and scoring in numpy alone.

With enough events it is fitted twice: what weighs most alone is then told in pairs as well, as products.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from measures.risk.data import Data, Floats, pooled
from measures.risk.products import Products, products_of

FARTHEST = 5.0
"""Standard deviations: an input farther from the mean counts as if it were so far."""

STRENGTH = 0.3  # sklearn's C from 200 events on; below, the fewer events the stronger the shrinkage
ENOUGH = 200  # events
L1_RATIO = 0.5

PRODUCTS_FROM = 1000  # events: with fewer, the weight of a product would be chance
OF_MANY = 75.0
"""From then on C is this by events: a weight costs as much for each row, however many rows there are."""

STRONGEST = 12  # columns told in pairs


@dataclass(frozen=True)
class Linear:
    """The parameters: how each column is made comparable, its weight, the weight of its being missing, those
    of products, and the log-odds of each interval for a patient who is average in everything.
    """

    logged: Floats
    means: Floats
    deviations: Floats
    weights: Floats
    missing_means: Floats
    missing_weights: Floats
    base: Floats
    products: Products | None = None

    def adds(self, x: Floats) -> Floats:
        """What each column adds to the log-odds of each row; the same in every interval."""
        z, missing = self._comparable(x)
        added: Floats = z * self.weights + (missing - self.missing_means) * self.missing_weights
        return added if self.products is None else added + self.products.adds(z)

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
        arrays = {name: getattr(self, name).tolist() for name in _ARRAYS}
        return {**arrays, "products": self.products.as_json() if self.products else None}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Linear:
        arrays = {name: np.array(said[name], dtype=np.float64) for name in _ARRAYS}
        return cls(**arrays, products=Products.from_json(said["products"]) if said["products"] else None)


_ARRAYS = tuple(name for name in Linear.__dataclass_fields__ if name != "products")


def fit_linear(data: Data) -> Linear:
    """Without columns that are all missing: these have no mean."""
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
    many = data.events >= PRODUCTS_FROM
    strength = OF_MANY / data.events if many else STRENGTH * min(1.0, data.events / ENOUGH)
    weights, base = _weights(design, data, strength)
    products = None
    if many:
        strongest = np.argsort(-np.abs(weights[: z.shape[1]]), kind="stable")[:STRONGEST]
        products = products_of(z, strongest)
        above = products.of(z)
        spread = above.std(axis=0)
        spread[spread < 1e-9] = 1.0
        weights, base = _weights(np.hstack([design, above / spread]), data, strength)
        products = replace(products, weights=weights[design.shape[1] :] / spread)
    missing_weights = np.zeros(len(data.columns))
    missing_weights[told] = weights[z.shape[1] : design.shape[1]]
    return replace(
        blank, weights=weights[: z.shape[1]], missing_weights=missing_weights, base=base, products=products
    )


def _weights(design: Floats, data: Data, strength: float) -> tuple[Floats, Floats]:
    """The weight of each column of the design, and the base of each interval: elastic net over all intervals
    together, the interval itself not shrunk away by a column of its own.
    """
    from sklearn.linear_model import LogisticRegression  # slow to import: only who trains waits for it

    x, came, intervals = pooled(design, data.event, len(data.horizons))
    steps = np.eye(len(data.horizons))[intervals][:, 1:] * FARTHEST  # large, so that it is hardly shrunk
    fitted = LogisticRegression(
        solver="saga", l1_ratio=L1_RATIO, C=strength, tol=1e-3, max_iter=300, random_state=0
    ).fit(np.hstack([x, steps]), came)
    found = fitted.coef_[0]
    width = design.shape[1]
    return found[:width], fitted.intercept_[0] + np.concatenate([[0.0], found[width:] * FARTHEST])


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
