"""The last CDS calls, for testers: held in the memory of a demo, and by nothing else.

A request holds a patient's record, so outside the demo, whose people are invented, none is ever kept.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from cds_service.outside import clock

MOST_KEPT = 20


@dataclass(frozen=True)
class RecentCall:
    """One call as it came and as it was answered."""

    number: int
    at: datetime
    host_ehr: str
    service: str
    status: int
    ms: float
    request: bytes
    response: bytes


class RecentCalls:
    """One per process; safe for threads. Without `keeps` nothing is."""

    def __init__(self, *, keeps: bool) -> None:
        self.keeps = keeps
        self._calls: deque[RecentCall] = deque(maxlen=MOST_KEPT)
        self._count = 0

    def note(
        self, host_ehr: str, service: str, status: int, ms: float, request: bytes, response: bytes
    ) -> None:
        """Keep a call, where calls are kept."""
        if self.keeps:
            self._count += 1
            self._calls.appendleft(
                RecentCall(self._count, clock.now(), host_ehr, service, status, ms, request, response)
            )

    def all(self) -> tuple[RecentCall, ...]:
        """The newest first."""
        return tuple(self._calls)
