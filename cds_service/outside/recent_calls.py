"""The last CDS calls, for testers: held in the memory of a demo, and by nothing else.

A request holds a patient's record, so outside the demo, whose people are invented, none is ever kept. Even
there a body is kept only of who proved to be a registered client: of a call refused before that, its outcome.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from cds_service.outside import clock

MOST_KEPT = 20


@dataclass(frozen=True, kw_only=True)
class HeardCall:
    """One call as it came and as it was answered. `path` is what stood after `/cds-services/`."""

    method: str
    path: str
    status: int
    ms: float
    host_ehr: str = ""  # empty: who called is not known
    request: bytes | None = None  # None: nothing was read of it, or nothing is kept of who sent it
    response: bytes = b""
    stages: Mapping[str, float] = field(default_factory=dict)  # milliseconds, in the order they came
    why: str = ""  # of a token that was not accepted: for those who run the service, never for the caller
    sent_as: str = ""  # how the sandbox's page signed it; empty for a call from elsewhere


@dataclass(frozen=True, kw_only=True)
class RecentCall(HeardCall):
    """The same, numbered."""

    number: int
    at: datetime

    @property
    def is_feedback(self) -> bool:
        """Whether it tells what became of cards, and asks for none."""
        return self.path.endswith("/feedback")


class RecentCalls:
    """One per process; safe for threads. Without `keeps` nothing is."""

    def __init__(self, *, keeps: bool) -> None:
        self.keeps = keeps
        self._calls: deque[RecentCall] = deque(maxlen=MOST_KEPT)
        self._count = 0
        self._lock = Lock()

    def note(self, call: HeardCall) -> None:
        """Keep a call, where calls are kept."""
        if self.keeps:
            with self._lock:
                self._count += 1
                numbered = RecentCall(number=self._count, at=clock.now(), **vars(call))
                self._calls.appendleft(numbered)

    def all(self) -> tuple[RecentCall, ...]:
        """The newest first."""
        with self._lock:
            return tuple(self._calls)

    def one(self, number: str) -> RecentCall | None:
        """The call of this number, as an address tells it, while it is kept."""
        return next((call for call in self.all() if str(call.number) == number), None)
