"""A scorecard: a programme and a year, filled with the rates of an evaluation (its summary.json)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from measures.programme import Programme

SUMMARY = "summary.json"


class ScorecardError(ValueError):
    """A scorecard that cannot be made; the message says why and the mend."""


@dataclass(frozen=True)
class ScoredRate:
    """One rate. `denominator` is what is left without exclusions and exceptions; `rate` None: nothing is
    left, or the measure was not evaluated (then `denominator` is None too). Unknown counts patients.
    """

    measure: str
    title: str
    lower_is_better: bool = False
    rate: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    unknown: int | None = None


@dataclass(frozen=True)
class Scorecard:
    """The rates of a programme's measures in one year, and what it counts that no record tells."""

    label: str
    standing: str
    rates: tuple[ScoredRate, ...]
    not_from_the_record: tuple[tuple[str, str], ...]
    patients: int
    vocabulary: str
    for_reporting: bool


def read_summary(folder: Path) -> Mapping[str, Any]:
    """The summary of an evaluation. Raises ScorecardError when the folder holds none."""
    path = folder / SUMMARY
    try:
        summary: Mapping[str, Any] = orjson.loads(path.read_bytes())
        _ = summary["period"]["start"], summary["measures"], summary["vocabulary"]["label"]
    except FileNotFoundError:
        mend = "make it with `throughline measures evaluate --out DIR`"
        raise ScorecardError(f"{folder}: holds no {SUMMARY}; {mend}") from None
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ScorecardError(f"{path}: is not the summary of an evaluation ({error!r})") from None
    return summary


def scorecard(programme: Programme, year: int, summary: Mapping[str, Any]) -> Scorecard:
    """Raises ScorecardError when the programme has no such year, or the summary is of another."""
    span = programme.in_year(year)
    if span is None:
        years = ", ".join(
            f"{s.first}-{s.last}" if s.first != s.last else f"{s.first}" for s in programme.years
        )
        raise ScorecardError(f"{programme.id} has no measures in {year}; it has {years}")
    period = summary["period"]
    if (period["start"], period["end"]) != (f"{year}-01-01", f"{year}-12-31"):
        raise ScorecardError(
            f"the results are of {period['start']} to {period['end']}, not of {year}; "
            f"evaluate with --period {year}, or ask for the year of the results"
        )
    evaluated = {measure["id"]: measure for measure in summary["measures"]}
    rates = tuple(rate for name in span.measures for rate in _rates(name, evaluated.get(name)))
    vocabulary = summary["vocabulary"]
    return Scorecard(
        programme.label(year),
        span.standing,
        rates,
        programme.not_from_the_record,
        summary["patients"],
        vocabulary["label"],
        vocabulary["for_reporting"],
    )


def _rates(name: str, measure: Mapping[str, Any] | None) -> Iterator[ScoredRate]:
    if measure is None:
        yield ScoredRate(name, "not evaluated")
        return
    for group in measure["groups"]:
        counts = group["populations"]
        left = counts["denominator"] - counts["denominator-exclusion"] - counts["denominator-exception"]
        yield ScoredRate(
            name,
            f"{measure['title']}: {group['title']}" if group["title"] else measure["title"],
            measure["improvement"] == "decrease",
            group["rate"],
            counts["numerator"],
            left,
            group["patients"]["unknown"],
        )
