"""The people the demo EHR serves: the hand-made ones, or somebody else's FHIR export.

    people = load_people(None, today)              # the stories in people/
    people = load_people(Path("panel"), today)     # a folder of Bulk-FHIR NDJSON or Bundles, or one file
    people.patients["dana"].name
    people.resources("dana")                       # R4 resources, dates moved, parsed on demand

A big panel stays as the bytes it was read as: a patient is parsed when asked for, and the last few are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import orjson

from measures.export import Problems, Read, read_export
from smart_app.demo_ehr.charting.clinic import clinic
from smart_app.demo_ehr.loading_dates import days_to_move, move, recorded_on
from smart_app.demo_ehr.loading_stu3 import to_r4
from smart_app.demo_ehr.people import tell_all

Resource = dict[str, Any]
CONDITIONS_NAMED = 3
KEPT_PARSED = 64  # patients held parsed at once; a chart of the synthetic panel is about 250 resources

ABOUT = ("subject", "patient", "beneficiary", "for", "individual")  # elements that name the patient
SHARED = {  # kinds that belong to no patient and may be shown beside any of them
    "Device", "Endpoint", "HealthcareService", "Location", "Medication", "Organization", "Practitioner",
    "PractitionerRole", "Questionnaire", "Substance",
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Person:
    """One patient as the list shows them; `lines` are their resources as read, the Patient first."""

    id: str
    name: str
    birth_date: date | None
    gender: str
    story: str
    lines: tuple[bytes, ...]
    shows: Mapping[str, str] = field(default_factory=dict)  # hand-made people: what the product should show

    def __repr__(self) -> str:
        return f"Person({self.id!r}, {len(self.lines)} resources)"


class People:
    """Everybody loaded, what is shared between them, and what could not be read.

    `problems` names each broken line ("Observation.ndjson.gz:17: ..."); `note` says when dates were moved.
    """

    def __init__(
        self,
        patients: Mapping[str, Person],
        shared: Iterable[Resource],
        *,
        parse: Callable[[bytes], Resource] = orjson.loads,
        problems: Iterable[str] = (),
        note: str = "",
    ) -> None:
        self.patients = patients
        self.shared = tuple(shared)
        self.problems = tuple(problems)
        self.note = note
        self._parse = parse
        self._chart = lru_cache(maxsize=KEPT_PARSED)(self._parse_chart)

    def resources(self, patient_id: str) -> list[Resource]:
        """The patient's resources in R4 shape, Patient first: kept a while once parsed, so not to be changed.

        Raises KeyError for an id that is not here.
        """
        return list(self._chart(patient_id))

    def patient(self, patient_id: str) -> Resource:
        """Only the Patient resource, for lists of everybody. Raises KeyError for an id that is not here."""
        return self._parse(self.patients[patient_id].lines[0])

    def _parse_chart(self, patient_id: str) -> tuple[Resource, ...]:
        return tuple(map(self._parse, self.patients[patient_id].lines))


def load_people(path: Path | None, today: date, *, as_recorded: bool = False) -> People:
    """The hand-made people when `path` is None, else everybody in that file or folder.

    A set whose newest record is over a year old is moved forward to `today`, unless `as_recorded`.
    Raises FileNotFoundError when there is nothing at `path` to read; a broken line only becomes a problem.
    """
    if path is None:
        return _hand_made(today)
    export = _Export()
    for read in read_export(path, export.problems):
        export.file(read, today)
    return export.people(0 if as_recorded else days_to_move(export.newest, today), today)


def _hand_made(today: date) -> People:
    patients = {}
    for told in tell_all(today):
        resources = told.chart.resources
        lines = tuple(map(orjson.dumps, resources))
        patients[told.chart.id] = _person(resources[0], lines, told.story, told.shows)
    return People(patients, clinic())


@dataclass(frozen=True)
class _Chart:
    """One patient's resources while an export is being read."""

    first: Read  # names the place when the Patient never appears
    lines: list[bytes] = field(default_factory=list)
    ongoing: list[str] = field(default_factory=list)


class _Export:
    """An export while it is being read, in the order of its files."""

    def __init__(self) -> None:
        self.problems = Problems()
        self.newest: date | None = None
        self._patients: dict[str, bytes] = {}
        self._charts: dict[str, _Chart] = {}
        self._shared: list[bytes] = []
        self._seen: set[str] = set()

    def file(self, read: Read, today: date) -> None:
        """Put one resource where it belongs."""
        resource = read.resource
        kind = resource["resourceType"]
        name = f"{kind}/{resource['id']}"
        if name in self._seen:
            if kind not in SHARED:  # exports repeat the clinic with every patient
                self._leave_out(read, f"{name} was already read; the first one is kept")
            return
        self._seen.add(name)
        if kind == "Patient":
            self._patients[resource["id"]] = read.line
        elif patient_id := patient_of(resource):
            if patient_id not in self._charts:
                self._charts[patient_id] = _Chart(read)
            self._charts[patient_id].lines.append(read.line)
            if condition := ongoing_condition(resource):
                self._charts[patient_id].ongoing.append(condition)
            day = recorded_on(resource)
            if day and (self.newest or date.min) < day <= today:
                self.newest = day
        elif kind in SHARED:
            self._shared.append(read.line)
        else:
            self._leave_out(read, f"{name} names no patient; it is left out")

    def people(self, days: int, today: date) -> People:
        """Everybody who was read, with their dates `days` later."""
        parse = partial(_parse, days=days)
        for patient_id, chart in self._charts.items():
            if patient_id not in self._patients:
                what = f"its {len(chart.lines)} resources are left out"
                self._leave_out(chart.first, f"Patient/{patient_id} is not in this set; {what}")
        patients = {}
        for patient_id, line in self._patients.items():
            held = self._charts.get(patient_id)
            patient = parse(line)
            lines = (line, *(held.lines if held else ()))
            patients[patient_id] = _person(patient, lines, _summary(patient, held.ongoing if held else []))
        note = _note(days, self.newest, today)
        return People(patients, map(parse, self._shared), parse=parse, problems=self.problems, note=note)

    def _leave_out(self, read: Read, why: str) -> None:
        self.problems.add(read.file, read.place, why)


def ongoing_condition(resource: Resource) -> str | None:
    """What a Condition that has not ended calls itself; None for any other resource."""
    if resource["resourceType"] != "Condition" or "abatementDateTime" in resource:
        return None
    code = resource.get("code")
    text = code.get("text") if isinstance(code, dict) else None
    return text.removesuffix(" (disorder)") if isinstance(text, str) else None


def _summary(patient: Resource, ongoing: list[str]) -> str:
    """The line in the list: the conditions that came up last, newest first."""
    latest = list(dict.fromkeys(reversed(ongoing)))
    named = ", ".join(latest[:CONDITIONS_NAMED]) or "No ongoing condition recorded"
    more = f" and {len(latest) - CONDITIONS_NAMED} more" if len(latest) > CONDITIONS_NAMED else ""
    died = patient.get("deceasedDateTime") or patient.get("deceasedBoolean")
    return f"{'Died. ' if died else ''}{named}{more}"


def _parse(line: bytes, days: int) -> Resource:
    resource = to_r4(orjson.loads(line))
    return move(resource, days) if days else resource


def patient_of(resource: Resource) -> str | None:
    """The id of the patient a resource is about; None when it names none."""
    pointers = [resource.get(name) for name in ABOUT]
    participants = resource.get("participant")
    if isinstance(participants, list):
        pointers += [part.get("actor") for part in participants if isinstance(part, dict)]
    for pointer in pointers:
        reference = pointer.get("reference") if isinstance(pointer, dict) else None
        if isinstance(reference, str):
            kind, _, id = reference.rpartition("/")
            if kind.rpartition("/")[2] == "Patient":
                return id
    return None


def _person(
    patient: Resource, lines: tuple[bytes, ...], story: str, shows: Mapping[str, str] | None = None
) -> Person:
    return Person(
        id=patient["id"],
        name=name_of(patient),
        birth_date=_birth_date(patient),
        gender=str(patient.get("gender", "unknown")),
        story=story,
        lines=lines,
        shows=shows or {},
    )


def name_of(patient: Resource) -> str:
    """ "Dana Marrowbrook": the official name where there is one, else the first, else the id."""
    found = patient.get("name")
    names = [name for name in found if isinstance(name, dict)] if isinstance(found, list) else []
    name = next((n for n in names if n.get("use") == "official"), names[0] if names else {})
    if isinstance(name.get("text"), str):
        return str(name["text"])
    given = name.get("given") if isinstance(name.get("given"), list) else []
    return " ".join(str(part) for part in (*(given or ()), name.get("family")) if part) or str(patient["id"])


def _birth_date(patient: Resource) -> date | None:
    try:
        return date.fromisoformat(str(patient.get("birthDate")))
    except ValueError:  # missing, or only a year: the list shows no age
        return None


def _note(days: int, newest: date | None, today: date) -> str:
    if not days:
        return ""
    return (
        f"These records end on {newest}. To be of use on {today}, every date (birth dates too) is shown "
        f"{days:,} days later than recorded. Start with --dates as-recorded to see them as they were."
    )
