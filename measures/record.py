"""The patient's record: resources as received, indexed once by code and by every value set that holds the
code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, tzinfo
from functools import cached_property
from typing import Any, TypeVar

from measures.age import Age, Born
from measures.event import Event
from measures.events import Events, RecordCannotSay
from measures.gather import EVERYTHING, Gathered, State
from measures.shapes import SHAPES, Reading, Resource, Standing, codings
from measures.terminology import Code, CodeKey, UnknownValueSet, ValueSet, Vocabulary
from measures.time import UNKNOWN, Instant, Period, at_or_before, day_instant, read_instant
from measures.whose import name_of, owner_of

__all__ = ["Event", "Events", "PatientRecord", "Period", "RecordCannotSay"]

Answer = TypeVar("Answer")
Named = Code | ValueSet

SHARED_KINDS = frozenset({"Medication", "Location"})


class PatientRecord:
    """All that is known of one patient, from however many sources.

    `gathered` says of each resource type whether it was asked for and answered: a type that was not makes
    every question to it unknown. `zone` is the time zone whose calendar days count (the stewards' cases use
    UTC). `read_on` is the day on which all was read from its source, where that is known: what has no date of
    its own, such as a status, is as of that day. `problems` names what could not be read, or belongs to
    somebody else; it costs only itself. `sources` are the resources as received, by type and then by id.
    With `vouched_for` all resources are this patient's, whomever they name: for the stewards' cases, some of
    which were copied from another, never for data from an EHR. Raises ValueError when `patient` is no Patient
    with an id.
    """

    def __init__(
        self,
        patient: Resource,
        resources: Iterable[Resource],
        vocabulary: Vocabulary,
        *,
        gathered: Gathered = EVERYTHING,
        zone: tzinfo = UTC,
        read_on: date | None = None,
        vouched_for: bool = False,
    ) -> None:
        if patient.get("resourceType") != "Patient" or not isinstance(patient.get("id"), str):
            raise ValueError("a record needs a Patient resource with an id")
        self.patient = patient
        self.id: str = patient["id"]
        self.problems: list[str] = []
        self.born = self._read_birth_date()
        self.birth_date = self.born.first if self.born and self.born.first == self.born.last else None
        self.gathered = gathered
        self.vocabulary = vocabulary
        self.zone = zone
        self.read_on = read_on
        self._reading = Reading(zone, self.birth_date, self.problems)
        self._of_kind: dict[str, list[Event]] = {}
        self._by_name: dict[str, dict[str | CodeKey, list[Event]]] = {}
        self._asked: dict[tuple[str, tuple[Named, ...], Standing | None], Events] = {}
        self._remembered: dict[object, Any] = {}
        self._by_reference: dict[str, Resource] = {}  # Medications and Locations, which are nobody's own
        self._sort(resources, vouched_for)

    # -- asking ----------------------------------------------------------------------------------------------

    def age_on(self, day: date) -> int | Age:
        """The age in whole years, of one born in a known year or month as one of two; RecordCannotSay without
        a birth date, or with one nobody can have.
        """
        return self._born_or_unknown().age_on(day)

    def turns(self, years: int) -> Instant:
        """The moment of reaching an age; compared with an event's moment it tells the age then, three-valued.

        Raises RecordCannotSay without a birth date.
        """
        return self._born_or_unknown().turns(years)

    def _born_or_unknown(self) -> Born:
        if self.born is None:
            raise RecordCannotSay("the record has no birth date that can be read")
        return self.born

    @cached_property
    def died(self) -> Instant | None:
        """When the patient died, as far as the record says; None for one not known to have died."""
        text = self.patient.get("deceasedDateTime")
        if text is None:
            return UNKNOWN if self.patient.get("deceasedBoolean") is True else None
        try:
            return read_instant(text, self._reading.zone)
        except (TypeError, ValueError):
            self.problems.append(
                f"Patient/{self.id}: deceasedDateTime {text!r} is no date; it counts as unknown"
            )
            return UNKNOWN

    def has_died_by(self, day: date) -> bool:
        """Whether the record names a death that is not certainly later than the day."""
        return self.died is not None and at_or_before(self.died, day_instant(day)) is not False

    def conditions(self, *named: Named) -> Events:
        """Verified conditions: not refuted, not entered in error (a status need not be given)."""
        return self.find("Condition", named)

    def encounters(self, *named: Named) -> Events:
        """Finished encounters."""
        return self.find("Encounter", named)

    def observations(self, *named: Named) -> Events:
        """Observations final, amended or corrected."""
        return self.find("Observation", named)

    def observations_not_done(self, *named: Named) -> Events:
        """Observations that were to be made and were cancelled; `because` tells the reasons apart."""
        return self.find("Observation", named, Standing.NOT_DONE)

    def procedures(self, *named: Named) -> Events:
        """Completed procedures."""
        return self.find("Procedure", named)

    def procedures_not_done(self, *named: Named) -> Events:
        return self.find("Procedure", named, Standing.NOT_DONE)

    def service_requests(self, *named: Named) -> Events:
        """Active or completed orders and referrals."""
        return self.find("ServiceRequest", named)

    def service_requests_not_done(self, *named: Named) -> Events:
        return self.find("ServiceRequest", named, Standing.NOT_DONE)

    def medication_requests(self, *named: Named) -> Events:
        """Active or completed orders for medication."""
        return self.find("MedicationRequest", named)

    def medication_requests_not_done(self, *named: Named) -> Events:
        return self.find("MedicationRequest", named, Standing.NOT_DONE)

    def device_requests(self, *named: Named) -> Events:
        return self.find("DeviceRequest", named)

    def find(self, kind: str, named: tuple[Named, ...], held: Standing | None = Standing.DONE) -> Events:
        """Events of one type with one of the codes or value sets, and the given standing (None: any but
        errors).

        Raises UnknownValueSet when a value set is not loaded.
        """
        question = kind, named, held
        found = self._asked.get(question)
        if found is None:
            found = self._asked[question] = self._find(kind, named, held)
        return found

    def every(self, kind: str) -> Events:
        """All events of one type but those entered in error, coded or not."""
        return self._events([e for e in self.held(kind) if e.standing is not Standing.ERROR], kind)

    def held(self, kind: str) -> list[Event]:
        """All events of one type, those entered in error too."""
        events = self._of_kind.get(kind)
        if events is None:
            reading = self._reading
            events = [Event(kind, source, reading) for source in self.sources.get(kind, {}).values()]
            self._of_kind[kind] = events
        return events

    def kinds(self) -> tuple[str, ...]:
        """The resource types of which the record holds any."""
        return tuple(self.sources)

    def resources(self) -> Iterator[Resource]:
        """All but the Patient as received, those entered in error too."""
        for held in self.sources.values():
            yield from held.values()
        yield from self._by_reference.values()

    def by_reference(self, reference: str) -> Event | None:
        """The event a reference such as "Condition/c1" names, if the record holds it."""
        kind, _, identity = reference.rpartition("/")
        kind = kind.rpartition("/")[2]
        by_id: dict[str, Event] = self.remember(
            (PatientRecord.by_reference, kind),
            lambda: {event.id: event for event in reversed(self.held(kind))},
        )
        return by_id.get(identity)

    def referred_to(self, holder: Resource, reference: Resource | None) -> Resource | None:
        """The Medication or Location that an element of `holder` refers to; None when the record has it not.

        It may be contained in the holder itself.
        """
        target = str((reference or {}).get("reference", ""))
        if target.startswith("#"):
            contained = {"#" + str(c.get("id")): c for c in holder.get("contained", ())}
            return contained.get(target)
        return self._by_reference.get("/".join(target.split("/")[-2:]))

    def remember(self, question: object, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question that several criteria ask, worked out once for this record."""
        remembered: Answer = self._remembered.get(question, _NOT_ASKED)
        if remembered is _NOT_ASKED:
            remembered = self._remembered[question] = answer()
        return remembered

    # -- indexing --------------------------------------------------------------------------------------------

    def _read_birth_date(self) -> Born | None:
        text = self.patient.get("birthDate")
        try:
            return Born.read(text) if isinstance(text, str) else None
        except ValueError:
            self.problems.append(f"Patient/{self.id}: birthDate {text!r} is no date; age is unknown")
            return None

    def _sort(self, resources: Iterable[Resource], vouched_for: bool) -> None:
        """Put each resource under its type, once; leave out what is broken or another patient's."""
        sorted_: dict[str, dict[object, Resource]] = {}
        mine = self.id
        for resource in resources:
            try:
                kind, identity = resource["resourceType"], resource.get("id")
                if kind not in SHAPES:
                    if kind in SHARED_KINDS:
                        self._by_reference[f"{kind}/{identity}"] = resource
                    continue
                owner = mine if vouched_for else owner_of(resource)
                hash(identity)  # one that is a tree names nothing
            except (AttributeError, TypeError, KeyError):
                says = "cannot be read as a FHIR resource; it is left out"
                self.problems.append(f"{name_of(resource)}: {says}")
                continue
            if owner != mine:
                whose = "is another patient's" if owner else "names no patient"
                self.problems.append(f"{name_of(resource)}: {whose}; it is left out")
                continue
            sorted_.setdefault(kind, {}).setdefault(identity or id(resource), resource)
        self.sources = sorted_

    def _index(self, kind: str) -> dict[str | CodeKey, list[Event]]:
        """This type's events by code key and by value-set OID."""
        by_code: dict[CodeKey, list[Event]] = defaultdict(list)
        for event in self.held(kind):
            try:
                for key in event.codes or self._referenced_codes(event.source):
                    by_code[key].append(event)
            except (AttributeError, TypeError) as error:
                self.problems.append(f"{event.reference}: its codes cannot be read ({error}); it is left out")
        index: dict[str | CodeKey, list[Event]] = dict(by_code.items())
        oids_by_code = self.vocabulary.oids_by_code
        for code, events in by_code.items():
            for oid in oids_by_code.get(code, ()):
                index.setdefault(oid, []).extend(events)
        return index

    def _referenced_codes(self, resource: Resource) -> list[CodeKey]:
        """The codes of a medication given by reference, to a Medication of the record or contained."""
        medication = self.referred_to(resource, resource.get("medicationReference"))
        return codings(medication.get("code")) if medication else []

    def _find(self, kind: str, named: tuple[Named, ...], held: Standing | None) -> Events:
        index = self._by_name.get(kind)
        if index is None:
            index = self._by_name[kind] = self._index(kind)
        codes_in = self.vocabulary.codes_in
        found: dict[Event, None] = {}
        for name in named:
            if isinstance(name, Code):
                events = index.get(name.key)
            elif name.oid in codes_in:
                events = index.get(name.oid)
            else:
                raise UnknownValueSet(self.vocabulary.missing(n for n in named if isinstance(n, ValueSet)))
            for event in events or ():
                if event.standing is held or (held is None and event.standing is not Standing.ERROR):
                    found[event] = None
        return self._events(found, kind)

    def _events(self, found: Iterable[Event], kind: str) -> Events:
        unread = _NOTHING if self.gathered.state(kind) is State.GATHERED else frozenset({kind})
        return Events(found, (), unread, self.vocabulary)


_NOTHING: frozenset[str] = frozenset()
_NOT_ASKED: Any = object()
