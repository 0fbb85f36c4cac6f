"""Where the page's data came from, when, and what became of each question: "Data as of 09:14 · 12 of 13
sources".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from measures.date_words import say_full_day
from measures.gather import State
from smart_app.care.states import kind_words


@dataclass(frozen=True)
class Source:
    words: str
    state: State


@dataclass(frozen=True)
class Origin:
    """`iso` is for machines (and for the browser, which says it in its own zone), `clock` for readers in
    UTC.
    """

    iso: str
    clock: str
    host: str
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    others: tuple[str, ...] = ()  # "claims, loaded 12 Nov 2026"

    @property
    def awaited(self) -> tuple[str, ...]:
        """What is still on its way, in words."""
        return tuple(source.words for source in self.sources if source.state is State.AWAITED)

    @property
    def read(self) -> int:
        return sum(source.state is State.GATHERED for source in self.sources)

    @property
    def says(self) -> str:
        whole = self.read == len(self.sources)
        counted = f"{self.read} sources" if whole else f"{self.read} of {len(self.sources)} sources"
        labels = (other.partition(",")[0] for other in self.others)
        return " and ".join((counted, *labels))

    @property
    def complete(self) -> bool:
        return self.read == len(self.sources)


def origin(
    found_at: datetime,
    host: str,
    states: Mapping[str, State],
    notes: Sequence[str],
    others: Iterable[tuple[str, date]] = (),
) -> Origin:
    """`others` are the other sources loaded for the host EHR, each with the day of its loading."""
    return Origin(
        iso=found_at.isoformat(timespec="seconds"),
        clock=f"{found_at:%H:%M} UTC",
        host=host,
        sources=tuple(Source(kind_words(kind), state) for kind, state in sorted(states.items())),
        notes=tuple(notes),
        others=tuple(f"{label}, loaded {say_full_day(day)}" for label, day in others),
    )
