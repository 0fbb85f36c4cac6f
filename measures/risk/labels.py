"""Reading labels: who had the event within 30, 60 and 90 days of a day; and the days at which to score."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from measures.risk.outcome import Label
from measures.risk.score import HORIZONS
from measures.risk.table.reading import Table, read_table

PATIENT, DAY = "patient_id", "index_date"
Y = tuple(f"y{horizon}" for horizon in HORIZONS)
SHOWN = 5


def few(names: Collection[str]) -> str:
    """The first of them, in order."""
    return ", ".join(sorted(names)[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


class LabelError(ValueError):
    """A file of labels or days that cannot be used; the message names each line at fault."""


@dataclass(frozen=True)
class Labels:
    """The labels of each patient by id, and notes of what was left out."""

    of: Mapping[str, tuple[Label, ...]]
    notes: tuple[str, ...] = ()


def read_labels(path: Path, today: date) -> Labels:
    """Raises LabelError. A label that repeats another, or is of a day to come, is left out and said."""
    table = read_table(path)
    _refuse_without(table, path, (PATIENT, DAY, *Y))
    found: dict[str, dict[date, int]] = {}
    problems: list[str] = []
    repeated = later = 0
    rows = zip(*(table.columns[name] for name in (PATIENT, DAY, *Y)), strict=True)
    for line, (patient, day, *came) in enumerate(rows, start=2):
        try:
            asked, event = _day(day), _event(came)
            if patient is None:
                raise ValueError("has no patient_id")
        except ValueError as error:
            problems.append(f"{path}:{line}: {error}")
            continue
        if asked > today:
            later += 1
            continue
        held = found.setdefault(patient, {})
        if held.get(asked, event) != event:
            problems.append(f"{path}:{line}: contradicts an earlier line of {patient} on {asked}")
        repeated += asked in held
        held[asked] = event
    _refuse(problems)
    notes = [f"left out, {later} labels of days to come"] if later else []
    notes += [f"left out, {repeated} labels that repeat another"] if repeated else []
    return Labels(
        {p: tuple(Label(d, e) for d, e in sorted(held.items())) for p, held in found.items()}, tuple(notes)
    )


@dataclass(frozen=True)
class Days:
    """The days at which to score each patient, in order, and notes of what was left out."""

    of: Mapping[str, tuple[date, ...]]
    notes: tuple[str, ...] = ()


def read_days(path: Path, today: date) -> Days:
    """Raises LabelError, for a day to come too: a score is as of a day that is known."""
    table = read_table(path)
    _refuse_without(table, path, (PATIENT, DAY))
    found: dict[str, set[date]] = {}
    problems: list[str] = []
    repeated = 0
    for line, (patient, day) in enumerate(
        zip(table.columns[PATIENT], table.columns[DAY], strict=True), start=2
    ):
        try:
            if patient is None:
                raise ValueError("has no patient_id")
            asked = _day(day)
            if asked > today:
                raise ValueError(f"{asked} is a day to come; a score is as of a day that is known")
        except ValueError as error:
            problems.append(f"{path}:{line}: {error}")
            continue
        held = found.setdefault(patient, set())
        repeated += asked in held
        held.add(asked)
    _refuse(problems)
    notes = [f"left out, {repeated} lines that repeat another"] if repeated else []
    return Days({patient: tuple(sorted(days)) for patient, days in found.items()}, tuple(notes))


def _refuse_without(table: Table, path: Path, names: tuple[str, ...]) -> None:
    lacking = [name for name in names if name not in table.columns]
    if lacking:
        raise LabelError(f"{path}:1: has no column {', '.join(lacking)}; it needs {', '.join(names)}")


def _refuse(problems: list[str]) -> None:
    if problems:
        more = f"\nand {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        raise LabelError("\n".join(problems[:SHOWN]) + more)


def _day(cell: str | None) -> date:
    if cell is None:
        raise ValueError(f"has no {DAY}; write a day such as 2026-06-30")
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is no day such as 2026-06-30") from None


def _event(came: list[str | None]) -> int:
    """The interval of the event; a later horizon holds all that an earlier one holds."""
    if any(cell not in ("0", "1") for cell in came):
        raise ValueError(f"{', '.join(Y)} are {came}; each is 0 or 1")
    if came != sorted(came, key=str):
        raise ValueError(f"{', '.join(Y)} are {came}; what came within 30 days came within 90 too")
    return came.index("1") if "1" in came else len(HORIZONS)
