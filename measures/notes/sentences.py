"""A note cut into sentences, each with its place, its heading and the date that stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

LONGEST = 600
"""Characters; a longer sentence is cut, so that no pattern is tried on a whole book."""

_SHORT_FORMS = r"(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bvs\.)(?<!\bpt\.)(?<!\be\.g\.)"
_END = re.compile(rf"(?<=[.!?]){_SHORT_FORMS}\s+(?=[A-Z(\"'])|;\s+")
_LONE_RESULT = re.compile(
    r"^\s*[:=|]?\s*(?:\d{1,3}(?:\s*/\s*\d{1,3})?|positive|negative)\s*\.?\s*$", re.IGNORECASE
)
_HEADING = re.compile(r"^\s*[A-Za-z][A-Za-z '/&-]{1,40}:\s*$")
_HEADED = re.compile(r"^\s*([A-Za-z][A-Za-z '/&-]{1,40}):\s+\S")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"""\b(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})
    | (?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})(?:/(?P<y>\d{{4}}|\d{{2}}))?(?!\s*/|\d)
    | (?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<year>\d{{4}}))?
    | (?P<lone>{_MONTH})\s+(?:of\s+)?(?P<of>(?:19|20)\d{{2}}))""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Sentence:
    """`start` is its place in the note; `heading` the section it stands in, in the note's words."""

    text: str
    start: int
    heading: str = ""


@dataclass(frozen=True)
class DateSaid:
    """A date as it is written, and the day where it is a whole one. `year` None: it was left out."""

    text: str
    start: int
    end: int
    year: int | None
    month: int
    day: int | None

    def may_be(self, other: date) -> bool:
        """Whether it is the day of `other`, as far as it says."""
        return self.year in (None, other.year) and self.month == other.month and self.day in (None, other.day)


def sentences(text: str) -> Iterator[Sentence]:
    """In the order of the note. A number alone on a line belongs to the line before it."""
    heading, blank = "", True
    for start, line in _lines(text):
        if not line.strip():
            blank = True
            continue
        if _HEADING.match(line) or (blank and line.strip().isupper() and len(line.strip()) < 40):
            heading = line.strip().rstrip(":")
        elif headed := _HEADED.match(line):
            heading = headed[1]
        blank = False
        at = 0
        for end in (*(match.end() for match in _END.finditer(line)), len(line)):
            for cut in range(at, end, LONGEST):
                piece = line[cut : min(cut + LONGEST, end)]
                yield Sentence(piece, start + cut, heading)
            at = end


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at, held, held_at = 0, "", 0
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        if held and _LONE_RESULT.match(body):
            held = text[held_at : at + len(body)].replace("\r", " ").replace("\n", " ")
        else:
            if held or at:
                yield held_at, held
            held, held_at = body, at
        at += len(line)
    yield held_at, held


def dates(text: str) -> list[DateSaid]:
    """Every date a sentence states; "3/14" counts, "17/27" is no date."""
    return [said for match in _DATE.finditer(text) if (said := _date(match))]


def _date(match: re.Match[str]) -> DateSaid | None:
    year: int | None
    day: int | None
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
    elif match["m"]:
        month, day = int(match["m"]), int(match["d"])
        year = None if match["y"] is None else int(match["y"]) + (2000 if len(match["y"]) == 2 else 0)
    else:
        name = match["month"] or match["lone"]
        month = _MONTHS.index(name[:3].lower()) + 1
        day = int(match["day"]) if match["day"] else None
        stated = match["year"] or match["of"]
        year = int(stated) if stated else None
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return DateSaid(match[0], match.start(), match.end(), year, month, day)
