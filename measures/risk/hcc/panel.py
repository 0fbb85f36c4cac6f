"""Risk adjustment and coding completeness of a whole panel: Bulk FHIR in, two tables out, one patient at a
time.
"""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import orjson

from measures.batch.older_releases import in_r4_shape
from measures.batch.partition import Parts, parts_for
from measures.batch.reading import Line, Problem, Wanted, files_of, told
from measures.gather import Gathered, State
from measures.record import PatientRecord
from measures.risk.hcc.claims import Fate
from measures.risk.hcc.coded import Basis, Coded, coded, without_icd10
from measures.risk.hcc.completeness import Finding, Kind, absent, completeness, evidence_codes
from measures.risk.hcc.raf import COEFFICIENTS, MODELS, Model, Person, Raf, payment_age, raf
from measures.risk.hcc.support import READ_FOR
from measures.spreadsheet import cell
from measures.terminology import Vocabulary

SCORES, FINDINGS, PROBLEMS = "hcc.csv", "coding-completeness.csv", "problems.txt"
_EVIDENCE = frozenset(kind for types in READ_FOR.values() for kind in types)
_KINDS = _EVIDENCE | {"Condition", "ExplanationOfBenefit"}
_CLAIM = "ExplanationOfBenefit"
_SEXES: Mapping[str, Literal["F", "M"]] = {"female": "F", "male": "M"}

Resource = dict[str, Any]
Source = Literal["claims", "record", "both"]


@dataclass(frozen=True)
class HccJob:
    """One run: the year of the services, the model, which codes count (`claims`: as CMS counts; `record`:
    what visits and the problem list could carry), and what is known of the people (`people`, by patient id:
    columns dual, orec, new_enrollee)."""

    service_year: int
    model: Model
    source: Source
    vocabulary: Vocabulary
    people: Mapping[str, Mapping[str, str]]


@dataclass
class HccSummary:
    patients: int = 0
    scored: int = 0
    raf_total: float = 0.0
    without_icd10: int = 0  # diagnoses
    findings: Counter[Kind] = field(default_factory=Counter)
    claims: Counter[Fate] = field(default_factory=Counter)
    problems: int = 0


def score_folder(folder: Path, out: Path, job: HccJob) -> HccSummary:
    """Write `hcc.csv`, `coding-completeness.csv` and `problems.txt` into `out`; FileNotFoundError without an
    export in `folder`."""
    files = files_of(folder)
    out.mkdir(parents=True, exist_ok=True)
    summary = HccSummary()
    with (
        tempfile.TemporaryDirectory(prefix=".unfinished-", dir=out) as scratch,
        (out / SCORES).open("w", newline="", encoding="utf-8") as scores_file,
        (out / FINDINGS).open("w", newline="", encoding="utf-8") as findings_file,
        (out / PROBLEMS).open("w", encoding="utf-8") as problems_file,
    ):
        scores, found = csv.writer(scores_file), csv.writer(findings_file)
        scores.writerow(_SCORE_COLUMNS)
        found.writerow(_FINDING_COLUMNS)
        people = _People(files, Path(scratch))
        for owner, resources, problems in people:
            one = _one(owner, resources, job, problems, summary.claims, people.gathered)
            summary.patients += bool(owner)
            summary.problems += len(problems)
            problems_file.writelines(f"{problem}\n" for problem in problems)
            if one is None:
                continue
            person, result, held, uncoded = one
            summary.without_icd10 += uncoded
            summary.scored += 1
            summary.raf_total += result.score
            scores.writerow([cell(value) for value in _score_row(owner, person, result, uncoded, job)])
            for finding in held:
                summary.findings[finding.kind] += 1
                found.writerow([cell(value) for value in _finding_row(owner, finding)])
    return summary


def judge(
    record: PatientRecord,
    claims: Iterable[Resource],
    person: Person,
    job: HccJob,
    fates: Counter[Fate] | None = None,
) -> tuple[Raf, tuple[Finding, ...]]:
    """The score of one person and what there is to look at. What became of each claim is added to `fates`."""
    held = _counting(coded(record, claims, fates), job.source)
    year = job.service_year
    codes = {one.code for one in held if one.in_year(year)}
    now = raf(codes, person, job.model)
    worth = {
        hcc: round(raf({*codes, *(one.code for one in ones)}, person, job.model).score - now.score, 3)
        for hcc, ones in absent(held, now, year).items()
    }
    return now, completeness(record, held, now, year, worth)


def _counting(held: Sequence[Coded], source: Source) -> tuple[Coded, ...]:
    if source == "both":
        return tuple(held)
    return tuple(one for one in held if (one.basis is Basis.CLAIM) is (source == "claims"))


def _one(
    owner: str,
    resources: list[Resource],
    job: HccJob,
    problems: list[str],
    fates: Counter[Fate],
    gathered: Gathered,
) -> tuple[Person, Raf, tuple[Finding, ...], int] | None:
    patient = next((r for r in resources if r["resourceType"] == "Patient"), None)
    if patient is None:
        if owner:
            problems.append(f"Patient/{owner} is not in this export; what names it is left out")
        return None
    record = PatientRecord(patient, resources, job.vocabulary, gathered=gathered)
    person = _person(record, job)
    if isinstance(person, str):
        problems.append(f"Patient/{owner}: {person}; not scored")
        return None
    claims = (r for r in resources if r["resourceType"] == _CLAIM)
    result, findings = judge(record, claims, person, job, fates)
    problems += record.problems
    return person, result, findings, without_icd10(record)


def _person(record: PatientRecord, job: HccJob) -> Person | str:
    """What the model must know, or why it cannot be scored."""
    if record.birth_date is None:
        return "no full birth date"
    if record.birth_date > date(job.service_year, 12, 31):
        return f"not born in {job.service_year}"
    if record.has_died_by(date(job.service_year - 1, 12, 31)):
        return f"died before {job.service_year}"
    sex = _SEXES.get(str(record.patient.get("gender")))
    if sex is None:
        return "the model needs female or male, and the record gives neither"
    person = Person(age=payment_age(record.birth_date, job.service_year), sex=sex)
    known = job.people.get(record.id, {})
    given = {name: known[name] for name in ("dual", "orec") if known.get(name)}
    fitting = person.age >= 65 or "orec" in given
    orec = given.get("orec", "0" if fitting else "1")
    return replace(
        person,
        dual=given.get("dual", "NA"),
        orec=orec,
        new_enrollee=known.get("new_enrollee", "").lower() in ("1", "true", "yes", "y"),
        assumed=tuple(name for name in ("dual", "orec") if name not in given),
    )


# -- reading, one patient at a time -------------------------------------------------------------------------


class _People:
    """An export, sorted by patient on disk. What none of it is of was not gathered, of nobody."""

    def __init__(self, files: Sequence[Path], scratch: Path) -> None:
        self._files = files
        self._parts = Parts(scratch / "parts", parts_for(files))
        wanted = Wanted(_KINDS, frozenset(code.key for code in evidence_codes()))
        sort = self._parts.sort
        self._broken = [found for at, path in enumerate(files) for found in sort(path, at, wanted)]
        lacking = _EVIDENCE - self._kinds()
        self.gathered = Gathered(dict.fromkeys(lacking, State.NOT_FETCHED), State.GATHERED)

    def __iter__(self) -> Iterator[tuple[str, list[Resource], list[str]]]:
        """Each patient's resources with what could not be read of them; first, ownerless, broken lines."""
        yield "", [], [told(problem, self._files) for problem in sorted(self._broken)]
        for part in range(self._parts.count):
            by_owner: dict[str, list[Line]] = {}
            for line in self._parts.lines(part):
                by_owner.setdefault(line.owner, []).append(line)
            for owner in sorted(by_owner):
                problems: list[str] = []
                yield owner, list(_parsed(by_owner.pop(owner), self._files, problems)), problems
            self._parts.drop(part)

    def _kinds(self) -> set[str]:
        """The types there are; once each kind of evidence was seen, the rest need not be read."""
        found: set[str] = set()
        for part in range(self._parts.count):
            for line in self._parts.lines(part):
                found.add(line.kind)
                if all(found.intersection(types) for types in READ_FOR.values()):
                    return found
        return found


def _parsed(lines: Iterable[Line], files: Sequence[Path], problems: list[str]) -> Iterator[Resource]:
    for line in lines:
        try:
            yield in_r4_shape(orjson.loads(line.text))
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
            what = f"this {line.kind} cannot be read ({type(error).__name__}); it is left out"
            problems.append(told(Problem(line.place, what), files))


# -- writing -------------------------------------------------------------------------------------------------

_SCORE_COLUMNS = (
    "patient_id", "model", "coefficients", "service_year", "codes_from", "raf", "raf_demographic", "hccs",
    "set_aside_by_hierarchy", "interactions", "assumed", "diagnoses_without_icd10",
)  # fmt: skip
_FINDING_COLUMNS = ("patient_id", "kind", "hcc", "codes", "raf_change", "what", "evidence")


def _score_row(owner: str, person: Person, result: Raf, uncoded: int, job: HccJob) -> list[object]:
    hccs = (
        f"{one.number} {one.label} {one.coefficient:.3f} (worth {one.marginal:.3f})" for one in result.hccs
    )
    return [
        owner,
        MODELS[job.model],
        COEFFICIENTS,
        job.service_year,
        job.source,
        f"{result.score:.3f}",
        f"{result.demographic:.3f}",
        "; ".join(hccs),
        "; ".join(result.set_aside),
        "; ".join(f"{name} {value:.3f}" for name, value in result.interactions.items()),
        "; ".join(person.assumed),
        uncoded,
    ]


def _finding_row(owner: str, finding: Finding) -> list[object]:
    return [
        owner,
        finding.kind.value,
        finding.hcc,
        " ".join(finding.codes),
        f"{finding.worth:.3f}" if finding.worth else "",
        finding.says,
        " ".join(finding.references),
    ]


def read_people(path: Path) -> dict[str, dict[str, str]]:
    """A CSV with patient_id and any of dual, orec, new_enrollee. ValueError names what is wrong with it."""
    with path.open(newline="", encoding="utf-8-sig") as stream:
        rows = csv.DictReader(stream)
        if "patient_id" not in (rows.fieldnames or ()):
            raise ValueError(f"{path}:1: needs a column patient_id (and any of dual, orec, new_enrollee)")
        people: dict[str, dict[str, str]] = {}
        for row in rows:
            if row["patient_id"] in people:
                raise ValueError(f"{path}:{rows.line_num}: {row['patient_id']} stands twice; keep one row")
            people[row["patient_id"]] = {name: (value or "").strip() for name, value in row.items() if name}
    return people
