"""A Bulk FHIR export of a few made-up patients, written for one test."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from measures.batch.evaluation import Evaluation, evaluate_folder
from measures.batch.job import Job
from measures.terminology import HCPCS, ICD10CM, LOINC, RXNORM, SNOMED, Code
from measures.time import Period
from measures.vocabulary import starter_vocabulary
from tests.clinic import diagnosed, pressure, visit

Resource = dict[str, Any]

OFFICE_VISIT = Code(SNOMED, "185347001")
DEPRESSION_VISIT = Code(HCPCS, "G0444")
HYPERTENSION = Code(ICD10CM, "I10")
POSITIVE_SCREEN = Code(SNOMED, "428181000124104")
ADULT_SCREEN = Code(LOINC, "73832-8")
SERTRALINE = Code(RXNORM, "313989")


def person(identity: str, born: str = "1980-05-01", **more: Any) -> Resource:
    return {"resourceType": "Patient", "id": identity, "birthDate": born, **more}


def of(resource: Resource, identity: str) -> Resource:
    """The same event as another patient's."""
    return resource | {"subject": {"reference": f"Patient/{identity}"}}


def hypertensive(identity: str, systolic: float) -> list[Resource]:
    """In CMS165 with one reading: closed below 140, else open."""
    found = [
        diagnosed(HYPERTENSION, "2020-01-01", id=f"{identity}-c"),
        visit(OFFICE_VISIT, "2026-03-01", id=f"{identity}-e"),
        pressure(systolic, 80, "2026-03-01", id=f"{identity}-o"),
    ]
    return [person(identity), *(of(resource, identity) for resource in found)]


def lines(resources: Iterable[Resource]) -> bytes:
    return b"".join(orjson.dumps(resource) + b"\n" for resource in resources)


def export(folder: Path, *resources: Resource) -> Path:
    """One file a resource type, as servers write them."""
    folder.mkdir(exist_ok=True)
    kinds = dict.fromkeys(resource["resourceType"] for resource in resources)
    for kind in kinds:
        (folder / f"{kind}.ndjson").write_bytes(lines(r for r in resources if r["resourceType"] == kind))
    return folder


def zipped(path: Path) -> Path:
    """The same file as .ndjson.gz instead."""
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    return packed


def job(*only: str, **more: Any) -> Job:
    return Job(more.pop("period", Period.year(2026)), starter_vocabulary(), only=only, **more)


def evaluated(folder: Path, *only: str, **more: Any) -> tuple[Evaluation, Path]:
    """Evaluate into a folder beside the export."""
    out = folder.parent / "out"
    return evaluate_folder(folder, out, job(*only, **more)), out


def rows(out: Path) -> dict[tuple[str, str], Resource]:
    """results.ndjson by patient and measure."""
    held = map(orjson.loads, (out / "results.ndjson").read_bytes().splitlines())
    return {(row["patient"], row["measure"]): row for row in held}


def problems(out: Path) -> list[str]:
    return (out / "problems.txt").read_text().splitlines()
