"""A panel as a Bulk FHIR folder, one patient at a time: memory holds a part of it, however large it is."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, tzinfo
from functools import partial
from pathlib import Path

import msgspec

from measures.batch.local import SharedResources
from measures.batch.partition import Parts, parts_for
from measures.batch.patients import Resource, by_patient, named_in, record_of
from measures.batch.reading import Place, Problem, Wanted, files_of, told
from measures.consent import disclosable
from measures.gather import EVERYTHING
from measures.record import PatientRecord
from measures.risk import features
from measures.risk.feature import find_features
from measures.sources import Sourced, together
from measures.terminology import Code, CodeKey, Vocabulary

Others = Callable[[str], Iterable[Sourced]]

_BESIDES = frozenset({"Encounter", "Condition", "MedicationDispense", "Coverage"})
"""Types that features read beside the ones they name, and the payer that reports compare by."""


_NAMED = 1000  # problems


class UnusableExport(ValueError):
    """An export of which a part is missing, nobody can tell whose, or that holds nobody."""


class Panel:
    """The export, sorted by patient on disk. `problems` names what could not be read, the first thousand with
    where they stand; `faults` counts all.
    """

    def __init__(
        self,
        parts: Parts,
        files: Sequence[Path],
        vocabulary: Vocabulary,
        problems: Iterable[Problem],
        others: Others | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self._parts = parts
        self._files = files
        self._vocabulary = vocabulary
        self._others = others
        self._zone = zone
        self.problems: list[str] = []
        self.faults = 0
        self._name(problems)

    def records(self) -> Iterator[PatientRecord]:
        """Each patient's record, read anew, in an order that depends on the export alone.

        What consent does not allow to be shown is not in it: neither a model nor a score learns of it. What
        other sources say of the patient is, each fact once. What is wrong with a record by the time the next
        is asked for is named among the problems. Raises UnusableExport when there is none.
        """
        nobody = True
        shared = SharedResources(self._parts)
        for part in range(self._parts.count):
            for lines in by_patient(self._parts.lines(part)):
                allowed = partial(self._allowed, lines[0].owner)
                places: dict[str, Place] = {}
                found: list[Problem] = []
                record = record_of(
                    lines, self._vocabulary, EVERYTHING, shared.find, places, found, allowed, self._zone
                )
                if record is not None:
                    nobody = False
                    yield record
                    found += named_in(record, places, lines[0].place)
                self._name(found)
        if nobody:
            first = f"; the first of {self.faults:,} problems: {self.problems[0]}" if self.problems else ""
            raise UnusableExport(f"no Patient of this export can be read; is its file there?{first}")

    def _name(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.faults += 1
            if len(self.problems) < _NAMED:
                self.problems.append(told(problem, self._files))

    def _allowed(self, patient: str, resources: Iterable[Resource]) -> list[Resource]:
        """Consent first: a fact that may not be shown must not keep out the same fact of another source."""
        own = disclosable(resources)
        if self._others is None:
            return own
        others = [one for one in self._others(patient) if disclosable([one.resource])]
        return together(own, others)[0]

    def last_day(self, today: date) -> date:
        """The last day the export covers: of the latest encounter that is not of a day to come."""
        latest = date.min
        for part in range(self._parts.count):
            for line in self._parts.lines(part):
                if line.kind == "Encounter":
                    latest = max(latest, _began(line.text, today) or latest)
        return latest


class _Period(msgspec.Struct, gc=False):
    start: str | None = None


class _Encounter(msgspec.Struct, gc=False):
    period: _Period | None = None


_encounter = msgspec.json.Decoder(_Encounter).decode


def _began(text: bytes, today: date) -> date | None:
    try:
        period = _encounter(text).period
        day = date.fromisoformat((period.start or "")[:10]) if period else None
    except (msgspec.DecodeError, ValueError):
        return None
    return day if day is not None and day <= today else None


@contextmanager
def opened(
    folder: Path,
    vocabulary: Vocabulary,
    scratch: Path | None = None,
    others: Others | None = None,
    zone: tzinfo = UTC,
) -> Iterator[Panel]:
    """The panel of a folder. Needs disk space of about the export, unpacked, while it is open.

    `others` gives what other sources say of a patient, by id; `zone` is whose calendar days count.

    Raises FileNotFoundError when the folder holds no Bulk FHIR, UnusableExport when a file of it is cut.
    """
    files = files_of(folder)
    with tempfile.TemporaryDirectory(prefix="throughline-risk-", dir=scratch) as sorted_:
        parts = Parts(Path(sorted_), parts_for(files))
        wanted = wanted_by_features()
        problems = [found for number, path in enumerate(files) for found in parts.sort(path, number, wanted)]
        damaged = [told(problem, files) for problem in problems if problem.damaged]
        if damaged:
            raise UnusableExport("\n".join([*damaged, "nothing was made of this export; have it made again"]))
        yield Panel(parts, files, vocabulary, problems, others, zone)


def wanted_by_features() -> Wanted:
    """The types that features read and, of observations, the codes that their files name."""
    kinds = _BESIDES.union(*(one.sources for one in find_features()))
    modules = {name for one in find_features() if (name := one.read.__module__)}
    names = vars(features)
    found: set[CodeKey] = set()
    for module in modules:
        found.update(_codes(vars(names[module.rpartition(".")[2]]).values()))
    return Wanted(kinds, frozenset(found))


def _codes(things: Iterable[object]) -> Iterator[CodeKey]:
    for thing in things:
        if isinstance(thing, Code):
            yield thing.key
        elif isinstance(thing, (tuple, list)):
            yield from _codes(thing)
        elif isinstance(thing, Mapping):
            yield from _codes(thing.values())
