"""A feature: one small named question to the record as of a day, answered with a number or with "not known".

A function `def ed_visits(known) -> Answer` under `@feature(...)` in a file of `measures/risk/features/` is
found by name; there is no list to edit. The answer carries the events that led to it, so that each reason of
a score can name its resources.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from measures.event import Event
from measures.record import PatientRecord
from measures.risk import features
from measures.risk.as_of import Fact, Known


class Answer(NamedTuple):
    """A feature's value; None when the record does not know it. `facts` are what it was taken from.

    Of what does not apply, such as the supply of a medicine that is not taken, nothing is missing.
    """

    number: float | None
    facts: Sequence[Fact] = ()
    applies: bool = True

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(fact.event for fact in self.facts)


NOT_KNOWN = Answer(None)
DOES_NOT_APPLY = Answer(None, applies=False)


@dataclass(frozen=True)
class Feature:
    """What is asked, over how many days, in which unit, of which resource types.

    `worse` says what clinicians hold for certain: +1 when more of it never lowers the risk, -1 when it never
    raises it, 0 when it may do either; the challenger is held to it. `essential` features make a score
    abstain when they are not known. A `logged` number counts by its order of magnitude.
    `levels` are the words of a scale that starts at 0.
    """

    id: str
    says: str
    unit: str
    sources: tuple[str, ...]
    read: Callable[[Known], Answer]
    window: int | None = None
    worse: int = 0
    logged: bool = False
    essential: bool = False
    levels: tuple[str, ...] = ()

    def __call__(self, known: Known) -> Answer:
        """Its value; not known where one of its sources was not gathered."""
        if not known.gathered(*self.sources):
            return NOT_KNOWN
        return self.read(known)


class FeatureError(ValueError):
    """The files of features do not make a catalogue; the message names the mend."""


_found: list[Feature] = []


def feature(
    id: str,
    says: str,
    unit: str,
    *sources: str,
    window: int | None = None,
    worse: int = 0,
    logged: bool = False,
    essential: bool = False,
    levels: tuple[str, ...] = (),
) -> Callable[[Callable[[Known], Answer]], Feature]:
    """Makes a function of what was known into a feature of the catalogue."""

    def made(read: Callable[[Known], Answer]) -> Feature:
        one = Feature(id, says, unit, sources, read, window, worse, logged, essential, levels)
        _found.append(one)
        return one

    return made


@cache
def find_features() -> tuple[Feature, ...]:
    """Every feature of `measures/risk/features`, in the order of files and ids. Raises FeatureError."""
    for module in sorted(pkgutil.iter_modules(features.__path__), key=lambda module: module.name):
        importlib.import_module(f"{features.__name__}.{module.name}")
    found = sorted(_found, key=lambda one: (one.read.__module__, one.id))
    by_id: dict[str, Feature] = {}
    for one in found:
        if one.id in by_id:
            raise FeatureError(f"two features are called {one.id}; give one another id")
        by_id[one.id] = one
    return tuple(found)


def answers(record: PatientRecord, as_of: date, asked: Iterable[Feature] | None = None) -> dict[str, Answer]:
    """What each feature says of the record as of the end of a day."""
    known = Known(record, as_of)
    return {one.id: one(known) for one in (find_features() if asked is None else asked)}
