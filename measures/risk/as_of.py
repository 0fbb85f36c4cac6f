"""The record as it stood on a day: nothing dated later exists, nothing that was still open has an end.

Statuses have no date of their own: "finished", "resolved" or "stopped" may have been set long after the day
asked about. So they are not read here, but for those that say a thing never was (cancelled, entered in
error, one of several diagnoses thought of), and where they are known to be of the day (`Known.tells_status`):
the record was just read, or the resource was not changed since. A thing counts from the later of when it
happened and when it was written down: a diagnosis recorded in May with an onset in March was not known in
April, nor a visit whose claim came in May, nor a result before the end of the time it was taken over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeVar

from measures.claims import KNOWN_FROM
from measures.event import Event
from measures.gather import State
from measures.record import PatientRecord
from measures.risk.concepts import Concepts, concepts_in
from measures.shapes import UNREADABLE, extensions
from measures.statuses import status_code
from measures.terminology import Code
from measures.time import DAY, day_instant

Found = TypeVar("Found")
Other = TypeVar("Other")

# When each type was written down, where it says so apart from when it happened.
_RECORDED = {
    "Condition": ("recordedDate", "assertedDate"),
    "AllergyIntolerance": ("recordedDate", "assertedDate"),
    "Observation": ("issued",),
}
_NEVER_WAS = frozenset(
    {
        "entered-in-error", "refuted", "differential", "cancelled", "planned", "draft", "proposed",
        "not-done", "preparation",
    }
)  # fmt: skip
NEVER = 2**61
"""A day that never comes: of what is not known on any day."""


class Fact(NamedTuple):
    """An event with its days counted from 1970: when it was known, and its end (None: none given)."""

    day: int
    end: int | None
    event: Event


def facts(record: PatientRecord, kind: str) -> tuple[Fact, ...]:
    """All of a type but what never was, in the order in which they became known; dated once, so that many
    days can be asked about. What cannot be read is left out, and named among the record's problems.

    What a record remembers must not hold the record: it would outlive its call until the collector comes.
    """
    return record.remember(
        (Fact, kind), lambda: _dated(event for event in record.every(kind).sure if event.is_coded)
    )


def observed(record: PatientRecord, codes: tuple[Code, ...]) -> tuple[Fact, ...]:
    """Results with one of the codes, likewise."""
    return record.remember((Fact, codes), lambda: _dated(record.find("Observation", codes, None).sure))


def by_medicine(record: PatientRecord, kind: str) -> Mapping[str, list[Fact]]:
    """The orders or supplies of one type, by the medicines of `concepts.yaml` they are for, likewise."""

    def found() -> dict[str, list[Fact]]:
        concepts = concepts_in(record.vocabulary)
        of_medicine: dict[str, list[Fact]] = {}
        for fact in facts(record, kind):
            for medicine in concepts.of_medicine(fact.event):
                of_medicine.setdefault(medicine, []).append(fact)
        return of_medicine

    return record.remember((Concepts, kind), found)


def left_out(event: Event, error: Exception) -> None:
    """Name an event that cannot be read among the record's problems."""
    event.name_problem(f"cannot be read ({error}); it is left out of the risk")


def _dated(events: Iterable[Event]) -> tuple[Fact, ...]:
    facts = [_fact(event) for event in events if not _never_was(event)]
    facts.sort(key=lambda fact: fact.day)
    return tuple(facts)


def _never_was(event: Event) -> bool:
    source = event.source
    if event.kind != "Appointment" and event.status in _NEVER_WAS:
        return True
    if source.get("doNotPerform") is True:
        return True
    return "verificationStatus" in source and status_code(source, "verificationStatus") in _NEVER_WAS


def _fact(event: Event) -> Fact:
    (_, began), (_, end) = event.when
    known = max(began, end) if event.kind == "Observation" and end < NEVER else began
    for element in _RECORDED.get(event.kind, ()):
        if element in event.source:
            known = max(known, event.dated(element).start.latest)
    if "extension" in event.source:
        known = max(known, _known_from(event))
    return Fact(min(known // DAY, NEVER), None if end >= NEVER or end == began else end // DAY, event)


def _known_from(event: Event) -> int:
    """The moment from which a claim's fact was known; 0 for what is no claim's."""
    for one in extensions(event.source):
        if one.get("url") == KNOWN_FROM:
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
        self.concepts: Concepts = concepts_in(record.vocabulary)
        self.today = day_instant(day).earliest // DAY
        self._remembered: dict[object, Any] = {}
        self._gathered: dict[tuple[str, ...], bool] = {}

    def remember(self, question: object, answer: Callable[[], Found]) -> Found:
        """What several features ask, worked out once for this day."""
        if question not in self._remembered:
            self._remembered[question] = answer()
        return self._remembered[question]  # type: ignore[no-any-return]

    def once(
        self, question: object, read: Callable[[Event], Found], otherwise: Other
    ) -> Callable[[Event], Found | Other]:
        """What is read of an event, worked out once a record for all the days that are asked about; of one
        that cannot be read `otherwise`, and a problem of the record.

        The record remembers the answers and not `read`, which may hold the record.
        """
        answers: dict[Event, Found | Other] = self.record.remember((Known, question), dict)

        def answer(event: Event) -> Found | Other:
            if event not in answers:
                try:
                    answers[event] = read(event)
                except UNREADABLE as error:
                    left_out(event, error)
                    answers[event] = otherwise
            return answers[event]

        return answer

    def gathered(self, *kinds: str) -> bool:
        """Whether the record was asked for all of these types, and answered."""
        told = self._gathered.get(kinds)
        if told is None:
            states = self.record.gathered
            told = all(kind == "Patient" or states.state(kind) is State.GATHERED for kind in kinds)
            self._gathered[kinds] = told
        return told

    def tells_status(self, event: Event) -> bool:
        """Whether the status of a resource is that of this day. Of a record read from its source today also a
        day before is told by today's statuses: what was resolved since must not look like a fall of the risk.
        """
        if self.record.read_on is not None:
            return True
        meta = event.source.get("meta")
        changed = meta.get("lastUpdated") if isinstance(meta, Mapping) else None
        return isinstance(changed, str) and "" < changed[:10] <= self.day.isoformat()

    def of(self, kind: str) -> tuple[Fact, ...]:
        """Those of a type that were known, the latest last; of what had not ended, no end."""
        return self.remember(kind, lambda: tuple(self._known(facts(self.record, kind))))

    def observed(self, *codes: Code) -> tuple[Fact, ...]:
        """Results with one of the codes that were known, the latest last."""
        return tuple(self._known(observed(self.record, codes)))

    def of_medicine(self, kind: str, medicine: str) -> list[Fact]:
        """The orders or supplies (`kind`) of one medicine that were known, the latest last."""
        return self._known(by_medicine(self.record, kind).get(medicine, ()))

    def _known(self, facts: Iterable[Fact]) -> list[Fact]:
        today = self.today
        return [
            fact if fact.end is None or fact.end <= today else Fact(fact.day, None, fact.event)
            for fact in facts
            if fact.day <= today
        ]

    def ago(self, fact: Fact) -> int:
        """Days from when it was known to this day."""
        return self.today - fact.day

    def within(self, facts: Iterable[Fact], days: int) -> list[Fact]:
        """Those of the last so many days, this day included: with 7, today and the 6 days before it."""
        first = self.today - days + 1
        return [fact for fact in facts if fact.day >= first]
