"""The charts of the calls just answered, lent to the next call that brings the same chart.

A host EHR sends its whole prefetch with every hook: in one visit the chart that was opened comes again with
each order that is chosen and once more at signing. Read, indexed and asked once, it is kept in the memory of
this process for the length of a visit, known by its host EHR, its patient, the day and every byte of it.
Nothing that was read with a token is kept, and nothing outlives the process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock, Timer

from cachetools import TTLCache

from cds_service.gathering import Chart
from cds_service.outside.registry import HostEhr
from measures.criteria import Findings
from measures.measure import MeasureResult
from measures.record import PatientRecord

KEPT_SECONDS = 600


@dataclass(frozen=True)
class Brought:
    """By what a chart is known: who sent it, of whom, on which day, and the text of its prefetch."""

    ehr: HostEhr
    server: str | None
    patient: str
    day: date
    prefetch: bytes = field(repr=False)

    @property
    def of(self) -> tuple[str, str]:
        return self.ehr.name, self.patient


@dataclass(frozen=True)
class PrefetchedChart:
    """A chart with its record, and what the measures have said of it so far."""

    chart: Chart
    record: PatientRecord
    found: Findings
    results: dict[str, MeasureResult] = field(default_factory=dict)


class PrefetchedCharts:
    """One per process; safe for threads: a chart is lent to one call at a time, which may write to it.

    `most_bytes` bounds the prefetch text of all that is kept; in memory a chart is about ten times its text.
    """

    def __init__(
        self, most_bytes: int, seconds: Callable[[], float], kept_seconds: float = KEPT_SECONDS
    ) -> None:
        self._kept: TTLCache[tuple[str, str], tuple[Brought, PrefetchedChart]] = TTLCache(
            most_bytes, kept_seconds, seconds, getsizeof=lambda kept: len(kept[0].prefetch)
        )
        self._lock = Lock()
        self._sweep: Timer | None = None

    def lend(self, brought: Brought) -> PrefetchedChart | None:
        """The chart, if it was brought before and nobody has it now; it is the caller's until given back."""
        with self._lock:
            kept = self._kept.get(brought.of)
            if kept is None or kept[0] != brought:
                return None
            del self._kept[brought.of]
        return kept[1]

    def text_kept(self, host_ehr: str, patient: str) -> bytes | None:
        """The text of the prefetch of which a patient's chart is kept."""
        with self._lock:
            kept = self._kept.get((host_ehr, patient))
        return kept[0].prefetch if kept else None

    def forget(self, host_ehr: str, patient: str) -> None:
        """Let a patient's chart go, if one is kept."""
        with self._lock:
            self._kept.pop((host_ehr, patient), None)

    def give_back(self, brought: Brought, chart: PrefetchedChart) -> None:
        """Keep it for the next call, in place of what was kept of this patient; the oldest may have to go."""
        if not brought.prefetch or chart.chart.read or len(brought.prefetch) > self._kept.maxsize:
            return
        with self._lock:
            self._kept[brought.of] = brought, chart
            self._sweep_later()

    def _sweep_later(self) -> None:
        """A process that hears no further call lets its charts go as well."""
        if self._sweep is None:
            self._sweep = Timer(self._kept.ttl, self._sweep_now)
            self._sweep.daemon = True
            self._sweep.start()

    def _sweep_now(self) -> None:
        with self._lock:
            self._kept.expire()
            self._sweep = None
            if len(self._kept):
                self._sweep_later()
