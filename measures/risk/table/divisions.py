"""By what a report on a table compares groups: the columns asked for, else those that are about people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from measures.risk.groups import age_band
from measures.risk.table.reading import Table, TableError, as_number

MISSING = "(missing)"
MOST_GROUPS = 30  # of a column that was not asked for: more cannot be compared

_ABOUT_PEOPLE = frozenset(
    {"age", "ethnicity", "gender", "insurance", "language", "payer", "payor", "race", "sex"}
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OF_AGE = frozenset({"age"})


def divisions(table: Table, kept: Sequence[int], asked: Sequence[str] = ()) -> dict[str, list[str]]:
    """By column, the group of each of the rows that are kept. Raises TableError for a column that is not
    there.

    Ages in years are put into bands.
    """
    unknown = [name for name in asked if name not in table.columns]
    if unknown:
        raise TableError(f"--by: the table has no column {', '.join(unknown)}")
    found = {}
    for name in asked or [name for name in table.columns if _words(name) & _ABOUT_PEOPLE]:
        cells = [table.columns[name][row] for row in kept]
        groups = _bands(cells) if _words(name) & _OF_AGE else [cell or MISSING for cell in cells]
        if asked or 1 < len(set(groups)) <= MOST_GROUPS:
            found[name] = groups
    return found


def _words(name: str) -> frozenset[str]:
    """ "ageBand" and "AGE_BAND" are both of age; "average" and "language" are not."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def _bands(cells: Sequence[str | None]) -> list[str]:
    """What is written as a band already stays as it is."""
    if any(cell is not None and not cell.replace(".", "", 1).isdigit() for cell in cells):
        return [cell or MISSING for cell in cells]
    return [MISSING if cell is None else age_band(int(as_number(cell) or 0)) for cell in cells]
