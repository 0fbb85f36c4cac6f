"""What a flat extract tells of a patient's past: how many of its rows came before this one.

Warehouses number encounters as they come. Where the id is a number, the rows of a patient with a smaller one
came earlier; the count looks back only, and only at the file itself. A file that holds a patient's last row
alone says 0 of everybody: score with the same years of rows that were trained on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from measures.risk.data import Floats
from measures.risk.table.reading import Table, as_number

EARLIER = "(earlier rows)"
SAYS = "rows of the same patient with a smaller id"


@dataclass(frozen=True)
class Past:
    """The ids of each patient's rows, in order."""

    ids: dict[str, list[float]]

    def earlier(self, groups: Sequence[str | None], ids: Sequence[str | None]) -> Floats:
        """How many rows came before each; 0 where that cannot be told."""
        return np.array([self._before(who, row) for who, row in zip(groups, ids, strict=True)], dtype=float)

    def _before(self, who: str | None, row: str | None) -> float:
        number = as_number(row) if row is not None else None
        return float(bisect_left(self.ids.get(who, []), number)) if who and number is not None else 0.0


def past_of(chunks: Iterable[Table], group: str, identity: str) -> Past:
    """Of a table in parts; a file without the column of the patient, or without numbers for ids, has none."""
    found: dict[str, set[float]] = {}
    for chunk in chunks:
        if group not in chunk.columns or identity not in chunk.columns:
            return Past({})
        for who, row in zip(chunk.columns[group], chunk.columns[identity], strict=True):
            number = as_number(row) if row is not None else None
            if who is not None and number is not None:
                found.setdefault(who, set()).add(number)
    return Past({who: sorted(ids) for who, ids in found.items()})
