"""Order checks: what an order about to be signed may run against, and what mends it.

A check is asked of each draft it concerns. Its criteria are the measures' own leaves, three-valued, with
Events as evidence: `test(patient, today)` of the patient, or `test(patient, today, draft)` of one draft.
There `patient` is a SigningRecord and `today` the Period of the one day of signing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from functools import cached_property

from measures.criteria import Criterion, Findings, Logic, episode_criterion
from measures.discretion import names_substance_use
from measures.event import Event
from measures.events import Events
from measures.gather import State
from measures.needs import kinds_among, reached_from
from measures.orders.drafts import NO_SITE, DraftOrders, SigningRecord, Site
from measures.orders.finding import FIGURES, PARTS, Missing, OrderFinding, due_words
from measures.orders.mends import ALWAYS, LOWER, REMOVE, Mend, Need
from measures.record import PatientRecord
from measures.shapes import UNREADABLE
from measures.terminology import UnknownValueSet, ValueSet
from measures.time import Period

__all__ = [
    "ALWAYS",
    "CURRENT",
    "LOWER",
    "REMOVE",
    "Citation",
    "Kind",
    "Mend",
    "Need",
    "OrderCheck",
    "Severity",
    "draft_criterion",
]

Concerned = Callable[[SigningRecord, Period], Events]
Figure = Callable[[SigningRecord, Period, Event], str]
Notes = Callable[[SigningRecord, Period, Event], Iterable[str]]

draft_criterion = episode_criterion
"""Name a leaf that is asked of each draft: `test(patient, today, draft)`."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Severity(StrEnum):
    """The indicators of a CDS Hooks card. Critical is kept for what can kill within days."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Kind(IntEnum):
    """What a check warns of, the most pressing first: so warnings of one severity are ranked."""

    DANGER = 0  # harm within days: an interaction, what is contraindicated, a treatment that stops
    UNFIT = 1  # too high a dose, or not for a patient like this
    DUE = 2  # a test, an assessment or a fill is missing
    HOUSEKEEPING = 3


CURRENT = "current"
"""Of a label, which is revised without a new name: what it says of this has stood through its revisions."""


@dataclass(frozen=True)
class Citation:
    """Whose word a check is, and of when."""

    source: str
    date: str  # as much of it as the source gives: "2022-11", "2020"; or CURRENT

    def __str__(self) -> str:
        return f"{self.source} ({self.date})"


_GRAVEST_FIRST = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, kw_only=True)
class OrderCheck:
    """One check.

    It is due on a draft it `concerns` when `when` is met and, if it has `needs`, one of them certainly is not
    met. Of several texts in `says` the first whose placeholders can be filled is used: `{draft.name}`,
    `{patient.age}`, `{missing}`, `{criterion.name}` (also date, since, value, says), and its own `figures`.
    `notes` say how doses were read.
    A check that is not `on` is an installation's to switch on. Raises ValueError for what cannot be filled,
    and for substance use named outside the detail.
    """

    id: str
    title: str
    version: str
    citations: tuple[Citation, ...]
    severity: Severity
    kind: Kind
    concerns: Concerned
    when: Logic = ALWAYS
    says: tuple[str, ...]
    detail: str = ""
    needs: tuple[Need, ...] = ()
    mends: tuple[Mend, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict, repr=False)
    notes: Notes | None = field(default=None, repr=False)
    on: bool = True
    criteria: Mapping[str, Criterion] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        named: dict[str, Criterion] = {}
        for leaf in self._leaves():
            if leaf is not ALWAYS and named.setdefault(leaf.name, leaf) is not leaf:
                raise ValueError(f"{self.id}: two criteria are called {leaf.name!r}; rename one")
        object.__setattr__(self, "criteria", named)
        known = {*FIGURES, *self.figures, *(f"{name}.{part}" for name in named for part in PARTS)}
        for text in (*self.says, self.detail):
            for name in placeholders(text):
                if name not in known:
                    raise ValueError(
                        f"{self.id}: nothing fills {{{name}}}; known: {', '.join(sorted(known))}"
                    )
        for text in self.read_along:
            if word := names_substance_use(text):
                raise ValueError(f"{self.id}: {text!r} names substance use ({word}); say it in the detail")

    @property
    def rank(self) -> tuple[int, int, str]:
        """Less is told first: by severity, then by kind."""
        return _GRAVEST_FIRST.index(self.severity), self.kind, self.id

    @property
    def read_along(self) -> Iterator[str]:
        """The texts that stand where others can read them: all but the detail."""
        yield from (self.title, *self.says, *(mend.label for mend in self.mends))
        yield from (need.what for need in self.needs if need.add or "{missing}" in "".join(self.says))
        yield from (need.added for need in self.needs if need.add)

    @cached_property
    def value_sets(self) -> frozenset[ValueSet]:
        """Every value set that the check asks for."""
        return frozenset(thing for thing in self._reached() if isinstance(thing, ValueSet))

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The resource types of the record that the check asks for, besides the drafts."""
        return kinds_among(self._reached())

    def _reached(self) -> set[object]:
        return reached_from(tuple(self.criteria.values()), self.concerns, tuple(self.figures.values()))

    def _leaves(self) -> Iterator[Criterion]:
        yield from self.when.leaves()
        for need in self.needs:
            yield from need.leaves
        for mend in self.mends:
            if mend.unless is not None:
                yield from mend.unless.leaves()

    def judge(
        self, record: PatientRecord, drafts: DraftOrders, as_of: date, site: Site = NO_SITE
    ) -> tuple[OrderFinding, ...]:
        """What the check finds in these drafts on the day of signing: what is due, and what cannot be told.

        Drafts that run against the same thing are one finding. A value set that is not loaded makes it
        unknown.
        """
        return self.judge_signing(SigningRecord(record, drafts, site), as_of)

    def judge_signing(self, patient: SigningRecord, as_of: date) -> tuple[OrderFinding, ...]:
        """The same, of a signing that other checks are asked of too."""
        today = Period(as_of, as_of)
        of_patient = Findings(patient, today)
        try:
            concerned = self.concerns(patient, today)
            findings = [self._carefully(of_patient.for_episode(draft), draft) for draft in concerned.sure]
        except UnknownValueSet as missing:
            return (OrderFinding(self, None, why_unknown=str(missing)),)
        return _merged(finding for finding in findings if finding is not None)

    def _carefully(self, found: Findings, draft: Event) -> OrderFinding | None:
        """The same, but a draft that is too broken to be read costs only itself and is named."""
        try:
            return self._judge(found, draft)
        except UNREADABLE as error:
            draft.name_problem(f"{self.id} cannot read it ({error})")
            return OrderFinding(self, None, (draft,), why_unknown=f"cannot be read: {draft.reference}")

    def _judge(self, found: Findings, draft: Event) -> OrderFinding | None:
        met = self.when.met(found)
        if met is False:
            return None
        if self.needs:
            there = [need.met.met(found) for need in self.needs]
            if all(there):
                return None
            met = met if False in there else None
        if met is None:
            return OrderFinding(self, None, (draft,), why_unknown=self._cannot_say(found), found=found)
        return OrderFinding(self, True, (draft,), self._evidence(found), self._missing(found), found=found)

    def _evidence(self, found: Findings) -> tuple[Event, ...]:
        """The events behind what is met, each once, without the draft itself."""
        asked = [found.known(leaf) for leaf in self.when.leaves()]
        events = (event for finding in asked if finding and finding.met for event in finding.evidence)
        return tuple(event for event in dict.fromkeys(events) if event is not found.episode)

    def _missing(self, found: Findings) -> tuple[Missing, ...]:
        missing = []
        for need in self.needs:
            if need.met.met(found) is False:
                nearest = found.nearest(need.criterion)
                last = nearest[0] if nearest else None
                missing.append(Missing(need, last, _missing_words(need, last, found)))
        return tuple(missing)

    def _cannot_say(self, found: Findings) -> str:
        asked = (found.known(leaf) for leaf in self._leaves())
        reasons = (f.why_unknown or f.criterion.says for f in asked if f and f.met is None)
        return "; ".join(dict.fromkeys(reasons))


def _missing_words(need: Need, last: Event | None, found: Findings) -> str:
    """What is lacking and since when; where it may be filed in what was not read, that nobody knows."""
    said = due_words(need.what, need.due, last, found.period.end)
    if not need.elsewhere or found.record.gathered.state(need.elsewhere) is State.GATHERED:
        return said
    kind = f"{_CAMEL.sub(' ', need.elsewhere).lower()}s"
    return f"{said}, {kind} not read" if last else f"no {need.what} known, {kind} were not read"


def placeholders(text: str) -> Iterator[str]:
    """The names between braces, in order."""
    yield from _PLACEHOLDER.findall(text)


def _merged(findings: Iterator[OrderFinding]) -> tuple[OrderFinding, ...]:
    """Drafts that lack the same, or that run against one another, told once."""
    told: dict[object, OrderFinding] = {}
    for finding in findings:
        before = told.get(finding.subject)
        told[finding.subject] = before.together_with(finding) if before else finding
    found = tuple(told.values())
    if len(found) < 3:
        return found
    about = [set(one.about) if one.due and not one.missing else set() for one in found]
    return tuple(one for one, words in zip(found, about, strict=True) if not _is_told_apart(words, about))


def _is_told_apart(words: set[str], every: Iterable[set[str]]) -> bool:
    """Whether smaller findings say together what this one does: of lithium ordered with an NSAID and an ACE
    inhibitor the two pairs are told, each with the order to remove.
    """
    smaller = [others for others in every if others < words]
    return bool(smaller) and set().union(*smaller) == words
