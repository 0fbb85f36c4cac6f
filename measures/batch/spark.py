"""The Spark engine: the same function over the patients of each partition. Needs the extra `spark` and Java.

Under spark-submit it uses that cluster, whose workers must see the export at the same path; otherwise it
runs Spark on this machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from measures.batch.done import Done, kept
from measures.batch.job import Job
from measures.batch.partition import part_of, parts_for
from measures.batch.patients import Outcome, evaluate_patients
from measures.batch.reading import Line, Problem, Wanted, read_lines
from measures.batch.wanted import wanted_by


def evaluate_with_spark(files: Sequence[Path], job: Job, scratch: Path, workers: int) -> Iterator[Done]:
    """All results at once, in the same order as the local engine gives them. Raises ImportError."""
    try:
        from pyspark import SparkConf, SparkContext, StorageLevel
    except ImportError:
        raise ImportError(
            "--engine spark needs PySpark: pip install 'throughline[spark]', and Java 17"
        ) from None
    parts = parts_for(files)
    with SparkContext.getOrCreate(_configured(SparkConf(), workers)) as spark:
        if str(spark.master).startswith("local"):
            spark.pythonExec = sys.executable  # else whatever python3 is first in the PATH
        the_job = spark.broadcast(job)
        read = spark.parallelize(list(enumerate(files)), len(files)).flatMap(_read(wanted_by(job)))
        read.persist(StorageLevel.DISK_ONLY)
        problems = read.flatMap(_problem).collect()
        shared = spark.broadcast(_by_reference(read.flatMap(_shared_line).collect()))

        def evaluated(held: Iterable[tuple[str, Line]]) -> Iterable[Outcome]:
            def find(reference: str) -> Any:
                text = shared.value.get(reference)
                return None if text is None else orjson.loads(text)

            return evaluate_patients((line for _, line in held), the_job.value, find)

        by_owner = read.flatMap(_owned_line).partitionBy(parts, lambda owner: part_of(owner, parts))
        done = kept(by_owner.mapPartitions(evaluated).toLocalIterator(), scratch, "spark")
        done.problems.extend(problems)
        yield done


def _configured(conf: Any, workers: int) -> Any:
    if conf.contains("spark.master"):
        return conf
    here = "127.0.0.1"
    return (
        conf.setAppName("throughline")
        .setMaster(f"local[{workers}]")
        .set("spark.ui.enabled", "false")
        .set("spark.ui.showConsoleProgress", "false")
        .set("spark.driver.host", here)
        .set("spark.driver.bindAddress", here)
    )


def _read(wanted: Wanted) -> Callable[[tuple[int, Path]], Iterator[Line | Problem]]:
    return lambda numbered: read_lines(numbered[1], numbered[0], wanted)


def _problem(found: Line | Problem) -> list[Problem]:
    return [found] if isinstance(found, Problem) else []


def _shared_line(found: Line | Problem) -> list[Line]:
    return [found] if isinstance(found, Line) and not found.owner else []


def _owned_line(found: Line | Problem) -> list[tuple[str, Line]]:
    return [(found.owner, found)] if isinstance(found, Line) and found.owner else []


def _by_reference(lines: Iterable[Line]) -> dict[str, bytes]:
    held: dict[str, bytes] = {}
    for line in sorted(lines, key=lambda line: line.place):
        held.setdefault(f"{line.kind}/{orjson.loads(line.text).get('id')}", line.text)
    return held
