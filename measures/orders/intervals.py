"""The table of useful intervals: for how long a laboratory result stands, and the same test tells little."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import yaml

from measures.event import Event
from measures.events import Events, RecordCannotSay
from measures.orders.drafts import SigningRecord
from measures.orders.named_facts import with_words
from measures.record import PatientRecord
from measures.shapes import SHAPES, Resource, codings
from measures.terminology import CodeKey, UnknownValueSet, ValueSet, Vocabulary
from measures.time import Period


class UsefulInterval(NamedTuple):
    """One row: a test, the days for which its result stands, why, and the medicines that change it; and after
    how many days it is offered again.
    """

    what: str
    results: tuple[ValueSet, ...]
    days: int
    why: str
    changed_by: tuple[ValueSet, ...]
    offered_after: int


def _value_sets(oids: list[str], title: str) -> tuple[ValueSet, ...]:
    return tuple(ValueSet(oid, title) for oid in oids)


def read_intervals(path: Path) -> tuple[UsefulInterval, ...]:
    return tuple(
        UsefulInterval(
            row["what"],
            _value_sets(row["results"], row["what"]),
            row["days"],
            row["why"],
            _value_sets(row.get("changed_by", []), f"medicines that change {row['what']}"),
            row.get("offered_after", row["days"]),
        )
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    )


USEFUL_INTERVALS = read_intervals(Path(__file__).parent / "useful_intervals.yaml")


def interval_of(codes: Iterable[CodeKey], vocabulary: Vocabulary) -> UsefulInterval | None:
    """The row of a test: the first that names one of its codes; None for a test without one.

    Raises UnknownValueSet when a set of the table is not loaded.
    """
    tests = tuple(codes)
    rows = (row for row in USEFUL_INTERVALS if _names(row, tests, vocabulary))
    return next(rows, None)


def _names(row: UsefulInterval, codes: tuple[CodeKey, ...], vocabulary: Vocabulary) -> bool:
    return any(vocabulary.holds(name, code) for name in row.results for code in codes)


def still_useful(patient: PatientRecord, today: Period, row: UsefulInterval, days: int) -> Events:
    """The last result of a test, if it is of less than so many days ago and stands: none when a medicine that
    changes it was begun since.

    Raises RecordCannotSay when the day of the result, or what was begun since, is not known.
    """
    lately = today.reaching_back(days=days - 1)
    told = _results(patient, row).where(tells)
    last = told.concluding(lately).latest(at=lambda result: result.concluded)
    if not last.sure:
        return last
    day = last[0].concluded.day
    if day is None:
        raise RecordCannotSay(f"the day is not known: {last[0].reference}")
    changing = (order for order in _changing(patient, row) if order.day is not None and order.day >= day)
    return Events() if any(changing) else last


def _results(patient: PatientRecord, row: UsefulInterval) -> Events:
    """The results of a test, those told by words too: nobody is offered again what is there already."""
    found = patient.observations(*row.results)
    if isinstance(patient, SigningRecord):
        return found
    return with_words(patient, found, "Observation", row.results)


def tells(result: Event) -> bool:
    """Whether a result has a value, of its own or in its parts: without one the test has told nothing."""
    return result.has_value or bool(result.source.get("component") or result.source.get("hasMember"))


def _changing(patient: PatientRecord, row: UsefulInterval) -> Iterable[Event]:
    """The orders, of the record and of the signing, for medicines that change the result.

    Raises RecordCannotSay where the orders of the record were not gathered.
    """
    if not row.changed_by:
        return
    yield from patient.medication_requests(*row.changed_by)
    if isinstance(patient, SigningRecord):
        yield from patient.drafts.medication_requests(*row.changed_by).sure


def is_too_soon(patient: PatientRecord, today: Period, template: Resource) -> bool:
    """Whether a draft would repeat a test whose last result stands, or may stand."""
    elements = SHAPES[template["resourceType"]].codes
    codes = [key for element in elements for key in codings(template.get(element))]
    try:
        row = interval_of(codes, patient.vocabulary)
        if row is None:
            return False
        return still_useful(patient, today, row, row.offered_after).truth is not False
    except RecordCannotSay:
        return True
    except UnknownValueSet:  # the table cannot tell, the gap stands
        return False
