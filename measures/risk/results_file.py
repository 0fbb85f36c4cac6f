"""Scores as CSV: one line a patient and day, or a row of a table. Written whole or not at all."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from measures.malformed import answered
from measures.record import PatientRecord
from measures.risk.labels import Days, few
from measures.risk.model import Model
from measures.risk.panel import Panel
from measures.risk.score import HORIZONS, Score
from measures.risk.table.encoding import Encoding
from measures.risk.table.reading import Table, TableError
from measures.risk.table.rows import scoring_rows
from measures.spreadsheet import cell_of_text

REASONS = 5
_ADDS = ".6g"
HEADER = (
    "patient_id", "index_date", *(f"p{horizon}" for horizon in HORIZONS), "points", "abstained",
    *(f"reason_{number}" for number in range(1, REASONS + 1)), "missing", "model", "version", "label",
    "base", "rest", "sum", "reasons_in",
)  # fmt: skip
"""`base`, the numbers in the reasons and `rest`, what all other reasons add, make `sum`."""


@dataclass
class Done:
    """How many scores and abstentions were written, and notes of what was not."""

    scored: int = 0
    abstained: int = 0
    notes: tuple[str, ...] = ()


def write_panel_scores(
    panel: Panel,
    scored: Callable[[PatientRecord, date], Score],
    days: Days | None,
    as_of: date | None,
    out: Path,
) -> Done:
    """Each patient on each of their days, or everybody on one; a patient at a time."""
    done = Done()
    seen: set[str] = set()
    with _csv(out, HEADER) as write:
        for record in panel.records():
            asked: Sequence[date] = days.of.get(record.id, ()) if days else [as_of] if as_of else ()
            seen.update([record.id] if asked else ())
            found = answered(record, partial(_on_days, scored, asked))
            for one in found[1] if found else ():
                done.scored += not one.abstained
                done.abstained += bool(one.abstained)
                write(_cells(one))
    if days is not None:
        done.notes = days.notes
        unseen = days.of.keys() - seen
        if unseen:
            who = f"{len(unseen):,} patient{'s' if len(unseen) > 1 else ''}"
            done.notes += (f"of {who} there is no record in this export: {few(unseen)}",)
    return done


def _on_days(
    scored: Callable[[PatientRecord, date], Score], days: Sequence[date], record: PatientRecord
) -> list[Score]:
    return [scored(record, day) for day in days]


def write_table_scores(
    model: Model, encoding: Encoding, read: Callable[[], Iterable[Table]], out: Path
) -> int:
    """The id column and `p`, in the order of the table; how many rows. Raises TableError.

    It is read twice, in parts: once for the ids of each patient's rows, once to score.
    """
    rows = 0
    past = encoding.past(read())
    with _csv(out, (encoding.id, "p")) as write:
        for chunk in read():
            if encoding.id not in chunk.columns:
                raise TableError(
                    f"the table lacks the id column {encoding.id!r} that the model was trained with"
                )
            data = scoring_rows(chunk, encoding, past)
            chances = model.probabilities(model.matrix_of(data))[:, -1]
            for identity, chance in zip(chunk.columns[encoding.id], chances.tolist(), strict=True):
                write([identity or "", _number(chance)])
            rows += len(chunk)
    return rows


def _cells(one: Score) -> list[str]:
    reasons = [
        f"{reason.says}{'' if reason.value is None else f': {reason.value:.4g}'} ({reason.adds:+{_ADDS}}) "
        f"[{' '.join(reason.resources) or 'nothing on record'}]"
        for reason in one.reasons[:REASONS]
    ]
    return [
        one.patient,
        one.as_of.isoformat(),
        *(_number(one.at[horizon]) if horizon in one.at else "" for horizon in HORIZONS),
        "" if one.points is None else _number(one.points),
        one.abstained,
        *reasons,
        *[""] * (REASONS - len(reasons)),
        "; ".join(one.missing),
        one.model,
        one.version,
        one.label,
        *_told_sum(one),
    ]


def _told_sum(one: Score) -> list[str]:
    """With the reasons as they are rounded in the file, so that it adds up there."""
    if one.abstained:
        return ["", "", "", ""]
    told = math.fsum(float(f"{reason.adds:{_ADDS}}") for reason in one.reasons[:REASONS])
    return [_number(one.base), _number(one.sum - one.base - told), _number(one.sum), one.reasons_in]


def _number(number: float) -> str:
    return f"{number:.12g}"


@contextmanager
def _csv(out: Path, header: Sequence[str]) -> Iterator[Callable[[Sequence[Any]], None]]:
    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([cell_of_text(name) for name in header])
            yield lambda cells: writer.writerow([cell_of_text(cell) for cell in cells])
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
