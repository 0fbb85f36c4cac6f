"""A slice of a panel, as Bulk FHIR: the batch from files to results against only parsing the same lines."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson

from measures.batch.evaluation import evaluate_folder
from measures.batch.job import Job
from measures.batch.reading import Line, Wanted, files_of, read_lines
from measures.shapes import SHAPES
from measures.time import Period
from measures.vocabulary import read_vocabulary

YEAR = 2018  # the last full year of the synthetic panel


class Slice:
    """The first patients of a panel, unpacked into a folder of their own."""

    def __init__(self, panel: Path, folder: Path, patients: int, vocabularies: list[Path]) -> None:
        self.folder = folder / "slice"
        self.folder.mkdir()
        self.lines = list(_copied(panel, self.folder, patients))
        self.patients = patients
        self.job = Job(Period.year(YEAR), read_vocabulary(*vocabularies))

    @property
    def size(self) -> int:
        return sum(map(len, self.lines))

    def only_parse(self) -> None:
        for line in self.lines:
            orjson.loads(line)

    def evaluate(self) -> None:
        with tempfile.TemporaryDirectory() as out:
            done = evaluate_folder(self.folder, Path(out), self.job)
            assert done.patients == self.patients


def _copied(panel: Path, folder: Path, patients: int) -> Iterator[bytes]:
    """The lines of the first patients and of what all share; written as plain NDJSON on the way."""
    files = files_of(panel)
    chosen: set[str] = set()
    for path in sorted(files, key=lambda file: not file.name.startswith("Patient.")):
        with gzip.open(path) as stream, (folder / path.name.removesuffix(".gz")).open("wb") as copy:
            lines = read_lines(path, 0, Wanted(frozenset(SHAPES)))
            owners = {line.place.line: line.owner for line in lines if isinstance(line, Line)}
            for number, line in enumerate(stream, start=1):
                owner = owners.get(number, "")
                if path.name.startswith("Patient.") and len(chosen) < patients:
                    chosen.add(owner)
                if owner in chosen:
                    copy.write(line)
                    yield line
