"""How a table's columns become a model's: learnt from the training table once, kept with the model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from measures.risk.data import Column, Floats
from measures.risk.table.history import Past, as_numbers, past_columns, past_of
from measures.risk.table.icd import block, chapter
from measures.risk.table.reading import Table, TableError, as_number, is_date, is_icd

MOST_LEVELS = 400
FEWEST = 10  # rows: a rarer level counts as "other"
BINS = 10  # the tenths of a number, so that its weight may bend
RANKED_FROM = 15  # levels: of fewer, a share alone tells which it is
MISSING = "(missing)"

# Codes written as numbers: the number has no size. And what is never an input: see docs/decisions.md.
_CODED = re.compile(r"(_id|_code|_type|_cd|_class|_category)$", re.IGNORECASE)
_DIAGNOSIS = re.compile(r"(^|_)(diag|dx|icd)", re.IGNORECASE)
_RACE = re.compile(r"(^|_)(race|ethnic|ethnicity|hispanic|tribe)", re.IGNORECASE)
_COST = re.compile(
    r"(^|_)(costs?|charges?|paid|payments?|spend|spending|expenditures?|price|reimburse\w*|allowed|pmpm)($|_)",
    re.IGNORECASE,
)


def refuse_cost(target: str) -> None:
    """Raises TableError for a target that is money."""
    if _COST.search(target):
        raise TableError(
            f"{target!r} looks like a cost: money measures access to care, not need, so those who get less "
            "care would score lower for being sicker. Choose an event, such as an admission within 90 days"
        )


@dataclass(frozen=True)
class Encoded:
    """One column of the table as one column of the model, or several.

    A "number" is its value and, as a level, which of the ranges between its `cuts` it lies in; "levels" are
    texts; "chapter", "block" and "code" are what a diagnosis is grouped by. Of many levels it is also told
    how rare each is: that owes nothing to the target, and parts levels whose events are alike.
    """

    name: str
    kind: str
    levels: tuple[str, ...] = ()
    cuts: tuple[float, ...] = ()

    def columns(self) -> Iterator[Column]:
        if self.kind == "number":
            yield Column(self.name, self.name, logged=True, parent=self.name)
            if self.cuts:
                yield self._level_column(f"{self.name} (range)", len(self.cuts) + 2)
            return
        id = self.name if self.kind == "levels" else f"{self.name} ({self.kind})"
        yield self._level_column(id, len(self.levels) + 1)
        if self._ranked:
            yield Column(f"{id}, rank", f"{self.name}, how rare", logged=True, parent=self.name)

    @property
    def _ranked(self) -> bool:
        return len(self.levels) >= RANKED_FROM

    def _level_column(self, id: str, levels: int) -> Column:
        return Column(id, self.name, parent=self.name, levels=levels)

    def matrix(self, cells: Sequence[str | None]) -> Floats:
        if self.kind == "number":
            return self._numbers(cells)
        at = {level: index for index, level in enumerate(self.levels, start=1)}
        level = np.array([at.get(_level(self.kind, cell), 0) for cell in cells], dtype=np.float64)
        if not self._ranked:
            return level[:, None]
        # The levels stand in the order of how common they are; what is none of them is rarer than any.
        return np.column_stack([level, np.where(level == 0, len(self.levels) + 1.0, level)])

    def _numbers(self, cells: Sequence[str | None]) -> Floats:
        values = as_numbers(cells)
        if not self.cuts:
            return values[:, None]
        ranges = np.searchsorted(np.array(self.cuts), values, side="left") + 1.0
        return np.column_stack([values, np.where(np.isnan(values), 0.0, ranges)])


@dataclass(frozen=True)
class Encoding:
    """All columns that are inputs, and what the table's own columns are for."""

    target: str
    group: str
    id: str
    columns: tuple[Encoded, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns of the table that are numbers: their past is told too."""
        return tuple(one.name for one in self.columns if one.kind == "number")

    def all_columns(self) -> tuple[Column, ...]:
        found = [column for one in self.columns for column in one.columns()]
        return (*found, *past_columns(self.numbers))

    def past(self, chunks: Iterable[Table]) -> Past:
        """What a table in parts tells of its patients' earlier rows."""
        return past_of(chunks, self.group, self.id, self.numbers)

    def matrix(self, table: Table, past: Past) -> Floats:
        """Raises TableError when the table lacks a column the model was trained with."""
        lacking = [one.name for one in self.columns if one.name not in table.columns]
        if lacking:
            raise TableError(
                f"the table lacks {', '.join(lacking)}, which the model was trained with; add the columns "
                "(their cells may be empty)"
            )
        nobody: list[str | None] = [None] * len(table)
        groups, ids = table.columns.get(self.group, nobody), table.columns.get(self.id, nobody)
        read = [one.matrix(table.columns[one.name]) for one in self.columns]
        now = [held[:, 0] for one, held in zip(self.columns, read, strict=True) if one.kind == "number"]
        numbers = np.column_stack(now) if now else np.empty((len(table), 0))
        return np.column_stack([*read, past.matrix(groups, ids, numbers)])

    def as_json(self) -> dict[str, Any]:
        said = asdict(self)
        said["columns"] = [[o.name, o.kind, list(o.levels), list(o.cuts)] for o in self.columns]
        return said

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Encoding:
        columns = tuple(
            Encoded(name, kind, tuple(levels), tuple(cuts)) for name, kind, levels, cuts in said["columns"]
        )
        return cls(said["target"], said["group"], said["id"], columns)


def learn_encoding(table: Table, target: str, group: str, identity: str) -> tuple[Encoding, list[str]]:
    """The encoding, and notes of what is no input and why. Raises TableError."""
    refuse_cost(target)
    for what, name in (("target", target), ("group", group), ("id", identity)):
        if name not in table.columns:
            raise TableError(
                f"there is no column {name!r} to be the {what}; there are {', '.join(table.columns)}"
            )
    notes: list[str] = []
    found: list[Encoded] = []
    for name, cells in table.columns.items():
        if name in (target, group, identity):
            continue
        encoded = _learn(name, cells)
        if isinstance(encoded, str):
            notes.append(f"left out, {name}: {encoded}")
        else:
            found.extend(encoded)
    if not found:
        raise TableError("no column is left to learn from:\n  " + "\n  ".join(notes))
    return Encoding(target, group, identity, tuple(found)), notes


def _learn(name: str, cells: Sequence[str | None]) -> list[Encoded] | str:
    """The column's encoding, or why it is no input."""
    if _RACE.search(name):
        return "race and ethnicity are no inputs; the report compares by them"
    counts = Counter(cell for cell in cells if cell is not None)
    known = counts.total()
    if not known:
        return "always missing"
    if len(counts) == 1 and known == len(cells):
        return "always the same"
    if sum(number for cell, number in counts.items() if is_date(cell)) > 0.9 * known:
        return "a date says when the extract was made; give the days since instead"
    if _DIAGNOSIS.search(name) and sum(n for cell, n in counts.items() if is_icd(cell)) > 0.8 * known:
        return [_with_levels(name, kind, cells) for kind in ("chapter", "block", "code")]
    numbers = {cell: as_number(cell) for cell in counts}
    numeric = sum(counts[cell] for cell, number in numbers.items() if number is not None) >= 0.99 * known
    if numeric and not (_CODED.search(name) and len(counts) < known / 4):
        whole = all(number is None or number == int(number) for number in numbers.values())
        if whole and len(counts) > 0.95 * known and known > 50:
            return "its values are all different, as an identifier's"
        known_numbers = np.array(
            [n for cell in cells if cell is not None and (n := numbers[cell]) is not None]
        )
        cuts = np.unique(np.quantile(known_numbers, np.arange(1, BINS) / BINS, method="inverted_cdf"))
        return [Encoded(name, "number", cuts=tuple(cuts.tolist()))]
    if len(counts) > 0.9 * known and known > 50:
        return "its values are all different, as an identifier's or a note's"
    return [_with_levels(name, "levels", cells)]


def _with_levels(name: str, kind: str, cells: Sequence[str | None]) -> Encoded:
    counts = Counter(_level(kind, cell) for cell in cells)
    common = [level for level, number in counts.most_common(MOST_LEVELS) if number >= FEWEST]
    return Encoded(name, kind, tuple(common))


def _level(kind: str, cell: str | None) -> str:
    if cell is None:
        return MISSING
    grouped = {"chapter": chapter, "block": block}
    return grouped[kind](cell) if kind in grouped else cell.upper() if kind == "code" else cell
