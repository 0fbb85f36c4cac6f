"""Eight clients at once: whether every call is answered, and whether memory keeps growing."""

from __future__ import annotations

import resource
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.call import Desk

CLIENTS = 8


def describe(desk: Desk, repetitions: int) -> str:
    """So many calls of each client, in a line: errors, calls a second, and growth after the first half."""
    half = max(1, repetitions // 2)
    errors, _ = _crowd(desk, half)  # warms every thread and cache
    before, began = _resident(), time.perf_counter()
    more, calls = _crowd(desk, half)
    seconds, grown = time.perf_counter() - began, _resident() - before
    return (
        f"{CLIENTS} clients at once: {errors + more} errors in {2 * calls} calls, "
        f"{calls / seconds:.0f} a second; "
        f"memory after the first half grew by {grown / 2**20:.1f} MB (most ever {_most():.0f} MB)\n"
    )


def _crowd(desk: Desk, each: int) -> tuple[int, int]:
    lock, errors = threading.Lock(), 0

    def client() -> None:
        nonlocal errors
        for _ in range(each):
            status, _ = desk.whole()()
            if not status.startswith("200"):
                with lock:
                    errors += 1

    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(client) for _ in range(CLIENTS)]:
            done.result()
    return errors, each * CLIENTS


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def _most() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
