"""The result that belongs to an instrument's name in a sentence: a number, a verdict, a level, a blank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from measures.instrument_catalog import find_instruments
from measures.notes.mention import Kind
from measures.notes.patterns import Patterns
from measures.notes.sentences import DateSaid, dates

MOST_WORDS_BETWEEN = 12
CSSRS = "c-ssrs-screener"
_WORD = re.compile(r"\s*([A-Za-z][A-Za-z'’-]*|\d+(?:\.\d+)?|\S)")
_NUMBER = re.compile(
    r"\s*(?P<value>\d{1,3})(?P<fraction>\.\d+)?(?![\d%])"
    r"(?:\s*/\s*(?P<most>\d{1,3})(?!\d|/)|\s+out of\s+(?:a possible\s+)?(?P<most2>\d{1,3}))?"
)
_RANGE = re.compile(r"\s*\d{1,3}\s*[-–]\s*\d{1,3}(?!\d)(?!\s*>)")
_JOINT = re.compile(r"\s*(/|and|&|,)\s*")
_PAIR = re.compile(
    r"(?:\s|scores?|today|were|are|of|totals?|[:=(])*(\d{1,2})\s*(?:/|and|&|,)\s*(\d{1,2})\b(?!\s*/\s*\d)"
)
_VERDICT_LINK = re.compile(r"(?:\s|on|for|the|screen|a|by)*")
_NUMBER_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip


@dataclass(frozen=True)
class Name:
    """An instrument named in the sentence; what belongs to it lies between `reach` and `limit`."""

    instrument: str
    start: int
    end: int
    reach: int
    limit: int

    def could_score(self, value: int) -> bool:
        highest = find_instruments()[self.instrument].highest
        return self.instrument != CSSRS and highest is not None and value <= highest

    def is_out_of(self, most: int) -> bool:
        return most == find_instruments()[self.instrument].highest


@dataclass(frozen=True)
class Found:
    """A result that ends at `end`; the words up to `heard` are about it. `kind` is set where it is plain."""

    end: int
    heard: int
    value: int | None = None
    positive: bool | None = None
    level: str = ""
    kind: Kind | None = None

    @property
    def has_result(self) -> bool:
        return self.value is not None or self.positive is not None or bool(self.level)


class Results:
    """The names in one sentence and what stands with them."""

    def __init__(self, patterns: Patterns, text: str) -> None:
        self.patterns, self.text = patterns, text
        self.names = tuple(self._names())
        self.dates = dates(text) if self.names else []

    def _names(self) -> Iterator[Name]:
        found = list(self.patterns.name.finditer(self.text))
        for n, match in enumerate(found):
            reach = found[n - 1].end() if n else 0
            limit = found[n + 1].start() if n + 1 < len(found) else len(self.text)
            instrument = self.patterns.instruments[str(match.lastgroup)]
            name = Name(instrument, match.start(), match.end(), reach, limit)
            if not self._one_item(name):
                yield name

    def _one_item(self, name: Name) -> bool:
        """Whether only the points of one item are told: "PHQ-9 item 9: 0"."""
        sides = self.text[name.end : name.limit], self.text[name.reach : name.start]
        return any(self.patterns.item_only.search(side) for side in sides)

    def of(self, name: Name) -> list[Found]:
        """One result, two where a change is told, or none."""
        if (pair := self._paired(name)) is not None:
            return [pair]
        first = self._after(name) or self._before(name)
        if first is None or first.value is None:
            return [first] if first else []
        change = self.patterns.arrow.match(self.text, first.end, name.limit)
        if change and self._is_points(name, change, "new"):
            new = Found(change.end(), name.limit, int(change["new"]))
            return [replace(first, kind=Kind.HISTORICAL), new]
        older = self.patterns.older_after.search(self.text, first.end, name.limit)
        if older and self._is_points(name, older, "old"):
            old = Found(older.end(), older.end(), int(older["old"]), kind=Kind.HISTORICAL)
            return [replace(first, heard=older.start()), old]
        return [first]

    def _is_points(self, name: Name, match: re.Match[str], group: str) -> bool:
        in_date = any(said.start <= match.start(group) < said.end for said in self.dates)
        return name.could_score(int(match[group])) and not in_date

    def _after(self, name: Name) -> Found | None:
        """The first result after the name, over link words and dates only."""
        at, last = name.end, ""
        for _ in range(MOST_WORDS_BETWEEN):
            said = self._date_at(name, self._skip(at))
            if said is not None:
                at = said.end
                continue
            found = self._at(name, at)
            if found is not None:
                return replace(found, kind=Kind.HISTORICAL) if last == "from" else found
            word = _WORD.match(self.text, at, name.limit)
            if word is None or word[1].lower() not in self.patterns.link_words:
                return None
            at, last = word.end(), word[1].lower()
        return None

    def _date_at(self, name: Name, at: int) -> DateSaid | None:
        return next((d for d in self.dates if d.start <= at < d.end and not self.is_score(d, name)), None)

    @staticmethod
    def is_score(said: DateSaid, name: Name) -> bool:
        """ "9/27" after a PHQ-9 is a score, "3/14" is a day."""
        parts = said.text.split("/")
        return len(parts) == 2 and parts[1].isdigit() and name.is_out_of(int(parts[1]))

    def _at(self, name: Name, at: int) -> Found | None:
        text, patterns, here = self.text[: name.limit], self.patterns, self._skip(at)
        if blank := patterns.cues[Kind.TEMPLATE]["blank"].match(text, here):
            return Found(blank.end(), name.limit, kind=Kind.TEMPLATE)
        if span := _RANGE.match(text, here):
            return Found(span.end(), name.limit, kind=Kind.TEMPLATE)
        if number := _NUMBER.match(text, here):
            return self._number(name, number)
        word = _WORD.match(text, here)
        if word and word[1].lower() in _NUMBER_WORDS:
            value = _NUMBER_WORDS.index(word[1].lower())
            return Found(word.end(), name.limit, value) if name.could_score(value) else None
        if name.instrument == CSSRS:
            for level, pattern in patterns.levels.items():
                if match := pattern.match(text, here):
                    return Found(match.end(), name.limit, level=level)
        for positive, pattern in self._verdicts():
            if match := pattern.match(text, here):
                return Found(match.end(), name.limit, positive=positive)
        return None

    def _verdicts(self) -> tuple[tuple[bool, re.Pattern[str]], ...]:
        return (True, self.patterns.positive), (False, self.patterns.negative)

    @staticmethod
    def _number(name: Name, number: re.Match[str]) -> Found | None:
        value, most = int(number["value"]), number["most"] or number["most2"]
        if (number["fraction"] or "").strip(".0") or not name.could_score(value):
            return None
        return None if most and not name.is_out_of(int(most)) else Found(number.end(), name.limit, value)

    def _before(self, name: Name) -> Found | None:
        """A number before the name: "scored 17 on the PHQ-9"; or a verdict: "negative PHQ-2"."""
        text = self.text[name.reach : name.start]
        for match in reversed(list(self.patterns.number_first.finditer(text))):
            number = _NUMBER.match(text, match.end())
            between = re.findall(r"[A-Za-z'’]+|\S", text[number.end() :]) if number else []
            if number and between and all(word.lower() in self.patterns.link_back for word in between):
                found = self._number(name, number)
                return replace(found, end=name.end) if found else None
        for positive, pattern in self._verdicts():
            if any(_VERDICT_LINK.fullmatch(text, match.end()) for match in pattern.finditer(text)):
                return Found(name.end, name.limit, positive=positive)
        return None

    def _paired(self, name: Name) -> Found | None:
        """Two names with two numbers: "PHQ-9/GAD-7: 17/12", "PHQ-9 and GAD-7 were 17 and 12"."""
        if len(self.names) != 2 or not _JOINT.fullmatch(self.text[self.names[0].end : self.names[1].start]):
            return None
        pair = _PAIR.match(self.text, self.names[1].end)
        if pair is None:
            return None
        values = int(pair[1]), int(pair[2])
        if not all(one.could_score(value) for one, value in zip(self.names, values, strict=True)):
            return None
        return Found(pair.end(), len(self.text), values[self.names.index(name)])

    def _skip(self, at: int) -> int:
        return len(self.text) - len(self.text[at:].lstrip())
