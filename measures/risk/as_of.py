"""The record as it stood on a day: nothing dated later exists, nothing that was still open has an end.

Statuses have no date of their own: "finished", "resolved" or "stopped" may have been set long after the day
asked about. So they are not read here, but for those that say a thing never was (cancelled, entered in
error). A thing counts from the later of when it happened and when it was written down: a diagnosis recorded
in May with an onset in March was not known in April, nor a visit whose claim came in May.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeVar

from measures.claims import KNOWN_FROM
from measures.event import Event
from measures.gather import State
from measures.record import PatientRecord
from measures.risk.concepts import Concepts, concepts_in
from measures.shapes import status_code
from measures.terminology import Code
from measures.time import DAY, day_instant, read_instant

Found = TypeVar("Found")

# When each type was written down, where it says so apart from when it happened.
_RECORDED = {
    "Condition": ("recordedDate", "assertedDate"),
    "AllergyIntolerance": ("recordedDate", "assertedDate"),
    "Observation": ("issued",),
}
_NEVER_WAS = frozenset(
    {"entered-in-error", "refuted", "cancelled", "planned", "draft", "proposed", "not-done", "preparation"}
)
NEVER = 2**61
"""A day that never comes: of what is not known on any day."""


class Fact(NamedTuple):
    """An event with its days counted from 1970: when it was known, and its end (None: none given)."""

    day: int
    end: int | None
    event: Event


class Timeline:
    """All facts of a record, dated once, so that many days can be asked about."""

    def __init__(self, record: PatientRecord) -> None:
        self.record = record
        self.concepts: Concepts = concepts_in(record.vocabulary)
        self._of_kind: dict[str, tuple[Fact, ...]] = {}
        self._coded: dict[tuple[Code, ...], tuple[Fact, ...]] = {}
        self._moments: dict[str, int] = {}

    def _dated(self, events: Iterable[Event]) -> tuple[Fact, ...]:
        facts = [fact for event in events if (fact := self._fact(event)) is not None]
        facts.sort(key=lambda fact: fact.day)
        return tuple(facts)

    def _fact(self, event: Event) -> Fact | None:
        source = event.source
        never_was = event.kind != "Appointment" and event.status in _NEVER_WAS
        if never_was or source.get("doNotPerform") is True:
            return None
        if "verificationStatus" in source and status_code(source, "verificationStatus") in _NEVER_WAS:
            return None
        when = event.when
        start = known = when.start.latest
        for element in _RECORDED.get(event.kind, ()):
            if element in source:
                known = max(known, self._written_down(event, element))
        if "extension" in source:
            known = max(known, _known_from(source["extension"]))
        end = when.end.latest
        return Fact(min(known // DAY, NEVER), None if end >= NEVER or end == start else end // DAY, event)

    def _written_down(self, event: Event, element: str) -> int:
        """The moment an element says; many resources of a record were written down at the same one."""
        text = event.source[element]
        if not isinstance(text, str):
            return event.dated(element).start.latest
        moment = self._moments.get(text)
        if moment is None:
            try:
                moment = read_instant(text, event.reading.zone).latest
            except ValueError:  # unreadable: the event names it as a problem
                moment = event.dated(element).start.latest
            self._moments[text] = moment
        return moment

    def of(self, kind: str) -> tuple[Fact, ...]:
        """All of a type but what never was, in the order in which they became known."""
        found = self._of_kind.get(kind)
        if found is None:
            found = self._of_kind[kind] = self._dated(self.record.every(kind).sure)
        return found

    def observed(self, *codes: Code) -> tuple[Fact, ...]:
        """Results with one of the codes."""
        found = self._coded.get(codes)
        if found is None:
            found = self._coded[codes] = self._dated(self.record.find("Observation", codes, None).sure)
        return found


def timeline(record: PatientRecord) -> Timeline:
    """The record's timeline, made once."""
    return record.remember(Timeline, lambda: Timeline(record))


def _known_from(extensions: object) -> int:
    """The moment from which a claim's fact was known; 0 for what is no claim's."""
    for one in extensions if isinstance(extensions, list) else ():
        if isinstance(one, Mapping) and one.get("url") == KNOWN_FROM:
            try:
                return day_instant(date.fromisoformat(str(one.get("valueDate")))).earliest
            except ValueError:
                return NEVER * DAY  # a day that cannot be read may be any day: the fact is left out
    return 0


class Known:
    """What was known of one patient at the end of a day; `today` is that day counted from 1970."""

    def __init__(self, record: PatientRecord, day: date) -> None:
        self.record = record
        self.day = day
        self.timeline = timeline(record)
        self.concepts = self.timeline.concepts
        self.today = day_instant(day).earliest // DAY
        self._remembered: dict[object, Any] = {}
        self._gathered: dict[tuple[str, ...], bool] = {}

    def remember(self, question: object, answer: Callable[[], Found]) -> Found:
        """What several features ask, worked out once for this day."""
        if question not in self._remembered:
            self._remembered[question] = answer()
        return self._remembered[question]  # type: ignore[no-any-return]

    def gathered(self, *kinds: str) -> bool:
        """Whether the record was asked for all of these types, and answered."""
        told = self._gathered.get(kinds)
        if told is None:
            states = self.record.gathered
            told = all(kind == "Patient" or states.state(kind) is State.GATHERED for kind in kinds)
            self._gathered[kinds] = told
        return told

    def of(self, kind: str) -> tuple[Fact, ...]:
        """Those of a type that were known, the latest last; of what had not ended, no end."""
        return self.remember(kind, lambda: tuple(self._known(self.timeline.of(kind))))

    def observed(self, *codes: Code) -> tuple[Fact, ...]:
        """Results with one of the codes that were known, the latest last."""
        return tuple(self._known(self.timeline.observed(*codes)))

    def _known(self, facts: tuple[Fact, ...]) -> Iterator[Fact]:
        today = self.today
        for fact in facts:
            if fact.day > today:
                return
            yield fact if fact.end is None or fact.end <= today else fact._replace(end=None)

    def ago(self, fact: Fact) -> int:
        """Days from when it was known to this day."""
        return self.today - fact.day

    def within(self, facts: Iterable[Fact], days: int) -> list[Fact]:
        """Those of the last so many days, this day included: with 7, today and the 6 days before it."""
        first = self.today - days + 1
        return [fact for fact in facts if fact.day >= first]
