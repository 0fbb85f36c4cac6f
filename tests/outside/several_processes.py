"""The same work in several processes at once, as several server workers do it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any


def in_processes(work: Callable[..., Any], *arguments: Any, processes: int = 3) -> list[Any]:
    """What `work(number, *arguments)` returned in each process; it must be a module's own function."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(work, number, *arguments) for number in range(processes)]
        return [each.result(timeout=60) for each in running]
