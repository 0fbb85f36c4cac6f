"""The result that belongs to an instrument's name in a sentence: a number, a verdict, a level, a blank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from measures.instrument_catalog import find_instruments
from measures.notes.mention import Kind
from measures.notes.patterns import Patterns
from measures.notes.sentences import DateSaid, dates

MOST_WORDS_BETWEEN = 12
_BOUND_WITHIN = 8  # signs before a number, spaces among them
MOST_NAMES = 12  # in one sentence
CSSRS = "c-ssrs-screener"
_WORD = re.compile(r"\s*([A-Za-z]+(?:['’-][A-Za-z]+)*|\d+(?:\.\d+)?|\S)")
_NUMBER = re.compile(
    r"\s*(?P<value>\d{1,3})(?P<fraction>\.\d+)?(?![\d%]|s\b)"
    r"(?:\s*/\s*(?P<most>\d{1,3})(?!\d|/)|\s+out of\s+(?:a possible\s+)?(?P<most2>\d{1,3}))?"
)
_RANGE = re.compile(r"\s*\d{1,3}\s*[-–]\s*\d{1,3}(?!\d)(?!\s*>)")
_KEY = re.compile(r"\s*\([^()]*\d\s*[-–]\s*\d[^()]*\)")  # "(0-27)", what the points mean, in brackets
# A number told as a bound is no score: ">20", ">= 10", "20+", "15 or more"; an arrow before it is no bound.
_BOUND_BEFORE = re.compile(r"(?:(?<![-=<>])>|(?<![-=<>])<|[<>]=|≥|≤|&[lg]t;=?)\s*$")
_BOUND_AFTER = re.compile(
    r"\+(?!\d)|\s+(?:or|and)\s+(?:more|greater|higher|above|over|up|less|fewer|lower|below|under)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*(?:/|,?\s*and|&|,|or)\s*(?:the\s+)?")
_PAIR = re.compile(
    r"(?:\s|scores?|today|were|are|of|totals?|[:=(])*(\d{1,2})\s*(?:/|and|&|,)\s*(\d{1,2})\b(?!\s*/\s*\d)"
)
_VERDICT_LINK = re.compile(r"(?:\s|risk|on|for|the|screen|a|by|per|with|via|from|using|in)*")
_LATER_TO = re.compile(r"[^.;\d]{0,30}\bto\s+(?P<new>\d{1,3})(?!\d|\.\d)")
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
    """A result that ends at `end`; the words up to `heard` are about it. `kind` is set where it is plain.

    `newer`: it is the later half of a change, whatever words of the past stand before it.
    """

    end: int
    heard: int
    value: int | None = None
    positive: bool | None = None
    level: str = ""
    kind: Kind | None = None
    newer: bool = False

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
        found = list(islice(self.patterns.name.finditer(self.text), MOST_NAMES))
        for n, match in enumerate(found):
            reach = found[n - 1].end() if n else 0
            limit = found[n + 1].start() if n + 1 < len(found) else len(self.text)
            instrument = self.patterns.instruments[str(match.lastgroup)]
            name = Name(instrument, match.start(), match.end(), reach, limit)
            if not self._one_item(name):
                yield name

    def _one_item(self, name: Name) -> bool:
        """Whether only the points of one item are told: "PHQ-9 item 9: 0"."""
        before, after = self.text[name.reach : name.start], self.text[name.end : name.limit]
        return bool(self.patterns.item_before.search(before) or self.patterns.item_after.search(after))

    def of(self, name: Name) -> list[Found]:
        """One result, more where a change is told, or none."""
        if (pair := self._paired(name)) is not None:
            return [pair]
        first = self._from_before(name) or self._after(name) or self._before(name) or self._further(name)
        first = first or self._shared(name)
        if first is None or first.value is None:
            return [first] if first else []
        steps = [first]
        while newer := self._newer(name, steps[-1]):
            steps[-1] = replace(steps[-1], kind=Kind.HISTORICAL)
            steps.append(newer)
        if len(steps) > 1:
            return steps
        older = self.patterns.older_after.search(self.text, first.end, name.limit)
        group = "old" if older and older["old"] else "bracketed"
        if older and self._is_points(name, older, group):
            old = Found(older.end(), older.end(), int(older[group]), kind=Kind.HISTORICAL)
            return [replace(first, heard=older.start()), old]
        return [first]

    def _from_before(self, name: Name) -> Found | None:
        """An old number before the name: "down from 21 on the PHQ-9 in May to 6"."""
        found = self._before(name)
        return found if found and found.kind is Kind.HISTORICAL else None

    def _newer(self, name: Name, first: Found) -> Found | None:
        """The later half of a change: "17 -> 9"; "from 21 on the PHQ-9 in May to 6"."""
        change = self.patterns.arrow.match(self.text, first.end, name.limit)
        change = change or self.patterns.newer_marked.match(self.text, first.end, name.limit)
        if change is None and first.kind is Kind.HISTORICAL and first.end == name.end:
            change = _LATER_TO.match(self.text, first.end, name.limit)
        if change and self._is_points(name, change, "new"):
            return Found(change.end(), name.limit, int(change["new"]), newer=True)
        return None

    def _is_points(self, name: Name, match: re.Match[str], group: str) -> bool:
        in_date = any(said.start <= match.start(group) < said.end for said in self.dates)
        counts_other = self.patterns.not_points.match(self.text, match.end(group))
        return name.could_score(int(match[group])) and not in_date and not counts_other

    def _after(self, name: Name, start: int | None = None) -> Found | None:
        """The first result after the name, or after `start`, over link words and dates only."""
        at, last = name.end if start is None else start, ""
        for _ in range(MOST_WORDS_BETWEEN):
            if key := _KEY.match(self.text, at, name.limit):
                at = key.end()
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
            counts_other = self.patterns.not_points.match(text, word.end())
            return (
                Found(word.end(), name.limit, value) if name.could_score(value) and not counts_other else None
            )
        for pattern, verdict in self._verdicts(name):
            if match := pattern.match(text, here):
                return replace(verdict, end=match.end(), heard=name.limit)
        return None

    def _verdicts(self, name: Name) -> Iterator[tuple[re.Pattern[str], Found]]:
        """Results in words, with what each says."""
        if name.instrument == CSSRS:
            for level, pattern in self.patterns.levels.items():
                yield pattern, Found(0, 0, level=level)
        yield self.patterns.positive, Found(0, 0, positive=True)
        yield self.patterns.negative, Found(0, 0, positive=False)

    def _number(self, name: Name, number: re.Match[str]) -> Found | None:
        value, most = int(number["value"]), number["most"] or number["most2"]
        text, start, end = number.string, number.start("value"), number.end()
        if self.patterns.not_points.match(text, end) or _BOUND_AFTER.match(text, end):
            return None
        if _BOUND_BEFORE.search(text, max(0, start - _BOUND_WITHIN), start):
            return None
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
                kind = Kind.HISTORICAL if match[0].lower().startswith("from") else None
                return replace(found, end=name.end, kind=kind) if found else None
        for pattern, verdict in self._verdicts(name):
            if any(_VERDICT_LINK.fullmatch(text, match.end()) for match in pattern.finditer(text)):
                return replace(verdict, end=name.end, heard=name.limit)
        return None

    def _further(self, name: Name) -> Found | None:
        """A result further on, where a word or sign announces it."""
        announced = self.patterns.far.match(self.text[name.end : name.limit])
        return self._after(name, name.end + announced.end()) if announced else None

    def _shared(self, name: Name) -> Found | None:
        """The verdict of names told in one breath: "PHQ-9 and GAD-7 negative"."""
        last = self.chain(name)[-1]
        found = self._after(last) if last is not name else None
        return found if found and found.value is None and found.has_result else None

    def chain(self, name: Name) -> tuple[Name, ...]:
        """The names joined to this one by "and", a comma or a slash."""
        at = self.names.index(name)
        first = last = at
        while first > 0 and self._joined(first - 1):
            first -= 1
        while last + 1 < len(self.names) and self._joined(last):
            last += 1
        return self.names[first : last + 1]

    def _joined(self, at: int) -> bool:
        return bool(_JOINT.fullmatch(self.text[self.names[at].end : self.names[at + 1].start]))

    def _paired(self, name: Name) -> Found | None:
        """Two names with two numbers: "PHQ-9/GAD-7: 17/12", "PHQ-9 and GAD-7 were 17 and 12"."""
        if len(self.names) != 2 or not self._joined(0):
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
