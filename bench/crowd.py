"""Eight clients at once: whether every call is answered, and whether memory keeps growing."""

from __future__ import annotations

import resource
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

from bench.call import Desk

CLIENTS = 8
QUARTERS = 4


def describe(desk: Desk, repetitions: int) -> str:
    """So many calls of each client, in two lines: errors, calls a second, and the memory after each quarter.

    The first quarter warms every thread and cache; a leak shows as a growth that all the others share.
    """
    each = max(1, repetitions // QUARTERS)
    errors, seconds, held = 0, 0.0, [_resident()]
    for _ in range(QUARTERS):
        began = time.perf_counter()
        errors += _crowd(desk, each)
        seconds += time.perf_counter() - began
        held.append(_resident())
    calls = QUARTERS * each * CLIENTS
    grown = ", ".join(f"{(after - before) / 2**20:+.1f}" for before, after in pairwise(held))
    return (
        f"{CLIENTS} clients at once: {errors} errors in {calls:,} calls, {calls / seconds:.0f} a second\n"
        f"  memory by quarters: {grown} MB; at the end {held[-1] / 2**20:.0f} MB, at most {_most():.0f} MB\n"
    )


def _crowd(desk: Desk, each: int) -> int:
    """The errors among so many calls of each client."""
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
    return errors


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def _most() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
