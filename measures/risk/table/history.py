"""What a flat extract tells of a patient's past: how many of its rows came before, and the numbers in them.

Warehouses number encounters as they come. Where the id is a number, the rows of a patient with a smaller one
came earlier; the past looks back only, and only at the file itself. Each number of the table is told thrice:
as it is, as the mean of the earlier rows, and as its change since the last of them; a patient's first row has
neither. A file that holds a patient's last row alone has no past of anybody: score with the same years of
rows that were trained on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from measures.risk.data import Column, Floats, Ints
from measures.risk.table.reading import Table, as_number

EARLIER = "(earlier rows)"
SAYS = "rows of the same patient with a smaller id"
ASSUMED = (
    "the earlier rows of a patient are those with a smaller id, which holds where ids rise with time; and a "
    "file to score holds the same years of rows, for a patient whose only row is given has no past"
)


def past_columns(numbers: Iterable[str]) -> Iterator[Column]:
    """The columns that `Past.matrix` fills, in its order."""
    for name in numbers:
        yield Column(f"{name} (mean before)", f"{name}, mean of the earlier rows", logged=True, parent=name)
    for name in numbers:
        yield Column(f"{name} (change)", f"{name}, change since the row before", logged=True, parent=name)
    yield Column(EARLIER, SAYS, logged=True, parent=EARLIER)


def as_numbers(cells: Sequence[str | None]) -> Floats:
    """The cells as numbers; NaN where they are none."""
    numbers = [None if cell is None else as_number(cell) for cell in cells]
    return np.array([np.nan if number is None else number for number in numbers], dtype=np.float64)


@dataclass(frozen=True)
class Past:
    """The rows of all patients, those of one together and in the order of their ids.

    `first` says where a patient's begin and `end` where they end; `means` are those of a row and the rows of
    the same patient before it.
    """

    first: dict[str, int]
    end: dict[str, int]
    ids: list[float]
    numbers: Floats
    means: Floats

    def matrix(self, groups: Sequence[str | None], ids: Sequence[str | None], now: Floats) -> Floats:
        """Of rows whose own numbers are `now`: means, changes and how many came before, as `past_columns`."""
        earlier, last = self._before(groups, ids)
        means, changes = np.full(now.shape, np.nan), np.full(now.shape, np.nan)
        has = earlier > 0
        if now.size and has.any():
            means[has] = self.means[last[has]]
            changes[has] = now[has] - self.numbers[last[has]]
        return np.column_stack([means, changes, earlier.astype(np.float64)])

    def _before(self, groups: Sequence[str | None], ids: Sequence[str | None]) -> tuple[Ints, Ints]:
        """How many rows came before each (0 where that cannot be told), and where the last of them is."""
        counts, at = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.int64)
        for row, (who, number) in enumerate(zip(groups, as_numbers(ids).tolist(), strict=True)):
            first = self.first.get(who or "")
            if first is not None and number == number:  # NaN is no id
                after = bisect_left(self.ids, number, first, self.end[who or ""])
                counts[row], at[row] = after - first, after - 1
        return counts, at


def past_of(chunks: Iterable[Table], group: str, identity: str, numbers: Sequence[str] = ()) -> Past:
    """Of a table in parts; a file without the column of the patient, or without numbers for ids, has none."""
    seen: dict[tuple[str, float], Floats] = {}
    for chunk in chunks:
        if group not in chunk.columns or identity not in chunk.columns:
            break
        nothing: list[str | None] = [None] * len(chunk)
        values = np.empty((len(chunk), len(numbers)))
        for at, name in enumerate(numbers):
            values[:, at] = as_numbers(chunk.columns.get(name, nothing))
        ids = as_numbers(chunk.columns[identity]).tolist()
        for who, number, row in zip(chunk.columns[group], ids, values, strict=True):
            if who is not None and number == number:
                seen.setdefault((who, number), row)
    return _ordered(seen, len(numbers))


def _ordered(seen: dict[tuple[str, float], Floats], width: int) -> Past:
    keys = sorted(seen)
    held = np.vstack([seen[key] for key in keys]) if keys else np.empty((0, width))
    first: dict[str, int] = {}
    end: dict[str, int] = {}
    for row, (who, _) in enumerate(keys):
        first.setdefault(who, row)
        end[who] = row + 1
    means = held.copy()
    for who, start in first.items():  # patient by patient, so that nobody's sums hang on who else is there
        if end[who] > start + 1:
            means[start : end[who]] = _running_means(held[start : end[who]])
    return Past(first, end, [number for _, number in keys], held, means)


def _running_means(rows: Floats) -> Floats:
    known = np.cumsum(~np.isnan(rows), axis=0)
    sums = np.cumsum(np.nan_to_num(rows), axis=0)
    return np.where(known > 0, sums / np.maximum(known, 1), np.nan)
