"""Eight clients at once: whether every call is answered, and whether memory keeps growing."""

from __future__ import annotations

import resource
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

from bench.call import Desk

CLIENTS = 8
QUARTERS = 4
_GOOD = "200 OK"


def describe(desk: Desk, repetitions: int) -> str:
    """So many calls of each client, in two lines: errors, calls a second, and the memory after each quarter.

    The first quarter warms every thread and cache, and SQLite fills its own (2 MB a connection); a leak shows
    as a growth that all the others share. A 503 says that the disk of this machine did not answer for 5 s.
    """
    each = max(1, repetitions // QUARTERS)
    answers: Counter[str] = Counter()
    seconds, held = 0.0, [_resident()]
    for _ in range(QUARTERS):
        began = time.perf_counter()
        answers += _crowd(desk, each)
        seconds += time.perf_counter() - began
        held.append(_resident())
    calls = QUARTERS * each * CLIENTS
    errors = calls - answers[_GOOD]
    which = ", ".join(f"{number}x {status}" for status, number in answers.items() if status != _GOOD)
    grown = ", ".join(f"{(after - before) / 2**20:+.1f}" for before, after in pairwise(held))
    return (
        f"{CLIENTS} clients at once: {errors} errors in {calls:,} calls{which and f' ({which})'}, "
        f"{calls / seconds:.0f} a second\n"
        f"  memory by quarters: {grown} MB; at the end {held[-1] / 2**20:.0f} MB, at most {_most():.0f} MB\n"
    )


def _crowd(desk: Desk, each: int) -> Counter[str]:
    """The statuses of so many calls of each client."""

    def client() -> Counter[str]:
        return Counter(desk.whole()()[0] for _ in range(each))

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client) for _ in range(CLIENTS)]
        return sum((done.result() for done in clients), Counter())


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def _most() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
