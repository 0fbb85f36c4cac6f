"""What a model learns from: one row a patient and day (or a row of a table), and when the event came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

BUCKETS = 1000


class NotEnough(ValueError):
    """Data from which no honest model can be made; the message says what is lacking, and the mend."""


@dataclass(frozen=True)
class Column:
    """One input: its name, what it says, whether it counts by order of magnitude, and which way it leads.

    `parent` is the feature or table column it was made from; a reason is told by it. A column of `levels`
    holds the numbers of so many, from 0, which have no size of their own: see measures/risk/shares.py.
    """

    id: str
    says: str
    logged: bool = False
    worse: int = 0
    parent: str = ""
    levels: int = 0


@dataclass(frozen=True)
class Data:
    """Rows by columns, missing as NaN. `event` is the interval, from 0, in which the event came; as many as
    there are horizons when it did not. `groups` are the patients: all rows of one stay together.
    """

    columns: tuple[Column, ...]
    x: Floats
    groups: tuple[str, ...]
    event: Ints
    horizons: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def events(self) -> int:
        """Rows with the event within the longest horizon."""
        return int((self.event < len(self.horizons)).sum())

    def y(self, horizon: int = -1) -> Ints:
        """1 where the event came by the end of that horizon (the last, unless told otherwise)."""
        return (self.event <= range(len(self.horizons))[horizon]).astype(np.int64)

    def rows(self, chosen: Flags) -> Data:
        return Data(
            self.columns,
            self.x[chosen],
            tuple(group for group, held in zip(self.groups, chosen, strict=True) if held),
            self.event[chosen],
            self.horizons,
            self.notes,
        )

    def having(self, kept: Sequence[int], notes: Sequence[str]) -> Data:
        """Only those columns, with more notes of what was left out."""
        columns = tuple(self.columns[index] for index in kept)
        return Data(
            columns, self.x[:, list(kept)], self.groups, self.event, self.horizons, (*self.notes, *notes)
        )


def bucket(group: str, salt: str) -> float:
    """A number from 0 to 1 that depends on the patient alone, so that all rows of one fall together."""
    return crc32(f"{salt}\t{group}".encode()) % BUCKETS / BUCKETS


def folds(groups: Sequence[str], salt: str, count: int) -> Ints:
    """The fold of each row; a patient's rows are in one."""
    of = {group: int(bucket(group, f"fold {salt}") * count) for group in dict.fromkeys(groups)}
    return np.array([of[group] for group in groups], dtype=np.int64)


def without_the_useless(data: Data) -> Data:
    """The columns that can tell rows apart; what is all missing or always the same is left out, and said."""
    kept: list[int] = []
    empty: list[str] = []
    constant: list[str] = []
    for index, column in enumerate(data.columns):
        values = data.x[:, index]
        known = values[~np.isnan(values)]
        if not known.size:
            empty.append(column.id)
        elif known.size == values.size and known.min() == known.max():
            constant.append(column.id)
        else:
            kept.append(index)
    notes = [f"left out, always missing here: {', '.join(empty)}"] if empty else []
    notes += [f"left out, always the same here: {', '.join(constant)}"] if constant else []
    if not kept:
        raise NotEnough(
            "no column tells the rows apart: all are missing or always the same; check the extract"
        )
    return data.having(kept, notes)


def pooled(x: Floats, event: Ints, count: int) -> tuple[Floats, Ints, Ints]:
    """The rows still at risk in each interval, one under the other: x, whether the event came then, which
    interval.
    """
    at_risk = [event >= interval for interval in range(count)]
    intervals = np.concatenate(
        [np.full(int(still.sum()), interval, dtype=np.int64) for interval, still in enumerate(at_risk)]
    )
    came = np.concatenate([event[still] == interval for interval, still in enumerate(at_risk)])
    return np.vstack([x[still] for still in at_risk]), came.astype(np.int64), intervals


def cumulated(hazards: Floats) -> Floats:
    """From the hazard of each interval to the probability by its end; never decreasing."""
    return np.asarray(1 - np.cumprod(1 - hazards, axis=1), dtype=np.float64)
