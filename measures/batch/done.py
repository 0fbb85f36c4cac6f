"""What an engine hands back: files of results, written as the patients come."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from measures.batch.job import Tally
from measures.batch.patients import Outcome
from measures.batch.reading import Problem


@dataclass(frozen=True)
class Done:
    """Some of the work, done: its share of each output file, of the tally, and what could not be read."""

    files: dict[str, Path]
    tally: Tally
    problems: list[Problem]


def kept(outcomes: Iterable[Outcome], folder: Path, name: str) -> Done:
    """Write what came of each patient to one file an output, holding no more than one patient at a time."""
    done = Done({}, Tally(), [])
    with ExitStack() as open_files:
        streams: dict[str, IO[bytes]] = {}
        for outcome in outcomes:
            for output, lines in outcome.files.items():
                if output not in streams:
                    done.files[output] = folder / f"{name}-{output}"
                    streams[output] = open_files.enter_context(done.files[output].open("wb"))
                streams[output].writelines(lines)
            done.tally.add(outcome.tally)
            done.problems.extend(outcome.problems)
    return done
