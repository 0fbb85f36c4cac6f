"""Reading a CSV file, plain or gzipped, and telling what its cells are."""

from __future__ import annotations

import csv
import gzip
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import TextIO

MISSING = frozenset({"", "?", "na", "n/a", "nan", "null", "nil", "-", ".", "unknown", "not available"})
CHUNK = 10_000  # rows


class TableError(ValueError):
    """A table that cannot be used; the message says where, why, and the mend."""


@dataclass(frozen=True)
class Table:
    """The cells of each column by its name; a cell is stripped, and None where it says nothing."""

    columns: dict[str, list[str | None]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


def read_table(path: Path) -> Table:
    """The whole table. Cells of one text are held once. Raises TableError."""
    whole: dict[str, list[str | None]] = {}
    for chunk in read_chunks(path):
        for name, cells in chunk.columns.items():
            whole.setdefault(name, []).extend(cells)
    if not whole:
        raise TableError(f"{path}: has no rows below its header")
    return Table(whole)


def read_chunks(path: Path, rows: int = CHUNK) -> Iterator[Table]:
    """The table in parts, so that one of any length can be scored. Raises TableError naming the line."""
    with _opened(path) as stream:
        reader = csv.reader(stream)
        held: list[list[str]] = []
        try:
            header = _header(path, reader)
            for row in reader:
                if len(row) != len(header):
                    raise TableError(
                        f"{path}:{reader.line_num}: {len(row)} cells where the header names {len(header)}"
                    )
                held.append(row)
                if len(held) == rows:
                    yield _table(header, held)
                    held = []
        except UnicodeDecodeError:
            where = f"{path}, after line {reader.line_num}"
            raise TableError(f"{where}: is not in UTF-8; save it as CSV in UTF-8") from None
        except (csv.Error, EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise TableError(f"{path}:{reader.line_num}: cannot be read as CSV ({error})") from None
        if held:
            yield _table(header, held)


def _header(path: Path, reader: Iterator[list[str]]) -> list[str]:
    first = next(reader, None)
    if first is None:
        raise TableError(f"{path}: is empty; a table begins with a line of column names")
    header = [name.strip().removeprefix("\ufeff") for name in first]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise TableError(f"{path}:1: two columns are called {', '.join(twice)}; rename one")
    return header


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    return Table({name: [_cell(row[at]) for row in rows] for at, name in enumerate(header)})


def _cell(text: str) -> str | None:
    stripped = text.strip()
    return None if stripped.lower() in MISSING else intern(stripped)


_RANGE = re.compile(r"[\[(]?\s*(\d+(?:\.\d+)?)\s*(?:-|to)\s*(\d+(?:\.\d+)?)\s*[\])]?")
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ].*)?|\d{1,2}/\d{1,2}/(\d{4}|\d{2})( .*)?|\d{8}T.*|\d{1,2}-[A-Za-z]{3}-\d{2,4}"
)
# ICD-9-CM (250.01, V58.6, E849) and ICD-10-CM (F32.1, E11.65).
_ICD = re.compile(r"\d{3}(\.\d{1,2})?|V\d{2}(\.\d{1,2})?|E\d{3}(\.\d)?|[A-TV-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?")


def as_number(cell: str) -> float | None:
    """A finite number, or the middle of a range such as "[70-80)"; None for any other text."""
    try:
        number = float(cell)
    except ValueError:
        span = _RANGE.fullmatch(cell)
        return (float(span[1]) + float(span[2])) / 2 if span else None
    return number if math.isfinite(number) else None


def is_date(cell: str) -> bool:
    return _DATE.fullmatch(cell) is not None


def is_icd(cell: str) -> bool:
    return _ICD.fullmatch(cell.upper()) is not None
