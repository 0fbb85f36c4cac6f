"""A panel read for some measures, one record at a time: memory holds a part of it, however large it is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from measures.batch.job import Job
from measures.batch.local import SharedResources
from measures.batch.partition import Parts, parts_for
from measures.batch.patients import by_patient, record_of
from measures.batch.reading import Problem, files_of
from measures.batch.wanted import gathered_for, wanted_by
from measures.record import PatientRecord


class Panel:
    """The export, sorted by patient on disk. `problems` names what could not be read."""

    def __init__(self, parts: Parts, job: Job, problems: list[Problem]) -> None:
        self._parts = parts
        self._job = job
        self.problems = problems

    def records(self) -> Iterator[PatientRecord]:
        """Each patient's record, in an order that depends on the export alone."""
        shared = SharedResources(self._parts)
        gathered, vocabulary = gathered_for(self._job), self._job.vocabulary
        for part in range(self._parts.count):
            for lines in by_patient(self._parts.lines(part)):
                record = record_of(lines, vocabulary, gathered, shared.find, {}, self.problems)
                if record is not None:
                    yield record


@contextmanager
def opened(folder: Path, job: Job) -> Iterator[Panel]:
    """The panel of a folder, as far as the job's measures ask for it. Needs disk space of about the export,
    unpacked, while it is open. Raises FileNotFoundError when the folder holds no Bulk FHIR.
    """
    files = files_of(folder)
    wanted = wanted_by(job)
    with tempfile.TemporaryDirectory(prefix="throughline-panel-") as scratch:
        parts = Parts(Path(scratch), parts_for(files))
        problems = [found for number, path in enumerate(files) for found in parts.sort(path, number, wanted)]
        yield Panel(parts, job, problems)
