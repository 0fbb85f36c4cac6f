"""One rate of a measure: its populations, and the judgement where a patient or an episode stands in them.

The words are the standards': populations as in the FHIR Quality Measure IG, gap status as in Da Vinci DEQM
(open-gap, closed-gap, prospective-gap, not-applicable), to which we add `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from measures.criteria import NEVER, Criterion, Findings, Logic
from measures.events import Events, RecordCannotSay
from measures.group_words import cannot_say, not_in_it, says, to_do

POPULATIONS = (
    "initial-population",
    "denominator",
    "denominator-exclusion",
    "numerator",
    "denominator-exception",
)


class GapStatus(StrEnum):
    OPEN = "open-gap"
    CLOSED = "closed-gap"
    PROSPECTIVE = "prospective-gap"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"


# The most pressing first: of several cases or rates, the one that asks for something is shown.
PRESSING = (
    GapStatus.OPEN,
    GapStatus.UNKNOWN,
    GapStatus.PROSPECTIVE,
    GapStatus.CLOSED,
    GapStatus.NOT_APPLICABLE,
)

_ASKING = (GapStatus.OPEN, GapStatus.PROSPECTIVE)  # what asks for something


@dataclass(frozen=True, kw_only=True)
class Group:
    """The populations of one rate. The denominator is the initial population unless another is given.

    `expected` is the initial population without what the rest of the period may still bring (a visit): who
    meets it but is not yet in it has a prospective gap. `strata` splits the rate by name. `deadline` is the
    last day on which the gap can be closed, where that is not the last of the period; before the day
    `due_from`, if there is one, what is unmet is prospective and no gap yet.
    """

    id: str = "Group_1"
    title: str = ""
    initial_population: Logic
    numerator: Logic
    denominator: Logic | None = None
    exclusions: Logic = NEVER
    exceptions: Logic = NEVER
    expected: Logic = NEVER
    strata: Mapping[str, Logic] = field(default_factory=dict)
    deadline: Callable[[Findings], date | None] | None = None
    due_from: Callable[[Findings], date | None] | None = None

    def last_day(self, found: Findings) -> date | None:
        """The `deadline` of a case; None also where the record cannot say."""
        return _day(self.deadline, found)

    def first_day(self, found: Findings) -> date | None:
        """The day a case is `due_from`; None also where the record cannot say."""
        return _day(self.due_from, found)

    def trees(self) -> Iterator[Logic]:
        denominator = NEVER if self.denominator is None else self.denominator
        yield from (self.initial_population, denominator, self.exclusions, self.numerator)
        yield from (self.exceptions, self.expected, *self.strata.values())


class GroupResult(NamedTuple):
    """Counts of each population (the patient 0 or 1, or episodes), and the gap in words.

    `found` is what was found of the patient, or of the episode that gives the status. `why` gives the reason,
    which most askers never read.
    """

    group: Group
    populations: Mapping[str, int]
    strata: Mapping[str, Mapping[str, int]]
    status: GapStatus
    why: Callable[[], str]
    found: Findings
    next_steps: tuple[Criterion, ...] = ()
    as_of: date | None = None

    @property
    def reason(self) -> str:
        """Why the status is what it is, in words."""
        return self.why()

    @property
    def pressing(self) -> tuple[int, bool]:
        """Less is more pressing, as of several episodes in a rate."""
        return PRESSING.index(self.status), self.is_over

    @property
    def due_from(self) -> date | None:
        """The first day on which it is asked for, where it is not asked for at once."""
        return self.group.first_day(self.found)

    @property
    def is_over(self) -> bool:
        """Whether the last day on which the gap could be closed has passed."""
        return is_past(self.deadline, self.as_of)

    @property
    def deadline(self) -> date | None:
        """The last day on which the gap can be closed, where that is not the last of the period."""
        return self.group.last_day(self.found) if self.status in _ASKING else None


def _day(ask: Callable[[Findings], date | None] | None, found: Findings) -> date | None:
    if ask is None:
        return None
    try:
        return ask(found)
    except RecordCannotSay:
        return None


def is_past(deadline: date | None, as_of: date | None) -> bool:
    return deadline is not None and as_of is not None and deadline < as_of


class Judge(NamedTuple):
    """How the cases of one rate are judged.

    `wanted` is whether it is good to be in the numerator; on `as_of`, while the period runs, a gap can be
    prospective.
    """

    group: Group
    wanted: bool
    as_of: date | None

    def patient(self, found: Findings) -> GroupResult:
        """The patient as the one case."""
        return self._summed([(found, self._case(found))])

    def episodes(self, found: Findings, episodes: Events) -> GroupResult:
        """Each episode as a case; the most pressing gives the status."""
        if not episodes.sure:
            unknown = episodes.truth is None
            return GroupResult(
                self.group,
                dict.fromkeys(POPULATIONS, 0),
                {name: dict.fromkeys(POPULATIONS, 0) for name in self.group.strata},
                GapStatus.UNKNOWN if unknown else GapStatus.NOT_APPLICABLE,
                episodes.why_unknown if unknown else lambda: "no episode in the period",
                found,
            )
        scopes = [found.for_episode(episode) for episode in episodes.sure]
        return self._summed([(scope, self._case(scope)) for scope in scopes])

    def _summed(self, judged: list[tuple[Findings, _Case]]) -> GroupResult:
        strata = {
            name: _count([case for scope, case in judged if tree.met(scope)])
            for name, tree in self.group.strata.items()
        }
        found, foremost = judged[0] if len(judged) == 1 else self._foremost(judged)
        return GroupResult(
            self.group,
            _count([case for _, case in judged]),
            strata,
            foremost.status,
            foremost.why,
            found,
            foremost.next_steps,
            self.as_of,
        )

    def _foremost(self, judged: list[tuple[Findings, _Case]]) -> tuple[Findings, _Case]:
        """The most pressing: by status and, of the same, what can still be closed before what cannot."""
        status = min((case.status for _, case in judged), key=PRESSING.index)
        alike = [one for one in judged if one[1].status is status]
        group = self.group
        if group.deadline is None or len(alike) == 1 or status not in _ASKING:
            return alike[0]
        return next((one for one in alike if not is_past(group.last_day(one[0]), self.as_of)), alike[0])

    def _case(self, found: Findings) -> _Case:
        """Where one case stands; who has died by the day of asking is counted, but asked for nothing more."""
        case = self._placed(found)
        if case.status in _ASKING and self.as_of is not None and found.record.has_died_by(self.as_of):
            return _Case(case.populations, GapStatus.NOT_APPLICABLE, lambda: "the patient has died")
        return case

    def _placed(self, found: Findings) -> _Case:
        """What the record cannot say counts in no population, as null in CQL."""
        group = self.group
        member = group.initial_population.met(found)
        if not member:
            return self._outside(found, (0, 0, 0, 0, 0), group.initial_population, member)
        if group.denominator is not None:
            counted = group.denominator.met(found)
            if not counted:
                return self._outside(found, (1, 0, 0, 0, 0), group.denominator, counted)
        excluded = group.exclusions.met(found)
        if excluded:
            why = partial(says, group.exclusions, found, "excluded: ")
            return _Case((1, 1, 1, 0, 0), GapStatus.NOT_APPLICABLE, why)
        return self._inside(found, excluded)

    def _inside(self, found: Findings, excluded: bool | None) -> _Case:
        """A case in the denominator that no exclusion takes out, as far as the record can say."""
        group = self.group
        numerator = group.numerator.met(found)
        excepted = False if numerator else group.exceptions.met(found)
        row = (1, 1, 0, int(numerator is True), int(excepted is True))
        if excluded is None:
            return _Case(row, GapStatus.UNKNOWN, partial(cannot_say, group.exclusions, found))
        if numerator is self.wanted:
            return _Case(row, GapStatus.CLOSED, lambda: "met")
        if excepted:
            why = partial(says, group.exceptions, found, "exception: ")
            return _Case(row, GapStatus.NOT_APPLICABLE, why)
        if numerator is None:
            return _Case(row, GapStatus.UNKNOWN, partial(cannot_say, group.numerator, found))
        if excepted is None:
            return _Case(row, GapStatus.UNKNOWN, partial(cannot_say, group.exceptions, found))
        steps = group.numerator.steps(found, self.wanted)
        due_from = group.first_day(found) if self.as_of else None
        if due_from is not None and self.as_of is not None and self.as_of < due_from:
            return _Case(row, GapStatus.PROSPECTIVE, partial(to_do, steps, f"due from {due_from}: "), steps)
        return _Case(row, GapStatus.OPEN, partial(to_do, steps), steps)

    def _outside(
        self, found: Findings, row: tuple[int, ...], population: Logic, member: bool | None
    ) -> _Case:
        """A case outside the population: prospective while the period may still bring what is missing."""
        if member is None:
            return _Case(row, GapStatus.UNKNOWN, partial(cannot_say, population, found))
        if self.as_of is not None and self.as_of <= found.period.end and self._is_expected(found):
            steps = self.group.numerator.steps(found, self.wanted)
            if steps:
                why = partial(to_do, steps, "due at the next visit: ")
                return _Case(row, GapStatus.PROSPECTIVE, why, steps)
        return _Case(row, GapStatus.NOT_APPLICABLE, partial(not_in_it, population, found))

    def _is_expected(self, found: Findings) -> bool:
        group = self.group
        return (
            group.expected.met(found) is True
            and not is_past(group.last_day(found), self.as_of)
            and group.exclusions.met(found) is False
            and group.numerator.met(found) is not self.wanted
        )


class _Case(NamedTuple):
    """One patient, or one episode: in which POPULATIONS it counts, and what that means."""

    populations: tuple[int, ...]
    status: GapStatus
    why: Callable[[], str]
    next_steps: tuple[Criterion, ...] = ()


def _count(cases: Sequence[_Case]) -> dict[str, int]:
    if len(cases) == 1:
        return dict(zip(POPULATIONS, cases[0].populations, strict=True))
    return {name: sum(case.populations[i] for case in cases) for i, name in enumerate(POPULATIONS)}
