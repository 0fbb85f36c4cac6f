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
from measures.batch.reading import Problem, Wanted, files_of
from measures.batch.wanted import wanted_by
from measures.consent import disclosable
from measures.gather import Gathered, State
from measures.record import PatientRecord
from measures.terminology import Vocabulary


class Panel:
    """The export, sorted by patient on disk. `problems` names what could not be read."""

    def __init__(
        self, parts: Parts, vocabulary: Vocabulary, gathered: Gathered, problems: list[Problem]
    ) -> None:
        self._parts = parts
        self._vocabulary = vocabulary
        self._gathered = gathered
        self.problems = problems

    def records(self) -> Iterator[PatientRecord]:
        """Each patient's record, in an order that depends on the export alone. What consent does not allow to
        be shown is not in it, as in a call.
        """
        shared = SharedResources(self._parts)
        for part in range(self._parts.count):
            for lines in by_patient(self._parts.lines(part)):
                record = record_of(
                    lines, self._vocabulary, self._gathered, shared.find, {}, self.problems, disclosable
                )
                if record is not None:
                    yield record


@contextmanager
def opened(folder: Path, job: Job, besides: Wanted | None = None) -> Iterator[Panel]:
    """The panel of a folder, as far as the job's measures ask for it, and what is wanted `besides`. Needs
    disk space of about the export, unpacked, while it is open. Raises FileNotFoundError when the folder holds
    no Bulk FHIR.
    """
    files = files_of(folder)
    wanted = wanted_by(job) if besides is None else wanted_by(job).and_also(besides)
    gathered = Gathered(dict.fromkeys(wanted.kinds | {"Patient"}, State.GATHERED))
    with tempfile.TemporaryDirectory(prefix="throughline-panel-") as scratch:
        parts = Parts(Path(scratch), parts_for(files))
        problems = [found for number, path in enumerate(files) for found in parts.sort(path, number, wanted)]
        yield Panel(parts, job.vocabulary, gathered, problems)
