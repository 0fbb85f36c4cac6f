"""What two columns say together that neither says alone: their product, each of them made comparable.

Of a product half is told of either column, which is the part a Shapley value would give it; so a reason still
names one column, and the reasons still sum to the score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from measures.risk.data import Floats, Ints


@dataclass(frozen=True)
class Products:
    """By product: its two columns (the same one twice is a square), the mean over the rows it was learnt
    from, and its weight.
    """

    first: Ints
    second: Ints
    means: Floats
    weights: Floats

    def of(self, z: Floats) -> Floats:
        """Rows by products, from rows by comparable columns: each above its mean."""
        above: Floats = z[:, self.first] * z[:, self.second] - self.means
        return above

    def adds(self, z: Floats) -> Floats:
        """What the products add to the log-odds, by column."""
        halves = np.zeros((len(self.weights), z.shape[1]))
        each = np.arange(len(self.weights))
        for column in (self.first, self.second):
            halves[each, column] += self.weights / 2
        added: Floats = self.of(z) @ halves
        return added

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name).tolist() for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Products:
        return cls(
            first=np.array(said["first"], dtype=np.int64),
            second=np.array(said["second"], dtype=np.int64),
            means=np.array(said["means"], dtype=np.float64),
            weights=np.array(said["weights"], dtype=np.float64),
        )


def products_of(z: Floats, columns: Ints) -> Products:
    """All products of these columns, squares among them; without a weight yet."""
    first, second = (columns[side] for side in np.triu_indices(len(columns)))
    return Products(first, second, (z[:, first] * z[:, second]).mean(axis=0), np.zeros(len(first)))
