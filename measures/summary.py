"""What a measure says of many patients: counts, rates, and how many of them the record cannot judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from measures.group import GapStatus
from measures.measure import Measure
from measures.terminology import Code


def rate_of(populations: Mapping[str, int]) -> float | None:
    """Numerator over what is left of the denominator; None when nothing is left."""
    left = populations["denominator"]
    left -= populations["denominator-exclusion"] + populations["denominator-exception"]
    return populations["numerator"] / left if left > 0 else None


@dataclass(frozen=True)
class GroupSummary:
    """One rate. `statuses` counts patients by gap status; `populations` patients, or episodes."""

    id: str
    title: str
    populations: Mapping[str, int]
    statuses: Mapping[GapStatus, int]
    strata: Mapping[str, Mapping[str, int]]

    @property
    def rate(self) -> float | None:
        return rate_of(self.populations)


@dataclass(frozen=True)
class MeasureSummary:
    """All rates of a measure. `supplemental` counts the initial population: element -> code -> patients."""

    measure: Measure
    groups: tuple[GroupSummary, ...]
    supplemental: Mapping[str, Mapping[Code, int]]
