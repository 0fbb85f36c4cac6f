"""Where the CPU of one call goes, by the stages the service times in its metrics."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.call import Desk
from cds_service.outside import clock
from cds_service.outside.telemetry import stage_timings

AROUND = "around them"


def cpu_by_stage(desk: Desk, repetitions: int) -> dict[str, float]:
    """Mean CPU milliseconds of each stage, and of all that is around them: routing, hooks, the log line, and
    freeing what the call held.
    """
    whole = 0.0
    before = _totals()
    with _stages_in_cpu_time():
        for _ in range(repetitions):
            call = desk.whole()
            began = time.thread_time()
            call()
            whole += (time.thread_time() - began) * 1000
    spent = {name: (total - before.get(name, 0.0)) / repetitions for name, total in _totals().items()}
    return spent | {AROUND: whole / repetitions - sum(spent.values())}


def _totals() -> dict[str, float]:
    return {name: calls * mean for name, calls, mean in stage_timings()}


@contextmanager
def _stages_in_cpu_time() -> Iterator[None]:
    """The service's own stop-watch, counting CPU time of this thread."""
    kept = clock.monotonic
    clock.monotonic = time.thread_time
    try:
        yield
    finally:
        clock.monotonic = kept
