"""The training rows of a panel: the features of each patient on each labelled day. Only they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

import numpy as np

from measures.malformed import answered
from measures.record import PatientRecord
from measures.risk.data import Column, Data, Floats, NotEnough
from measures.risk.feature import Feature, answers, find_features
from measures.risk.groups import groups_of
from measures.risk.labels import Labels, few
from measures.risk.outcome import Label, Outcome, labels
from measures.risk.panel import Panel
from measures.risk.points import expert_points
from measures.risk.score import HORIZONS

Labelled = Callable[[PatientRecord], Sequence[Label]]


def columns_of(asked: Sequence[Feature]) -> tuple[Column, ...]:
    return tuple(Column(one.id, one.says, one.logged, one.worse, one.id) for one in asked)


Divided = dict[str, list[str]]


def from_labels(panel: Panel, given: Labels) -> tuple[Data, Floats, Divided]:
    """The data, the expert points of each row, and by division the group each row's patient is in.

    Labels for patients who are not in the export are said.
    """
    unseen = set(given.of)

    def of(record: PatientRecord) -> Sequence[Label]:
        unseen.discard(record.id)
        return given.of.get(record.id, ())

    data, points, divided = _gathered(panel, of)
    notes = [*given.notes]
    if unseen:
        notes.append(f"labels for {len(unseen)} patients who are not in this export: {few(unseen)}")
    return data.having(range(len(data.columns)), notes), points, divided


def from_records(panel: Panel, outcome: Outcome, today: date) -> tuple[Data, Floats, Divided]:
    """The same, with labels that the records themselves tell."""
    until = panel.last_day(today)
    return _gathered(panel, lambda record: labels(record, outcome, until))


def _gathered(panel: Panel, labelled: Labelled) -> tuple[Data, Floats, Divided]:
    asked = find_features()
    rows: list[Floats] = []
    groups: list[str] = []
    events: list[int] = []
    points: list[float] = []
    divided: Divided = {}
    for row in _rows(panel, labelled, asked):
        rows.append(as_row(row.known, asked))
        groups.append(row.patient)
        events.append(row.event)
        points.append(expert_points().total(row.known))
        for division, group in row.groups.items():
            divided.setdefault(division, []).append(group)
    if not rows:
        raise NotEnough("no labelled day of any patient of this export; check the patient ids and the dates")
    data = Data(columns_of(asked), np.vstack(rows), tuple(groups), np.array(events, dtype=np.int64), HORIZONS)
    return data, np.array(points), divided


def as_row(known: dict[str, float | None], asked: Sequence[Feature]) -> Floats:
    return np.array([np.nan if known[one.id] is None else known[one.id] for one in asked], dtype=np.float64)


class _Row(NamedTuple):
    """A patient on a labelled day."""

    patient: str
    known: dict[str, float | None]
    event: int
    groups: dict[str, str]


def _rows(panel: Panel, labelled: Labelled, asked: Sequence[Feature]) -> Iterator[_Row]:
    for record in panel.records():
        found = answered(record, partial(_rows_of, labelled, asked))
        yield from found[1] if found else ()


def _rows_of(labelled: Labelled, asked: Sequence[Feature], record: PatientRecord) -> list[_Row]:
    found = []
    for label in labelled(record):
        known = {name: answer.number for name, answer in answers(record, label.day, asked).items()}
        found.append(_Row(record.id, known, label.event, groups_of(record, label.day)))
    return found
