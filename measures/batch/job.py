"""What is to be worked out for every patient, and what was worked out of one or of many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from measures.catalog import Catalog, find_measures
from measures.measure import Measure
from measures.record import Period
from measures.terminology import Vocabulary

TallyKey = tuple[str, ...]
"""(measure, group, stratum or "", population), (measure, group, "", "status", gap status) or
(measure, "supplemental", element, system, code, display)."""


@dataclass(frozen=True)
class Job:
    """One evaluation: which measures over which period with which vocabulary.

    `as_of` is the day on which it is asked: only while the period runs can a gap be prospective. With `fhir`,
    the moment its reports are to carry, MeasureReports and gaps bundles are made of every patient too.
    Without `only`, all measures of the catalogue are evaluated.
    """

    period: Period
    vocabulary: Vocabulary
    as_of: date | None = None
    fhir: datetime | None = None
    only: tuple[str, ...] = ()

    @property
    def catalog(self) -> Catalog:
        """Raises LookupError when `only` names a measure that is not there."""
        return _chosen(self.only)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(self.catalog.measures.values())


@cache
def _chosen(only: tuple[str, ...]) -> Catalog:
    every = find_measures()
    unknown = [name for name in only if name not in every.measures]
    if unknown:
        raise LookupError(f"no measure is called {', '.join(unknown)}; see `throughline measures list`")
    return Catalog.of(every.measures[name] for name in only) if only else every


@dataclass
class Tally:
    """Counts over patients: added up, they are the summary. The order of adding does not matter."""

    patients: int = 0
    counts: Counter[TallyKey] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.patients += other.patients
        for key, number in other.counts.items():
            self.counts[key] += number
