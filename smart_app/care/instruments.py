"""Scores a chart may hold: how each instrument is called there, and what its scores are called.

The words and cut-offs are the instrument's own, from `measures/instruments`; the timeline's lanes take theirs
from here too. The few scores told that are no instrument of ours follow at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from measures.event import Event
from measures.instrument import Band, Form, Instrument
from measures.instrument_catalog import find_instruments
from measures.terminology import LOINC, Code
from smart_app.care.measured import Severity
from smart_app.care.scores import SCORE


@dataclass(frozen=True, kw_only=True)
class Scale:
    """An instrument with a total. `title` names a total that has no code, `units` are those it is told in.

    `severity_by_gender` replaces `severity` where the cut-offs differ.
    """

    name: str
    about: str
    severity: tuple[Severity, ...]
    codes: tuple[Code, ...] = ()
    title: str = ""
    units: frozenset[str] = frozenset(SCORE)
    severity_by_gender: Mapping[str, tuple[Severity, ...]] = field(default_factory=dict)

    def grades(self, gender: str) -> tuple[Severity, ...]:
        return self.severity_by_gender.get(gender, self.severity)

    def told_in(self, event: Event) -> bool:
        """Whether a result is a total of it, by its code or, where it has none, by its title."""
        if any(code.key in event.codes for code in self.codes):
            return True
        return bool(self.title) and event.display == self.title


MMSE = Scale(
    name="MMSE",
    about="cognition",
    codes=(Code(LOINC, "72106-8", "Mini-Mental State Examination total score"),),
    severity=(  # Folstein 1975; high is good
        Severity(0, "severe impairment", "high"),
        Severity(10, "moderate impairment", "watch"),
        Severity(20, "mild impairment", "watch"),
        Severity(24, "normal"),
    ),
)


@cache
def scales() -> tuple[Scale, ...]:
    """Every instrument whose total is a number with a word for it."""
    return (*_of_instruments(), MMSE)


def scale(instrument_id: str) -> Scale:
    """That of one instrument. Raises KeyError where it has no such total."""
    return _scale(find_instruments()[instrument_id])


def _of_instruments() -> Iterator[Scale]:
    for instrument in find_instruments():
        if instrument.bands and instrument.total_form is not Form.LEVEL:
            yield _scale(instrument)


def _scale(instrument: Instrument) -> Scale:
    if not instrument.bands:
        raise KeyError(instrument.id)
    codes = tuple(code for code in (instrument.total, instrument.panel) if code)
    percent = instrument.total_form is Form.PERCENT
    return Scale(
        name=instrument.title,
        about=instrument.about,
        codes=codes,
        title="" if instrument.total else f"{instrument.title} score",
        units=frozenset({"%"}) if percent else frozenset(SCORE),
        severity=_severity(instrument.bands),
        severity_by_gender={sex.value: _severity(bands) for sex, bands in instrument.bands_by_sex.items()},
    )


def _severity(bands: Iterable[Band]) -> tuple[Severity, ...]:
    return tuple(Severity(band.at, band.word, band.tone) for band in bands)
