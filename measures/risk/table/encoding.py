"""How a table's columns become a model's: learnt from the training table once, kept with the model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from measures.risk.data import Column, Floats
from measures.risk.table.icd import block, chapter
from measures.risk.table.reading import Table, TableError, as_number, is_date, is_icd

MOST_LEVELS = 40
RAREST = 0.002  # share of rows: a rarer level counts as "other"
FEWEST = 20  # rows
OTHER = "(other)"

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
    """One column of the table: a number, or levels of text or of diagnosis codes."""

    name: str
    kind: str  # "number", "levels", "diagnosis"
    levels: tuple[str, ...] = ()

    def columns(self) -> Iterator[Column]:
        if self.kind == "number":
            yield Column(self.name, self.name, parent=self.name)
        for level in self.levels:
            yield Column(f"{self.name}={level}", f"{self.name} is {level}", parent=self.name)

    def matrix(self, cells: Sequence[str | None]) -> Floats:
        if self.kind == "number":
            numbers = [np.nan if cell is None else as_number(cell) for cell in cells]
            return np.array([[np.nan if n is None else n] for n in numbers], dtype=np.float64)
        at = {level: index for index, level in enumerate(self.levels)}
        found = np.zeros((len(cells), len(self.levels)))
        for row, cell in enumerate(cells):
            for level in _levels_of(self.kind, cell):
                if (index := at.get(level, at.get(OTHER) if self.kind == "levels" else None)) is not None:
                    found[row, index] = 1.0
        return found


@dataclass(frozen=True)
class Encoding:
    """All columns that are inputs, and what the table's own columns are for."""

    target: str
    group: str
    id: str
    columns: tuple[Encoded, ...]

    def all_columns(self) -> tuple[Column, ...]:
        return tuple(column for one in self.columns for column in one.columns())

    def matrix(self, table: Table) -> Floats:
        """Raises TableError when the table lacks a column the model was trained with."""
        lacking = [one.name for one in self.columns if one.name not in table.columns]
        if lacking:
            raise TableError(
                f"the table lacks {', '.join(lacking)}, which the model was trained with; add the columns "
                "(their cells may be empty)"
            )
        return np.hstack([one.matrix(table.columns[one.name]) for one in self.columns])

    def as_json(self) -> dict[str, Any]:
        said = asdict(self)
        said["columns"] = [[one.name, one.kind, list(one.levels)] for one in self.columns]
        return said

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Encoding:
        columns = tuple(Encoded(name, kind, tuple(levels)) for name, kind, levels in said["columns"])
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
            found.append(encoded)
    if not found:
        raise TableError("no column is left to learn from:\n  " + "\n  ".join(notes))
    return Encoding(target, group, identity, tuple(found)), notes


def _learn(name: str, cells: Sequence[str | None]) -> Encoded | str:
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
        return _with_levels(name, "diagnosis", cells)
    numbers = {cell: as_number(cell) for cell in counts}
    numeric = sum(counts[cell] for cell, number in numbers.items() if number is not None) >= 0.99 * known
    if numeric and not (_CODED.search(name) and len(counts) < known / 4):
        whole = all(number is None or number == int(number) for number in numbers.values())
        if whole and len(counts) > 0.95 * known and known > 50:
            return "its values are all different, as an identifier's"
        return Encoded(name, "number")
    if len(counts) > 0.9 * known and known > 50:
        return "its values are all different, as an identifier's or a note's"
    return _with_levels(name, "levels", cells)


def _with_levels(name: str, kind: str, cells: Sequence[str | None]) -> Encoded | str:
    counts = Counter(level for cell in cells for level in _levels_of(kind, cell))
    enough = max(min(FEWEST, len(cells) // 10), RAREST * len(cells))
    common = [level for level, number in counts.most_common(MOST_LEVELS) if number >= enough]
    if not common:
        return "none of its values is common enough to learn from"
    return Encoded(name, kind, tuple(common) if kind == "diagnosis" else (*common, OTHER))


def _levels_of(kind: str, cell: str | None) -> tuple[str, ...]:
    if cell is None:
        return ("(missing)",)
    return (f"chapter {chapter(cell)}", f"block {block(cell)}") if kind == "diagnosis" else (cell,)
