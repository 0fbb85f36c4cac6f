"""A folder of Bulk FHIR in, a folder of results out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from measures.batch.done import Done
from measures.batch.job import Job, Tally
from measures.batch.local import evaluate_locally
from measures.batch.patients import GAPS, REPORTS, RESULTS
from measures.batch.reading import Problem, files_of
from measures.batch.summarizing import summaries, write_summaries

Engine = Literal["local", "spark"]
PROBLEMS = "problems.txt"


@dataclass(frozen=True)
class Evaluation:
    """What was done: how many patients, how many lines could not be read, which files were written."""

    patients: int
    problems: int
    files: tuple[Path, ...]


def evaluate_folder(
    folder: Path, out: Path, job: Job, *, engine: Engine = "local", workers: int = 1
) -> Evaluation:
    """Evaluate every patient of the export and write the results; the same whatever the engine and workers.

    Needs free space in `out` of about the size of the export, unpacked. Raises FileNotFoundError when the
    folder holds no export, LookupError for an unknown measure, and ImportError, with the mend, when the
    engine is not installed.
    """
    files = files_of(folder)
    measures = job.measures
    out.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=out) as scratch:
        finished = Path(scratch) / "finished"
        finished.mkdir()
        named = [RESULTS, REPORTS, GAPS] if job.fhir else [RESULTS]
        problems: list[Problem] = []
        for name in named:
            (finished / name).touch()
        for done in _engine(engine)(files, job, Path(scratch), workers):
            _append(done, finished)
            tally.add(done.tally)
            problems.extend(done.problems)
        (finished / PROBLEMS).write_text("".join(_told(problems, files, folder)), encoding="utf-8")
        write_summaries(summaries(measures, tally), tally, len(problems), job, finished)
        written = [path.replace(out / path.name) for path in sorted(finished.iterdir())]
    return Evaluation(tally.patients, len(problems), tuple(written))


def _engine(name: Engine) -> Callable[[Sequence[Path], Job, Path, int], Iterator[Done]]:
    if name == "local":
        return evaluate_locally
    from measures.batch.spark import evaluate_with_spark  # an extra: asked for, then missed

    return evaluate_with_spark


def _append(done: Done, folder: Path) -> None:
    for name, part in done.files.items():
        with part.open("rb") as read, (folder / name).open("ab") as written:
            shutil.copyfileobj(read, written)
        part.unlink()


def _told(problems: Iterable[Problem], files: Sequence[Path], folder: Path) -> Iterator[str]:
    """Each problem with its file and line, in the order of the export."""
    for place, what, _ in sorted(problems):
        name = files[place.file].relative_to(folder)
        where = f":{place.line} (byte {place.offset})" if place.line else ""
        yield f"{name}{where}: {what}\n"
