"""How each FHIR R4 type says what happened, when, and whether it happened at all.

One row a type. The statuses that count as done follow the QI-Core "Status" library; what was *not* done is
told by content (doNotPerform, not-done, cancelled with a reason), because chart data carries no profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from enum import Enum
from functools import cache
from typing import Any

from measures.statuses import clinical_status, status_code
from measures.terminology import CANONICAL, CodeKey
from measures.time import FOREVER, UNDATED, UNKNOWN, Instant, Interval, add_months, day_instant, read_instant

Resource = Mapping[str, Any]

UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What comes of reading JSON that has not the shape FHIR gives it: nothing is checked beforehand."""


class Standing(Enum):
    """Whether the thing a resource speaks of took place."""

    DONE = "done"
    NOT_DONE = "not done"
    NEITHER = "neither"  # planned, cancelled without a reason, preliminary, unknown
    ERROR = "entered in error"

    __hash__ = object.__hash__  # part of every question to a record, and Enum's own runs in Python


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read a resource: the record's time zone, the patient's day of birth, where to name
    problems.
    """

    zone: tzinfo
    born: date | None
    problems: list[str]
    _points: dict[str, Interval] = field(default_factory=dict, repr=False)

    def point(self, text: str) -> Interval:
        """The point in time that a date names, by `read_instant`; a record writes one date in many places."""
        point = self._points.get(text)
        if point is None:
            moment = read_instant(text, self.zone)
            point = self._points[text] = Interval(moment, moment)
        return point


When = Callable[[Resource, Reading], Interval]


@dataclass(frozen=True, slots=True)
class Shape:
    """One row: where the codes stand, how to tell the time, which statuses mean done and not done."""

    codes: tuple[str, ...]
    when: When
    done: frozenset[str]
    not_done: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()


def read_span(resource: Resource, stem: str, reading: Reading) -> Interval | None:
    """The interval of a choice element such as onset[x]: dateTime, Period, Age or Range; None when absent."""
    get = resource.get
    date_time, instant, period, age, span = _elements(stem)
    text = get(date_time) or get(instant) or get(stem)
    if isinstance(text, str):
        return reading.point(text)
    lasted = get(period) or (text if text and isinstance(text, Mapping) else None)
    if lasted is not None:
        return read_period(lasted, reading)
    if age in resource or span in resource:
        return _read_age(get(age), get(span), reading)
    return None


@cache
def _elements(stem: str) -> tuple[str, ...]:
    return tuple(stem + kind for kind in ("DateTime", "Instant", "Period", "Age", "Range"))


def read_period(period: Resource, reading: Reading) -> Interval:
    """A Period: without a start it began at some unknown time; without an end it is going on."""
    start, end = period.get("start"), period.get("end")
    ends = reading.point(end).start if end else FOREVER
    starts = reading.point(start).start if start else Instant(UNKNOWN.earliest, ends.latest)
    return Interval(starts, ends)


def _read_age(age: Resource | None, span: Resource | None, reading: Reading) -> Interval | None:
    low = high = age
    if span is not None:
        low, high = span.get("low"), span.get("high")
    if low is None or high is None or reading.born is None:
        return None
    first = day_instant(add_months(reading.born, 12 * int(low["value"])))
    last = day_instant(add_months(reading.born, 12 * (int(high["value"]) + 1)))
    moment = Instant(first.earliest, last.earliest - 1)
    return Interval(moment, moment)


def _on(*stems: str) -> When:
    """The first of the elements that is there; undated otherwise."""

    def when(resource: Resource, reading: Reading) -> Interval:
        for stem in stems:
            span = read_span(resource, stem, reading)
            if span is not None:
                return span
        return UNDATED

    return when


_ONGOING = frozenset({"active", "recurrence", "relapse"})


def _prevalence(resource: Resource, reading: Reading) -> Interval:
    """QICoreCommon "prevalenceInterval": an active condition goes on; any other ended at some time we may not
    know.

    A condition without an onset had begun when it was recorded, at the latest.
    """
    onset = read_span(resource, "onset", reading)
    if onset is None:
        recorded = read_span(resource, "recordedDate", reading) or read_span(
            resource, "assertedDate", reading
        )
        start = Instant(UNKNOWN.earliest, recorded.start.latest) if recorded else UNKNOWN
    else:
        start = onset.start
    abated = read_span(resource, "abatement", reading)
    if abated is not None:
        return Interval(start, abated.end)
    if clinical_status(resource) in _ONGOING:
        return Interval(start, FOREVER)
    return Interval(start, Instant(start.earliest, UNKNOWN.latest))


def _observed(resource: Resource, reading: Reading) -> Interval:
    """effective[x]; without one, a result issued on a day was observed by then.

    What was cancelled is dated by when that was issued (QI-Core ObservationCancelled).
    """
    span = read_span(resource, "effective", reading)
    cancelled = resource.get("status") == "cancelled"
    if span is not None and not cancelled:
        return span
    issued = read_span(resource, "issued", reading)
    if issued is None:
        return span or UNDATED
    if cancelled:
        return issued
    moment = Instant(UNKNOWN.earliest, issued.start.latest)
    return Interval(moment, moment)


_RECORDED = "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-recorded"


def _performed(resource: Resource, reading: Reading) -> Interval:
    """performed[x]; a procedure not done is dated by when that was recorded (QI-Core ProcedureNotDone)."""
    performed = read_span(resource, "performed", reading)
    if performed is not None and resource.get("status") != "not-done":
        return performed
    for extension in extensions(resource):
        if extension.get("url") == _RECORDED:
            return read_span(extension, "value", reading) or UNDATED
    return performed or UNDATED


_RESULT = frozenset({"final", "amended", "corrected"})
_ORDER = frozenset({"active", "completed"})
_VERIFIED = frozenset({"", "confirmed", "unconfirmed", "provisional", "differential"})
_INTENT = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})

SHAPES: Mapping[str, Shape] = {
    "AdverseEvent": Shape(("event",), _on("date", "recordedDate"), frozenset({"", "actual"})),
    "AllergyIntolerance": Shape(("code",), _prevalence, _VERIFIED),
    "Appointment": Shape(
        ("appointmentType",), _on("start"), frozenset({"fulfilled", "arrived", "checked-in"})
    ),
    "CarePlan": Shape(("category",), _on("period"), _ORDER),
    "CareTeam": Shape(("category",), _on("period"), frozenset({"", "active"})),
    "Communication": Shape(("reasonCode",), _on("sent"), frozenset({"completed"}), frozenset({"not-done"})),
    "Condition": Shape(("code",), _prevalence, _VERIFIED),
    "Coverage": Shape(("type",), _on("period"), frozenset({"active"})),
    "DeviceRequest": Shape(("codeCodeableConcept",), _on("authoredOn"), _ORDER, intents=_INTENT),
    "DiagnosticReport": Shape(("code",), _on("effective", "issued"), _RESULT | {"appended"}),
    "DocumentReference": Shape(("type",), _on("date"), frozenset({"current"})),
    "Encounter": Shape(("type",), _on("period"), frozenset({"finished"})),
    "Goal": Shape(
        ("description",), _on("start"), frozenset({"accepted", "active", "on-hold", "completed", "planned"})
    ),
    "Immunization": Shape(
        ("vaccineCode",), _on("occurrence", "date"), frozenset({"completed"}), frozenset({"not-done"})
    ),
    "MedicationAdministration": Shape(
        ("medicationCodeableConcept",),
        _on("effective"),
        frozenset({"completed", "in-progress"}),
        frozenset({"not-done"}),
    ),
    "MedicationDispense": Shape(
        ("medicationCodeableConcept",),
        _on("whenHandedOver", "whenPrepared"),
        frozenset({"completed", "in-progress", "on-hold"}),
        frozenset({"declined"}),
    ),
    "MedicationRequest": Shape(("medicationCodeableConcept",), _on("authoredOn"), _ORDER, intents=_INTENT),
    "MedicationStatement": Shape(
        ("medicationCodeableConcept",), _on("effective", "dateAsserted"), frozenset({"active", "intended"})
    ),
    "Observation": Shape(("code",), _observed, _RESULT, frozenset({"cancelled"})),
    "Procedure": Shape(("code",), _performed, frozenset({"completed"}), frozenset({"not-done"})),
    "QuestionnaireResponse": Shape((), _on("authored"), frozenset({"completed", "amended"})),
    "ServiceRequest": Shape(("code",), _on("authoredOn"), _ORDER, intents=_INTENT),
    "Task": Shape(
        ("code",), _on("executionPeriod", "authoredOn"), frozenset({"completed"}), frozenset({"rejected"})
    ),
}


def codings(concept: object) -> list[CodeKey]:
    """The (system, code) pairs of a CodeableConcept or a list of them; text or a bare code gives none.

    A system named by its OID is told by its URL.
    """
    if not concept:
        return []
    keys: list[CodeKey] = []
    concepts: Any = concept if isinstance(concept, list) else (concept,)
    for one in concepts:
        for coding in one.get("coding") or ():
            code, system = coding.get("code"), coding.get("system")
            if code and system:
                if system in CANONICAL:
                    system = CANONICAL[system]
                keys.append((system, code))
    return keys


_BY_VERIFICATION = frozenset({"Condition", "AllergyIntolerance"})


def standing(kind: str, resource: Resource) -> Standing:
    """Whether what the resource speaks of was done, was not done, or neither."""
    shape = SHAPES[kind]
    if kind in _BY_VERIFICATION:
        status = status_code(resource, "verificationStatus")
    else:
        status = resource.get("status", resource.get("actuality", ""))
    if status == "entered-in-error":
        return Standing.ERROR
    if status in shape.not_done or _not_to_be_done(resource):
        return Standing.NOT_DONE
    if status not in shape.done or (shape.intents and resource.get("intent") not in shape.intents):
        return Standing.NEITHER
    return Standing.DONE


def _not_to_be_done(resource: Resource) -> bool:
    """doNotPerform, or one of the "not done" modifier extensions (R5's DeviceRequest.doNotPerform, QI-Core's
    notDone).
    """
    if resource.get("doNotPerform") is True:
        return True
    if "modifierExtension" not in resource:
        return False
    return any(
        extension.get("valueBoolean") is True
        and str(extension.get("url", "")).lower().endswith(("notperform", "notdone"))
        for extension in resource["modifierExtension"]
    )


def extensions(resource: Resource) -> Iterator[Resource]:
    """Those that are extensions: what else stands among them says nothing that we ask."""
    found = resource.get("extension")
    return (one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else iter(())
