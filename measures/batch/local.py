"""The local engine: processes that first sort the export by patient, then evaluate it part by part."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import orjson

from measures.batch.done import Done, kept
from measures.batch.job import Job, Tally
from measures.batch.partition import SHARED, Parts, parts_for
from measures.batch.patients import evaluate_patients
from measures.batch.reading import Problem
from measures.batch.wanted import wanted_by

Resource = dict[str, Any]


def evaluate_locally(files: Sequence[Path], job: Job, scratch: Path, workers: int) -> Iterator[Done]:
    """Each part in order. `scratch` is an empty folder for the sorted lines: about the size of the export,
    unpacked.
    """
    parts = Parts(scratch / "parts", parts_for(files))
    with _pool(workers, job, parts, scratch) as pool:
        sorting = [pool.submit(_sort, path, number) for number, path in enumerate(files)]
        yield Done({}, Tally(), [problem for one in sorting for problem in one.result()])
        for evaluating in [pool.submit(_evaluate, part) for part in range(parts.count)]:
            yield evaluating.result()


class Worker:
    """What one process holds while it works: the job, the sorted parts, and where its results go."""

    def __init__(self, job: Job, parts: Parts, scratch: Path) -> None:
        self.job = job
        self.parts = parts
        self.scratch = scratch
        self.wanted = wanted_by(job)
        self._shared: SharedResources | None = None  # there only after the sorting

    def sort(self, path: Path, number: int) -> list[Problem]:
        return self.parts.sort(path, number, self.wanted)

    def evaluate(self, part: int) -> Done:
        if self._shared is None:
            self._shared = SharedResources(self.parts)
        with _collecting_seldom():
            outcomes = evaluate_patients(self.parts.lines(part), self.job, self._shared.find)
            done = kept(outcomes, self.scratch, str(part))
        self.parts.drop(part)
        return done


class SharedResources:
    """The Medications and Locations of the export by reference: only where each stands is held in memory."""

    def __init__(self, parts: Parts) -> None:
        self._where: dict[str, tuple[Path, int]] = {}
        for path, position, line in parts.placed_lines(SHARED):
            self._where.setdefault(f"{line.kind}/{orjson.loads(line.text).get('id')}", (path, position))
        self.find: Callable[[str], Resource | None] = lru_cache(maxsize=4096)(self._find)

    def _find(self, reference: str) -> Resource | None:
        if reference not in self._where:
            return None
        path, position = self._where[reference]
        found: Resource = orjson.loads(Parts.line_at(path, position).text)
        return found


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Looking for cycles among the thousands of parts of a record being read finds none, and takes long."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


# -- the pool ------------------------------------------------------------------------------------------------

_worker: Worker


def _pool(workers: int, job: Job, parts: Parts, scratch: Path) -> Executor:
    """Processes that start afresh (spawn): no lock or thread of the caller is copied into them."""
    if workers == 1:
        _begin(job, parts, scratch)
        return _Here()
    return ProcessPoolExecutor(workers, get_context("spawn"), _begin, (job, parts, scratch))


class _Here(Executor):
    """The one worker is this process."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(function(*arguments, **named))
        return done


def _begin(job: Job, parts: Parts, scratch: Path) -> None:
    global _worker
    _worker = Worker(job, parts, scratch)


def _sort(path: Path, number: int) -> list[Problem]:
    return _worker.sort(path, number)


def _evaluate(part: int) -> Done:
    return _worker.evaluate(part)
