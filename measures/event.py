"""One clinical fact, read from its FHIR JSON only as far as it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from measures.date_words import iso_known, iso_on
from measures.quantity import Quantity, read_quantity
from measures.shapes import (
    SHAPES,
    UNREADABLE,
    Reading,
    Resource,
    Standing,
    codings,
    extensions,
    read_span,
    standing,
)
from measures.terminology import LOINC, Code, CodeKey
from measures.time import FOREVER, UNDATED, Instant, Interval, before, either

_OTHER_VALUES = frozenset(
    f"value{kind}"
    for kind in (
        "Boolean",
        "Integer",
        "String",
        "Range",
        "Ratio",
        "SampledData",
        "Time",
        "DateTime",
        "Period",
    )
)
SYSTOLIC = Code(LOINC, "8480-6", "Systolic blood pressure")
DIASTOLIC = Code(LOINC, "8462-4", "Diastolic blood pressure")


class Event:
    """One resource as a fact: what, when, with which result. `source` is the JSON as received, unchanged."""

    # Read once, when first asked: plain attributes, because a record has thousands of events.
    __slots__ = ("_codes", "_standing", "_when", "kind", "reading", "source")

    def __init__(self, kind: str, source: Resource, reading: Reading) -> None:
        self.kind = kind
        self.source = source
        self.reading = reading
        self._codes: Sequence[CodeKey] | None = None
        self._standing: Standing | None = None
        self._when: Interval | None = None

    def __repr__(self) -> str:
        return f"<{self.reference} {self.date_text}>"

    def name_problem(self, words: str) -> None:
        """Name what is wrong with the resource among the record's problems, once."""
        problem = f"{self.reference}: {words}"
        if problem not in self.reading.problems:
            self.reading.problems.append(problem)

    @property
    def id(self) -> str:
        return str(self.source.get("id", ""))

    @property
    def reference(self) -> str:
        """Such as "Observation/o1"."""
        return f"{self.kind}/{self.id}"

    @property
    def status(self) -> str:
        return str(self.source.get("status", ""))

    @property
    def standing(self) -> Standing:
        """Whether it took place; what cannot be read counts as an error and is named as a problem."""
        if self._standing is None:
            try:
                self._standing = standing(self.kind, self.source)
            except (TypeError, AttributeError) as error:
                self.name_problem(f"its status cannot be read ({error}); it is left out")
                self._standing = Standing.ERROR
        return self._standing

    @property
    def when(self) -> Interval:
        """When it took place; UNDATED when the resource does not say, or says what cannot be read (then a
        problem too).
        """
        when = self._when
        if when is None:
            try:
                when = SHAPES[self.kind].when(self.source, self.reading)
            except UNREADABLE as error:
                when = self._undated(error)
            self._when = when
        return when

    def dated(self, element: str) -> Interval:
        """When one of its elements says, such as recordedDate; UNDATED without it, or when unreadable."""
        try:
            return read_span(self.source, element, self.reading) or UNDATED
        except UNREADABLE as error:
            return self._undated(error)

    def _undated(self, error: Exception) -> Interval:
        self.name_problem(f"its date cannot be read ({error}); it counts as undated")
        return UNDATED

    @property
    def start(self) -> Instant:
        return self.when.start

    @property
    def end(self) -> Instant:
        return self.when.end

    @property
    def day(self) -> date | None:
        """The calendar day it began, when the record is precise enough to say."""
        return self.when.start.day

    @property
    def end_day(self) -> date | None:
        return self.when.end.day

    @property
    def concluded(self) -> Instant:
        """When it ended, or began where it gives no end (QICoreCommon "latest")."""
        when = self.when
        return when.start if when.end == FOREVER else when.end

    @property
    def date_text(self) -> str:
        """The day it began, or as much of the date as the record knows: "2026-03"; "undated" without one."""
        return iso_known(self.start) or "undated"

    @property
    def on_date(self) -> str:
        """The same within a sentence: "on 2026-03-10", "in 2026-03", "undated"."""
        return iso_on(self.start) or "undated"

    @property
    def codes(self) -> Sequence[CodeKey]:
        """What it is: every coding of the resource's own code."""
        codes = self._codes
        if codes is None:
            elements = SHAPES[self.kind].codes
            if len(elements) == 1:
                codes = codings(self.source.get(elements[0]))
            else:
                codes = [key for element in elements for key in codings(self.source.get(element))]
            self._codes = codes
        return codes

    @property
    def is_coded(self) -> bool:
        """Whether its codes can be read, be they none; if not, a problem of the record."""
        try:
            hash(tuple(self.codes))
        except UNREADABLE as error:
            self.name_problem(f"its codes cannot be read ({error}); it is left out")
            return False
        return True

    @property
    def display(self) -> str:
        """What the resource calls itself: the concept's text, else a coding's display, else its code; of a
        medicine by reference what stands beside that.
        """
        for element in (*SHAPES[self.kind].codes, "code", "class", "medicationReference"):
            words = _words(self.source.get(element))
            if words:
                return words
        return self.kind

    @property
    def value(self) -> Quantity | None:
        """valueQuantity or valueInteger; None for other results and for none."""
        return read_quantity(self.source)

    @property
    def value_codes(self) -> list[CodeKey]:
        return codings(self.source.get("valueCodeableConcept"))

    @property
    def has_value(self) -> bool:
        source = self.source
        return (
            "valueQuantity" in source
            or "valueCodeableConcept" in source
            or not _OTHER_VALUES.isdisjoint(source)
        )

    @property
    def value_text(self) -> str:
        """The result in words, with its unit; blood pressure as "152/94"; empty without a result, or when it
        cannot be read (then a problem too).
        """
        try:
            return self._value_words()
        except UNREADABLE as error:
            self.name_problem(f"its result cannot be read ({error}); it is told without one")
            return ""

    def _value_words(self) -> str:
        if self.value is not None:
            return str(self.value)
        pressure = [self.component(side) for side in (SYSTOLIC, DIASTOLIC)]
        if all(pressure):
            return "/".join(side.without_unit(0) for side in pressure if side)
        components = [
            quantity for part in self.source.get("component") or () if (quantity := read_quantity(part))
        ]
        if components:
            return "/".join(map(str, components))
        return _words(self.source.get("valueCodeableConcept")) or str(self.source.get("valueString", ""))

    def component(self, code: Code) -> Quantity | None:
        """The quantity of the component with this code."""
        for part in self.source.get("component") or ():
            if code.key in codings(part.get("code")):
                return read_quantity(part)
        return None

    @property
    def reasons(self) -> tuple[CodeKey, ...]:
        """Why it was done, or was not."""
        return tuple(_reason_codes(self.source))


def _words(concept: object) -> str:
    """What a concept, or the first of a list, says: its text, a display, a code; what is malformed says
    nothing.
    """
    if isinstance(concept, list):
        return next(filter(None, map(_words, concept)), "")
    if not isinstance(concept, dict):
        return ""
    if concept.get("text"):
        return str(concept["text"])
    held = concept.get("coding")
    codings_of_it = [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
    for element in ("display", "code"):
        for coding in codings_of_it:
            if coding.get(element):
                return str(coding[element])
    return str(concept.get("display", ""))


def on_another_day(one: Event, other: Event) -> bool | None:
    """Whether the two start on different calendar days."""
    first, second = one.start.by_day(), other.start.by_day()
    return either(before(first, second), before(second, first))


_REASONS = ("reasonCode", "statusReason", "statusReasonCodeableConcept")


def _reason_codes(resource: Resource) -> Iterator[CodeKey]:
    """Why it was done, or not: the reason elements and the "...Reason", "reasonRefused" extensions of QI-
    Core.
    """
    for element in _REASONS:
        yield from codings(resource.get(element))
    for extension in extensions(resource):
        if "reason" in str(extension.get("url", "")).lower():
            yield from codings(extension.get("valueCodeableConcept"))
