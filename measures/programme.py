"""Programmes: which measures count for whom, in which year, and on whose word.

One YAML file a programme, in `measures/programmes/` or a folder of the organisation's own: a programme and a
year make a scorecard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "programmes"
STANDINGS = ("optional", "pay-for-reporting", "pay-for-performance", "scored")
_KEYS = {"id", "title", "citation", "verified", "years"}
_MORE_KEYS = {"to_verify", "first_performance_year", "not_from_the_record"}


class ProgrammeError(ValueError):
    """Programme files that cannot be used; the message lists every problem with its file."""


@dataclass(frozen=True)
class Years:
    """Calendar years in which one set of measures counts, and how (one of STANDINGS)."""

    first: int
    last: int
    standing: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Programme:
    """A programme's measures by year, with where that is written and when somebody last looked."""

    id: str
    title: str
    citation: str
    verified: date
    to_verify: str
    first_performance_year: int | None
    years: tuple[Years, ...]
    not_from_the_record: tuple[tuple[str, str], ...]

    def in_year(self, year: int) -> Years | None:
        return next((span for span in self.years if span.first <= year <= span.last), None)

    def label(self, year: int) -> str:
        """Such as "ACO LEAD PY3 (2029)"."""
        if self.first_performance_year is None:
            return f"{self.title} {year}"
        return f"{self.title} PY{year - self.first_performance_year + 1} ({year})"


def read_programmes(*folders: Path) -> dict[str, Programme]:
    """All programmes of the folders by id; of one id the later file stands. Raises ProgrammeError."""
    programmes: dict[str, Programme] = {}
    problems: list[str] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        try:
            programme = _programme(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (yaml.YAMLError, ValueError, KeyError, TypeError) as error:
            problems.append(f"{path}: {error}")
        else:
            programmes[programme.id] = programme
    if problems:
        raise ProgrammeError("\n".join(problems))
    return programmes


@cache
def built_in() -> Mapping[str, Programme]:
    return read_programmes(FOLDER)


def counting_for(measure: str, programmes: Iterable[Programme], year: int | None = None) -> tuple[str, ...]:
    """The titles of the programmes that a measure counts for, in one year or in any."""
    return tuple(
        programme.title
        for programme in programmes
        if any(
            measure in span.measures and (year is None or span.first <= year <= span.last)
            for span in programme.years
        )
    )


def _programme(raw: Any) -> Programme:
    if not isinstance(raw, dict) or not raw.keys() >= _KEYS:
        raise ValueError(f"a programme needs {', '.join(sorted(_KEYS))}")
    unknown = raw.keys() - _KEYS - _MORE_KEYS
    if unknown:
        raise ValueError(f"nothing is called {', '.join(sorted(map(str, unknown)))}")
    if not isinstance(raw["verified"], date):
        raise ValueError("verified must be a date such as 2026-10-31")
    years = tuple(map(_years, raw["years"]))
    for before, after in pairwise(sorted(years, key=lambda span: span.first)):
        if after.first <= before.last:
            raise ValueError(f"{after.first} is given twice; each year belongs to one span")
    return Programme(
        id=raw["id"],
        title=raw["title"],
        citation=raw["citation"],
        verified=raw["verified"],
        to_verify=raw.get("to_verify", ""),
        first_performance_year=raw.get("first_performance_year"),
        years=years,
        not_from_the_record=tuple((row["id"], row["title"]) for row in raw.get("not_from_the_record", ())),
    )


def _years(raw: Any) -> Years:
    for name in ("from", "to", "standing", "measures"):
        if name not in raw:
            raise ValueError(f"a span of years has no {name!r}")
    if not isinstance(raw["measures"], list):
        raise ValueError("measures must be a list of ids such as [CMS2, CMS165]")
    if raw["standing"] not in STANDINGS:
        raise ValueError(f"standing {raw['standing']!r} is not one of {', '.join(STANDINGS)}")
    if raw["from"] > raw["to"]:
        raise ValueError(f"years from {raw['from']} to {raw['to']} run backwards")
    return Years(raw["from"], raw["to"], raw["standing"], tuple(raw["measures"]))
