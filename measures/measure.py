"""A proportion measure of one or more rates, and what it says of one patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from measures.criteria import NEVER, Criterion, Finding, Findings, Logic
from measures.event import Event
from measures.events import Events
from measures.group import POPULATIONS, GapStatus, Group, GroupResult, Judge
from measures.record import PatientRecord, Period

__all__ = [
    "POPULATIONS",
    "GapStatus",
    "Group",
    "GroupResult",
    "Measure",
    "MeasureResult",
    "proportion",
]

Direction = Literal["increase", "decrease"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A quality measure.

    `improvement` is curated by us (the published improvementNotation is wrong on many): "decrease" means that
    to be in the numerator is the gap. With `episodes` the populations count those events (encounters) and not
    the patient. `behavioral` measures are shown first; a gap of a `safety` measure cannot be put off. Raises
    ValueError when two criteria share a name.
    """

    id: str
    title: str
    version: str
    steward: str
    groups: tuple[Group, ...]
    behavioral: bool = False
    safety: bool = False
    improvement: Direction = "increase"
    episodes: Callable[[PatientRecord, Period], Events] | None = None
    criteria: Mapping[str, Criterion] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        named: dict[str, Criterion] = {}
        for leaf in (leaf for group in self.groups for tree in group.trees() for leaf in tree.leaves()):
            if named.setdefault(leaf.name, leaf) is not leaf:
                raise ValueError(f"{self.id}: two criteria are called {leaf.name!r}; rename one")
        object.__setattr__(self, "criteria", named)

    def evaluate(
        self,
        record: PatientRecord,
        period: Period,
        as_of: date | None = None,
        found: Findings | None = None,
    ) -> MeasureResult:
        """What the measure says of the record over the period.

        `as_of` is the day on which it is asked: only while the period runs can a gap be prospective. `found`
        shares what other measures found in the same record and period. Raises UnknownValueSet.
        """
        found = Findings(record, period) if found is None else found
        groups = tuple([self._judged(group, found, as_of) for group in self.groups])
        return MeasureResult(self, record.id, period, groups, found)

    def _judged(self, group: Group, found: Findings, as_of: date | None) -> GroupResult:
        judge = Judge(group, self.improvement == "increase", as_of)
        if self.episodes is None:
            return judge.patient(found)
        return judge.episodes(found, self.episodes(found.record, found.period))


def proportion(
    *,
    id: str,
    title: str,
    version: str,
    steward: str,
    initial_population: Logic,
    numerator: Logic,
    exclusions: Logic = NEVER,
    exceptions: Logic = NEVER,
    expected: Logic = NEVER,
    deadline: Callable[[Findings], date | None] | None = None,
    behavioral: bool = False,
    safety: bool = False,
    improvement: Direction = "increase",
) -> Measure:
    """A measure of one rate over patients."""
    group = Group(
        initial_population=initial_population,
        numerator=numerator,
        exclusions=exclusions,
        exceptions=exceptions,
        expected=expected,
        deadline=deadline,
    )
    return Measure(
        id=id,
        title=title,
        version=version,
        steward=steward,
        groups=(group,),
        behavioral=behavioral,
        safety=safety,
        improvement=improvement,
    )


@dataclass(frozen=True)
class MeasureResult:
    """What a measure says of one patient: its rates, the foremost of them as status, and the findings."""

    measure: Measure
    patient_id: str
    period: Period
    groups: tuple[GroupResult, ...]
    found: Findings = field(repr=False)

    @property
    def foremost(self) -> GroupResult:
        """The rate that asks for something soonest."""
        return self.groups[0] if len(self.groups) == 1 else min(self.groups, key=lambda g: g.pressing)

    @property
    def status(self) -> GapStatus:
        return self.foremost.status

    @property
    def reason(self) -> str:
        return self.foremost.reason

    @property
    def next_steps(self) -> tuple[Criterion, ...]:
        return self.foremost.next_steps

    @property
    def findings(self) -> Mapping[str, Finding]:
        """What each criterion of the measure found, by name; worked out when asked."""
        return _ByName(self.measure.criteria, self.foremost.found)

    def nearest(self, criterion: str) -> Event | None:
        """What comes closest to meeting the named criterion, if the record holds anything that does."""
        found = self.foremost.found.nearest(self.measure.criteria[criterion])
        return found[0] if found else None


class _ByName(Mapping[str, Finding]):
    def __init__(self, criteria: Mapping[str, Criterion], found: Findings) -> None:
        self._criteria, self._found = criteria, found

    def __getitem__(self, name: str) -> Finding:
        return self._found[self._criteria[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._criteria)

    def __len__(self) -> int:
        return len(self._criteria)
