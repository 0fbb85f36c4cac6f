"""From the lines of one patient to the patient's results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from typing import Any

import orjson

from measures.batch.job import Job, Tally
from measures.batch.older_releases import in_r4_shape
from measures.batch.reading import Line, Place, Problem
from measures.batch.rows import row
from measures.batch.tallying import count
from measures.batch.wanted import gathered_for
from measures.gaps import gaps_bundle
from measures.gather import Gathered
from measures.malformed import answered
from measures.measure import MeasureResult
from measures.record import PatientRecord
from measures.report import individual_report
from measures.terminology import Vocabulary

Resource = dict[str, Any]
Shared = Callable[[str], Resource | None]
"""Finds a Medication or Location by its reference, such as "Medication/m1"."""


@dataclass
class Outcome:
    """What came of some patients: lines for each output file, counts, and what could not be read."""

    files: dict[str, list[bytes]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    problems: list[Problem] = field(default_factory=list)

    def write(self, file: str, content: object) -> None:
        self.files.setdefault(file, []).append(orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE))


RESULTS = "results.ndjson"
REPORTS = "MeasureReport-individual.ndjson"
GAPS = "Bundle-gaps.ndjson"


def evaluate_patients(lines: Iterable[Line], job: Job, shared: Shared) -> Iterator[Outcome]:
    """What came of each patient, in the order of their ids. `lines` hold all of each, in any order."""
    for held in by_patient(lines):
        yield evaluate_patient(held, job, shared)


def by_patient(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines of each patient in the order of the export, the patients in the order of their ids."""
    by_owner: dict[str, list[Line]] = {}
    for line in lines:
        by_owner.setdefault(line.owner, []).append(line)
    for owner in sorted(by_owner):
        yield sorted(by_owner.pop(owner), key=lambda line: line.place)


def evaluate_patient(lines: Sequence[Line], job: Job, shared: Shared) -> Outcome:
    """What came of one patient; a broken line costs only itself, a patient without Patient has no results."""
    outcome = Outcome()
    places: dict[str, Place] = {}
    record = record_of(lines, job.vocabulary, gathered_for(job), shared, places, outcome.problems)
    if record is None:
        return outcome
    found = answered(record, partial(_evaluated, job))
    if found is not None:
        read, (results, outcome.tally) = found
        for result in results.values():
            outcome.write(RESULTS, row(result, job))
        if job.fhir:
            _report(read, results, job.fhir, job.as_of or job.period.end, outcome)
    outcome.problems += named_in(record, places, lines[0].place)
    return outcome


def named_in(record: PatientRecord, places: Mapping[str, Place], otherwise: Place) -> list[Problem]:
    """The record's problems with where each resource stands."""
    return [Problem(places.get(what.partition(": ")[0], otherwise), what) for what in record.problems]


def _evaluated(job: Job, record: PatientRecord) -> tuple[dict[str, MeasureResult], Tally]:
    results = job.catalog.evaluate(record, job.period, job.as_of)
    return results, count(record, results.values())


def record_of(
    lines: Sequence[Line],
    vocabulary: Vocabulary,
    gathered: Gathered,
    shared: Shared,
    places: dict[str, Place],
    problems: list[Problem],
    allowed: Callable[[Iterable[Resource]], list[Resource]] = list,
    zone: tzinfo = UTC,
) -> PatientRecord | None:
    """The record of one patient's lines; None, and a problem, where its Patient is not among them.

    `places` and `problems` are added to: where each resource stands, and what could not be read. `allowed`
    picks the resources that may be used; `zone` is whose calendar days count.
    """
    resources = allowed(_parsed(lines, places, problems))
    patient = next((r for r in resources if r["resourceType"] == "Patient"), None)
    if patient is None:
        what = f"Patient/{lines[0].owner} is not in this export; its {len(lines)} lines are left out"
        problems.append(Problem(lines[0].place, what))
        return None
    return PatientRecord(
        patient, [*resources, *_referred_to(resources, shared)], vocabulary, gathered=gathered, zone=zone
    )


def _parsed(lines: Iterable[Line], places: dict[str, Place], problems: list[Problem]) -> Iterator[Resource]:
    for line in lines:
        try:
            resource = in_r4_shape(orjson.loads(line.text))
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
            what = f"this {line.kind} cannot be read ({type(error).__name__}: {error}); it is left out"
            problems.append(Problem(line.place, what))
        else:
            places[f"{line.kind}/{resource.get('id')}"] = line.place
            yield resource


_REFERRING = frozenset({"MedicationRequest", "MedicationDispense", "MedicationAdministration"})


def _referred_to(resources: Iterable[Resource], shared: Shared) -> list[Resource]:
    """The Medications and Locations that the patient's resources name."""
    wanted: dict[str, None] = {}
    for resource in resources:
        kind = resource["resourceType"]
        if kind in _REFERRING:
            references = [resource.get("medicationReference")]
        elif kind == "Encounter" and "location" in resource:
            references = [stay.get("location") for stay in resource["location"] if isinstance(stay, dict)]
        else:
            continue
        for reference in references:
            target = reference.get("reference") if isinstance(reference, dict) else None
            if isinstance(target, str) and not target.startswith("#"):
                wanted["/".join(target.split("/")[-2:])] = None
    return [found for name in wanted if (found := shared(name)) is not None]


def _report(
    record: PatientRecord,
    results: dict[str, MeasureResult],
    made_at: datetime,
    as_of: date,
    outcome: Outcome,
) -> None:
    for result in results.values():
        outcome.write(REPORTS, individual_report(result, made_at))
    outcome.write(GAPS, gaps_bundle(record, list(results.values()), made_at, as_of))
