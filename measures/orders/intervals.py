"""The table of useful intervals: for how long a laboratory result stands."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml

from measures.terminology import ValueSet


class UsefulInterval(NamedTuple):
    """One row: a test, the days for which its result stands, why, and the medicines that change it."""

    what: str
    results: tuple[ValueSet, ...]
    days: int
    why: str
    changed_by: tuple[ValueSet, ...]


def _value_sets(oids: list[str], title: str) -> tuple[ValueSet, ...]:
    return tuple(ValueSet(oid, title) for oid in oids)


def read_intervals(path: Path) -> tuple[UsefulInterval, ...]:
    return tuple(
        UsefulInterval(
            row["what"],
            _value_sets(row["results"], row["what"]),
            row["days"],
            row["why"],
            _value_sets(row.get("changed_by", []), f"medicines that change {row['what']}"),
        )
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    )


USEFUL_INTERVALS = read_intervals(Path(__file__).parent / "useful_intervals.yaml")
