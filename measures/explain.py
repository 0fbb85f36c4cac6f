"""A measure's word on a patient, in sentences a clinician trusts.

Why the patient is in the measure; the evidence that comes nearest and why it is not enough; what would close
the gap, as alternatives and never as something to undo; until when; what to chart where an exception applies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from measures.criteria import Criterion, Logic
from measures.event import Event
from measures.events import Events
from measures.group import GapStatus
from measures.measure import MeasureResult
from measures.needs import codes_of_criteria
from measures.orders.named_facts import named_facts
from measures.orders.no_result import tells
from measures.shapes import UNREADABLE, Standing
from measures.time import before

NO_LOINC = "has no LOINC code, so the measure does not count it"

_MOST_EVENTS = 4  # of one criterion; the latest say the most


@dataclass(frozen=True)
class Proof:
    """A criterion that is met and the events that prove it, the latest first; none where none could (age)."""

    criterion: Criterion
    events: tuple[Event, ...]


@dataclass(frozen=True)
class NearMiss:
    """What comes nearest to a step still to be taken, and why it is not enough."""

    criterion: Criterion
    event: Event
    why: str


@dataclass(frozen=True)
class Explanation:
    """The parts of the explanation, for a page or a card to lay out; `sentences` tells it in plain words."""

    result: MeasureResult
    membership: tuple[Proof, ...]
    done: tuple[Proof, ...]
    nearest: tuple[NearMiss, ...]
    to_close: tuple[str, ...]
    deadline: date | None
    can_close_today: bool
    ways_out: tuple[str, ...]

    @property
    def is_late(self) -> bool:
        """Whether what is still to do counts no more: its last day has passed, the need for it has not."""
        return self.deadline is not None and bool(self.to_close) and not self.can_close_today

    def sentences(self) -> list[str]:
        measure, status = self.result.measure, self.result.status
        due_from = self.result.foremost.due_from if status is GapStatus.PROSPECTIVE else None
        said = [f"{measure.title}: {f'due from {due_from}' if due_from else _STATUS[status]}."]
        if status in (GapStatus.UNKNOWN, GapStatus.NOT_APPLICABLE):
            said.append(_sentence(self.result.reason))
        said += [_sentence(f"in the measure: {_proof(proof)}") for proof in self.membership]
        said += [_sentence(_proof(proof)) for proof in self.done]
        said += [
            _sentence(f"nearest: {_told(miss.event)}" + (f": {miss.why}" if miss.why else ""))
            for miss in self.nearest
        ]
        if self.to_close:
            begins = "still to do" if self.is_late else "to close it"
            said.append(_sentence(f"{begins}: " + "; or ".join(_lower(step) for step in self.to_close)))
        if self.deadline and self.to_close:
            closable = "it can be closed today" if self.can_close_today else "that day has passed"
            said.append(_sentence(f"by {self.deadline.isoformat()}; {closable}"))
        return said + [_sentence(way) for way in self.ways_out]


_STATUS = {
    GapStatus.OPEN: "open gap",
    GapStatus.CLOSED: "closed",
    GapStatus.PROSPECTIVE: "due at the next visit",
    GapStatus.NOT_APPLICABLE: "does not apply",
    GapStatus.UNKNOWN: "the record cannot say",
}


def explain(result: MeasureResult, as_of: date) -> Explanation:
    """The explanation of the foremost rate of a result, as of a day."""
    foremost = result.foremost
    group, steps = foremost.group, foremost.next_steps
    wanting = result.status in (GapStatus.OPEN, GapStatus.PROSPECTIVE)
    deadline = foremost.deadline or result.period.end
    outs = (group.exclusions, group.exceptions) if wanting else ()
    return Explanation(
        result=result,
        membership=_proofs(result, (group.initial_population,)),
        done=_proofs(result, (group.numerator, group.exclusions, group.exceptions)),
        nearest=tuple(_near_misses(result, steps)) if wanting else (),
        to_close=tuple(dict.fromkeys(s.do for s in steps if s.do)) or tuple(s.says for s in steps),
        deadline=deadline if wanting else None,
        can_close_today=wanting and as_of <= deadline,
        ways_out=tuple(dict.fromkeys(leaf.chart for tree in outs for leaf in tree.leaves() if leaf.chart)),
    )


def _proofs(result: MeasureResult, trees: Iterable[Logic]) -> tuple[Proof, ...]:
    found = result.foremost.found
    leaves = dict.fromkeys(leaf for tree in trees for leaf in tree.leaves())
    return tuple(
        Proof(leaf, tuple(_latest_first(finding.evidence)[:_MOST_EVENTS]))
        for leaf in leaves
        if (finding := found.known(leaf)) is not None and finding.met
    )


def _near_misses(result: MeasureResult, steps: Iterable[Criterion]) -> Iterator[NearMiss]:
    found = result.foremost.found
    shown: set[Event] = set()
    for step in steps:
        for event in (*found.nearest(step), *found[step].maybe):
            if event not in shown:
                shown.add(event)
                yield NearMiss(step, event, _why_not(step, event, result))
    for step in steps:
        by_name = uncounted(result, step)
        if by_name is not None and by_name not in shown:
            shown.add(by_name)
            yield NearMiss(step, by_name, NO_LOINC)


def uncounted(result: MeasureResult, step: Criterion) -> Event | None:
    """The latest result of the period that by its name is what a step asks for, with a code of a laboratory's
    own, where it is newer than any that counts: measures stay as their stewards define them, and say so.
    """
    record = result.foremost.found.record
    facts = [fact for fact in named_facts(record, "Observation") if fact.is_sure]
    codes = codes_of_criteria([step], record.vocabulary) if facts else frozenset()
    meant = Events(fact.event for fact in facts if not codes.isdisjoint(fact.codes))
    done = meant.where(lambda event: event.standing is Standing.DONE and tells(event.source))
    lately = Events(done.concluding(result.period).sure).latest(at=lambda one: one.concluded)
    counted = result.foremost.found.nearest(step) if lately.sure else ()
    is_newest = all(before(one.concluded, lately[0].concluded) for one in counted)
    return lately[0] if lately.sure and is_newest else None


def _why_not(step: Criterion, event: Event, result: MeasureResult) -> str:
    """In the measure's own words, else by its date alone."""
    found = result.foremost.found
    try:
        said = step.why_not(event, found.record, result.period) if step.why_not else ""
    except UNREADABLE as error:
        event.name_problem(f"cannot be read ({error})")
        return "part of it cannot be read"
    if said:
        return said
    if event.day is None:
        return "its date is missing or too coarse"
    if event.day < result.period.start:
        return f"before {result.period.start.isoformat()}"
    return f"after {result.period.end.isoformat()}" if event.day > result.period.end else ""


def _latest_first(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.start.latest, reverse=True)


def _proof(proof: Proof) -> str:
    if not proof.events:
        return proof.criterion.says
    return f"{proof.criterion.says} ({', '.join(map(_told, proof.events))})"


def _told(event: Event) -> str:
    value = event.value_text
    return f"{event.display}{' ' + value if value else ''} {event.on_date} [{event.reference}]"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def _lower(words: str) -> str:
    """Begin small inside a sentence, unless the first word is an abbreviation."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]
