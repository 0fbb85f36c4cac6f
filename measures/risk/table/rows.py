"""The rows of a training table: the target as events, the group as patients, duplicates left out."""

from __future__ import annotations

import numpy as np

from measures.risk.data import Data
from measures.risk.table.encoding import Encoding, learn_encoding
from measures.risk.table.history import Past
from measures.risk.table.reading import Table, TableError

_YES = frozenset({"1", "1.0", "y", "yes", "true", "t"})
_NO = frozenset({"0", "0.0", "n", "no", "false", "f"})


def training_data(table: Table, target: str, group: str, identity: str) -> tuple[Data, Encoding]:
    """The data, and how the table was read into them. Raises TableError.

    A row without a group or a target cannot be learnt from, and a row that says the same as an earlier one is
    the same; both are left out, and said.
    """
    encoding, notes = learn_encoding(table, target, group, identity)
    outcomes = _outcomes(table, target)
    groups = table.columns[group]
    kept = kept_rows(table, target, group)
    if len(kept) < len(outcomes):
        notes.append(
            f"left out, {len(outcomes) - len(kept)} rows that repeat another or lack {group} or {target}"
        )
    if len({groups[row] for row in kept}) == len(kept):
        notes.append(
            f"each {group} has one row: if a patient may have several, name the column of the patient, or "
            "the figures below are of patients the model has learnt"
        )
    chosen = np.array(kept, dtype=np.int64)
    past = encoding.past([table])
    if not past.ids:
        notes.append(f"the past is told of no patient: no numbers in {identity} put the rows of one in order")
    data = Data(
        encoding.all_columns(),
        encoding.matrix(table, past)[chosen],
        tuple(str(groups[row]) for row in kept),
        np.array([0 if outcomes[row] else 1 for row in kept], dtype=np.int64),
        (0,),
        tuple(notes),
    )
    return data, encoding


def kept_rows(table: Table, target: str, group: str) -> list[int]:
    """The numbers of the rows that can be learnt from, each once."""
    outcomes, groups = _outcomes(table, target), table.columns[group]
    seen: set[tuple[str | None, ...]] = set()
    kept: list[int] = []
    for row, cells in enumerate(zip(*table.columns.values(), strict=True)):
        if groups[row] is not None and outcomes[row] is not None and cells not in seen:
            kept.append(row)
        seen.add(cells)
    return kept


def _outcomes(table: Table, target: str) -> list[bool | None]:
    return [_outcome(cell, target, number) for number, cell in enumerate(table.columns[target], start=2)]


def _outcome(cell: str | None, target: str, line: int) -> bool | None:
    if cell is None:
        return None
    if cell.lower() in _YES:
        return True
    if cell.lower() in _NO:
        return False
    raise TableError(f"line {line}: {target} is {cell!r}; a target is 0 or 1, yes or no")


def scoring_rows(table: Table, encoding: Encoding, past: Past) -> Data:
    """The rows to score; no target is read."""
    x = encoding.matrix(table, past)
    nobody = ("",) * len(x)
    return Data(encoding.all_columns(), x, nobody, np.ones(len(x), dtype=np.int64), (0,))
