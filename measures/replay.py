"""Replaying the stewards' official test cases: what we say against what they expect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import orjson

from measures.catalog import Catalog
from measures.measure import POPULATIONS, GroupResult, MeasureResult
from measures.record import PatientRecord, Period
from measures.terminology import Vocabulary


class DeckError(ValueError):
    """A deck that cannot be replayed; the message names the file, the line and the mend."""


@dataclass(frozen=True)
class Disagreement:
    case: str
    title: str
    group: str
    population: str
    expected: int
    actual: int

    def __str__(self) -> str:
        said = f"{self.population} expected {self.expected}, got {self.actual}"
        return f"{self.title} ({self.case}) {self.group}: {said}"


@dataclass
class Replay:
    """How one measure fared: cases that agree in every population, of all, and each disagreement."""

    measure: str
    cases: int = 0
    agreeing: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.measure} {self.agreeing}/{self.cases}"


def replay(path: Path, catalog: Catalog, vocabulary: Vocabulary) -> dict[str, Replay]:
    """Replay one deck (JSON lines), by measure.

    Raises DeckError on an unreadable line or an unknown measure.
    """
    replays: dict[str, Replay] = {}
    for where, case in _cases(path):
        try:
            measure = catalog.measures[case["measure"]]
            record = _record(case, vocabulary)
            period = Period(
                date.fromisoformat(case["period"]["start"]), date.fromisoformat(case["period"]["end"])
            )
            expected = case["expected"]
        except KeyError as missing:
            raise DeckError(f"{where}: no {missing}; known measures: {', '.join(catalog.measures)}") from None
        result = measure.evaluate(record, period)
        tally = replays.setdefault(measure.id, Replay(measure.id))
        wrong = list(_disagreements(case, expected, result))
        tally.cases += 1
        tally.agreeing += not wrong
        tally.disagreements += wrong
    return replays


def _cases(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise DeckError(f"{path}: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield f"{path}:{number}", orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise DeckError(f"{path}:{number}: not a line of JSON: {error}") from None


def _record(case: Mapping[str, Any], vocabulary: Vocabulary) -> PatientRecord:
    resources = case["patient_bundle"]
    patient = next(r for r in resources if r["resourceType"] == "Patient")
    return PatientRecord(patient, resources, vocabulary, vouched_for=True)


def _disagreements(
    case: Mapping[str, Any], expected: list[dict[str, Any]], result: MeasureResult
) -> Iterator[Disagreement]:
    """Groups are matched in the order given; so are the strata of each, which the decks number."""
    for wanted, group in zip(expected, result.groups, strict=True):
        rows = [(wanted["id"], wanted["populations"], group.populations), *_strata(wanted, group)]
        for name, populations, counts in rows:
            for population, count in populations.items():
                actual = counts.get(population, 0)
                if actual != count:
                    yield Disagreement(case["case"], case["title"], name, population, count, actual)


def _strata(
    wanted: Mapping[str, Any], group: GroupResult
) -> Iterator[tuple[str, Mapping[str, int], Mapping[str, int]]]:
    """The name of each stratum, the counts expected in it, and ours.

    A deck gives each stratum twice: as "true" with its counts, and as "false" with one minus these, which
    says nothing new. Where the strata of a case together hold more than its group, the deck contradicts
    itself (some cases of CMS130 repeat the group's counts in every stratum), and none of them is held to it.
    """
    inside = [s for s in wanted.get("stratifiers") or () if s.get("value", "true") == "true"]
    for population, count in wanted["populations"].items():
        if sum(s["populations"].get(population, 0) for s in inside) > count:
            return
    ours = chain(group.strata.values(), repeat(dict.fromkeys(POPULATIONS, 0)))
    for stratum, counts in zip(inside, ours, strict=False):
        populations = {name: n for name, n in stratum["populations"].items() if name in POPULATIONS}
        yield f"{wanted['id']} {stratum['id']}", populations, counts
