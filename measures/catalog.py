"""The catalogue: every measure found in `measures/library`, one file each."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import ModuleType

from measures import library
from measures.criteria import Findings
from measures.measure import POPULATIONS, GapStatus, GroupResult, Measure, MeasureResult
from measures.record import PatientRecord, Period
from measures.terminology import UnknownValueSet


class CatalogError(ValueError):
    """The files of the library do not make a catalogue; the message names the file and the mend."""


@dataclass(frozen=True)
class Catalog:
    """The measures by id, in the order of their ids."""

    measures: Mapping[str, Measure]

    @classmethod
    def of(cls, measures: Iterable[Measure]) -> Catalog:
        """Raises CatalogError when two measures have one id."""
        found: dict[str, Measure] = {}
        for measure in sorted(measures, key=lambda m: (len(m.id), m.id)):
            if measure.id in found:
                raise CatalogError(f"two measures are called {measure.id}; give one another id")
            found[measure.id] = measure
        return cls(found)

    def evaluate(
        self, record: PatientRecord, period: Period, as_of: date | None = None
    ) -> dict[str, MeasureResult]:
        """What every measure says of one record; a measure whose value sets are not loaded says "unknown"."""
        found = Findings(record, period)
        return {name: self._evaluate(measure, found, as_of) for name, measure in self.measures.items()}

    def _evaluate(self, measure: Measure, found: Findings, as_of: date | None) -> MeasureResult:
        try:
            return measure.evaluate(found.record, found.period, as_of, found)
        except UnknownValueSet as missing:
            nowhere = dict.fromkeys(POPULATIONS, 0)
            said = str(missing)  # kept as words: the exception holds this frame, and with it the record
            groups = tuple(
                GroupResult(g, nowhere, {}, GapStatus.UNKNOWN, lambda: said, found) for g in measure.groups
            )
            return MeasureResult(measure, found.record.id, found.period, groups, found)


@cache
def find_measures() -> Catalog:
    """The catalogue of all files in `measures/library`; CatalogError names a file without a MEASURE."""
    names = [module.name for module in pkgutil.iter_modules(library.__path__, f"{library.__name__}.")]
    return Catalog.of(_measure(importlib.import_module(name)) for name in names)


def _measure(module: ModuleType) -> Measure:
    found = getattr(module, "MEASURE", None)
    if not isinstance(found, Measure):
        raise CatalogError(
            f"{module.__file__}: has no MEASURE; end the file with `MEASURE = proportion(...)`"
        )
    return found
