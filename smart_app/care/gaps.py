"""Quality gaps as a clinician reads them: what is open, why, on what evidence, and what would close it.

What the record cannot say is never called a gap: it has a group and a wording of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from measures.criteria import NEVER, Finding, Logic
from measures.event import Event
from measures.explain import Explanation, NearMiss, explain
from measures.gather import State
from measures.group import Group
from measures.measure import GapStatus, MeasureResult
from measures.programme import built_in, counting_for
from measures.terminology import UnknownValueSet, Vocabulary
from smart_app.care.facts import Fact, fact
from smart_app.care.states import kind_words
from smart_app.care.wording import say_day

STATUS_WORDS: Mapping[GapStatus, str] = {
    GapStatus.OPEN: "open",
    GapStatus.PROSPECTIVE: "prospective",
    GapStatus.UNKNOWN: "unknown",
    GapStatus.CLOSED: "closed",
    GapStatus.NOT_APPLICABLE: "not applicable",
}
SHOWN_AT_ONCE = 4  # open gaps; the rest is folded, and counted in the headline
_ANYBODYS = frozenset({"Patient", "Encounter"})  # a measure of whoever comes asks for no more than these
_MOST_FACTS = 2  # for each criterion; the latest say the most


@dataclass(frozen=True)
class Evidence:
    """The facts behind one criterion."""

    says: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Near:
    """What comes closest to closing the gap, and why it is not enough."""

    fact: Fact
    why: str


@dataclass(frozen=True)
class Gap:
    """One measure's word on this patient. `closes` are alternatives; each is something to do, never to undo.

    `nearest` comes closest to what would close it, `evidence` is what was met, `membership` is why the
    measure applies, `ways_out` what to chart where it does not. `until` says until when it can be closed,
    where that is not the end of the period. `wants` is what keeps the record from saying, when it cannot.
    """

    id: str
    title: str
    status: GapStatus
    reason: str
    nearest: tuple[Near, ...]
    evidence: tuple[Fact, ...]
    membership: tuple[Evidence, ...]
    closes: tuple[str, ...]
    ways_out: tuple[str, ...]
    until: str
    late: bool
    wants: tuple[str, ...]
    footnote: str

    @property
    def word(self) -> str:
        return STATUS_WORDS[self.status]


@dataclass(frozen=True)
class Gaps:
    """All measures' words, by what they ask for. `warning` is set where nothing of it may be reported."""

    open: tuple[Gap, ...]
    prospective: tuple[Gap, ...]
    unknown: tuple[Gap, ...]
    closed: tuple[Gap, ...]
    not_applicable: tuple[Gap, ...]
    warning: str
    vocabulary: str

    @property
    def first(self) -> tuple[Gap, ...]:
        return self.open[:SHOWN_AT_ONCE]

    @property
    def more(self) -> tuple[Gap, ...]:
        return self.open[SHOWN_AT_ONCE:]

    @property
    def headline(self) -> str:
        """ "2 open · 1 prospective"; "none open" only beside the count of those that cannot be told."""
        parts = [f"{len(self.open)} open"] if self.open else ["none open"]
        parts += [f"{len(self.prospective)} prospective"] if self.prospective else []
        parts += [f"{len(self.unknown)} cannot be told"] if self.unknown else []
        return " · ".join(parts)

    @property
    def cannot_say(self) -> Mapping[tuple[str, ...], list[Gap]]:
        """The unknown ones under what keeps the record from saying: one cause may silence many measures."""
        found: dict[tuple[str, ...], list[Gap]] = {}
        for gap in self.unknown:
            found.setdefault(gap.wants, []).append(gap)
        return found


def gaps(results: Mapping[str, MeasureResult], vocabulary: Vocabulary, today: date) -> Gaps:
    """Safety first, then behavioral health; there what ends soonest, and what this patient's own conditions
    and medicines ask for before what everybody is asked. Among each of them, what the measure does not count
    any more comes last: it is still to be done.
    """
    told = sorted((explain(result, today) for result in results.values()), key=_order)
    every = [_gap(one.result, one, today) for one in told]

    def of(status: GapStatus) -> tuple[Gap, ...]:
        return tuple(gap for gap in every if gap.status is status)

    return Gaps(
        open=of(GapStatus.OPEN),
        prospective=of(GapStatus.PROSPECTIVE),
        unknown=of(GapStatus.UNKNOWN),
        closed=of(GapStatus.CLOSED),
        not_applicable=of(GapStatus.NOT_APPLICABLE),
        warning="" if vocabulary.for_reporting else "not for reporting",
        vocabulary=vocabulary.label,
    )


def _order(told: Explanation) -> tuple[bool, bool, bool, date, bool]:
    result = told.result
    measure, foremost = result.measure, result.foremost
    own = any(event.kind not in _ANYBODYS for proof in told.membership for event in proof.events)
    ends = foremost.deadline or result.period.end
    return not measure.safety, not measure.behavioral, foremost.is_over, ends, not own


def _gap(result: MeasureResult, told: Explanation, today: date) -> Gap:
    measure, foremost = result.measure, result.foremost
    group = foremost.group
    near = tuple(_near(told.nearest, today))
    shown = {one.fact for one in near}
    evidence = _facts((event for proof in told.done for event in proof.events[:_MOST_FACTS]), today)
    return Gap(
        id=measure.id,
        title=f"{measure.title}: {group.title}" if group.title else measure.title,
        status=foremost.status,
        reason=foremost.reason[:1].upper() + foremost.reason[1:],
        nearest=near,
        evidence=tuple(fact for fact in evidence if fact not in shown),
        membership=tuple(
            Evidence(proof.criterion.says, _facts(proof.events[:_MOST_FACTS], today))
            for proof in told.membership
            if proof.events
        ),
        closes=told.to_close,
        ways_out=told.ways_out,
        until=_until(told, today),
        late=told.is_late,
        wants=_wants(result, group) if foremost.status is GapStatus.UNKNOWN else (),
        footnote=_footnote(result),
    )


def _near(misses: Iterable[NearMiss], today: date) -> Iterator[Near]:
    """Each fact once, with the first reason given for it."""
    shown: set[Fact] = set()
    for miss in misses:
        told = fact(miss.event, today)
        if told not in shown and len(shown) < _MOST_FACTS:
            shown.add(told)
            yield Near(told, miss.why)


def _until(told: Explanation, today: date) -> str:
    if told.deadline is None or told.deadline == told.result.period.end:
        return ""
    return (
        f"until {say_day(told.deadline, today)}"
        if told.can_close_today
        else f"was due {say_day(told.deadline, today)}, too late for the measure"
    )


def _footnote(result: MeasureResult) -> str:
    """Which measure of whom this is, until when it can be met, and what it counts for."""
    measure = result.measure
    name = f"{measure.id} {measure.version} · {measure.steward} · by {result.period.end.isoformat()}"
    programmes = counting_for(measure.id, built_in().values(), result.period.start.year)
    return f"{name} · counts for {', '.join(programmes)}" if programmes else name


def _wants(result: MeasureResult, group: Group) -> tuple[str, ...]:
    """What keeps the record from saying: types not read, or the criteria's own reasons. In the order
    judged.
    """
    denominator = NEVER if group.denominator is None else group.denominator
    member = (group.initial_population, denominator)
    for trees in (member, (group.exclusions,), (group.numerator,), (group.exceptions,)):
        unknown = [finding for finding in _findings(result, trees) if finding.met is None]
        unread = _unread(result, (kind for finding in unknown for kind in finding.unread))
        reasons = dict.fromkeys(finding.why_unknown for finding in unknown if not finding.unread)
        if unknown:
            return (*unread, *filter(None, reasons))
    episodes = result.measure.episodes
    unread = _unread(result, episodes(result.found.record, result.period).unread) if episodes else ()
    return unread or (result.reason,)


def _unread(result: MeasureResult, kinds: Iterable[str]) -> tuple[str, ...]:
    """Types that are still on their way, and those that will not come."""
    every = sorted(set(kinds), key=kind_words)
    awaited = [k for k in every if result.found.record.gathered.state(k) is State.AWAITED]
    lacking = [kind for kind in every if kind not in awaited]
    return tuple(
        f"{', '.join(map(kind_words, held))} {word}"
        for held, word in ((awaited, "being read"), (lacking, "not read"))
        if held
    )


def _findings(result: MeasureResult, trees: Iterable[Logic]) -> Iterator[Finding]:
    """What each leaf of the trees found, once; those about one episode, or without their value sets, are left
    out.
    """
    leaves = dict.fromkeys(leaf for tree in trees for leaf in tree.leaves() if not leaf.of_episode)
    for leaf in leaves:
        try:
            yield result.found[leaf]
        except UnknownValueSet:
            continue


def _facts(events: Iterable[Event], today: date) -> tuple[Fact, ...]:
    """Each fact once."""
    return tuple(dict.fromkeys(fact(event, today) for event in events))
