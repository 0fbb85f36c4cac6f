"""Two versions of a rule, or two folders of rules, compared in words: key by key, old and new.

Nothing is cut off: who approves a change has to see all of it, and which words of a long text it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, NamedTuple

_AT_A_GLANCE = 60  # characters of a value; longer ones are told as one text, with what differs marked
_MOST_MATCHED = 2_000  # words; matching takes their square, and no text written by hand is longer

Values = Mapping[str, Any]


class Mark(StrEnum):
    """What became of some words."""

    SAME = "same"
    OUT = "out"
    IN = "in"


class Words(NamedTuple):
    """Some words that stand together."""

    mark: Mark
    text: str


class Change(NamedTuple):
    """One key that another version says otherwise; None where it is not there."""

    key: str
    old: str | None
    new: str | None

    @property
    def words(self) -> tuple[Words, ...]:
        """Both as one text: what stayed, and what was taken out and put in at each place."""
        return tuple(_words(_visible(self.old or ""), _visible(self.new or "")))

    @property
    def is_short(self) -> bool:
        """Whether both can be read beside each other."""
        return max(len(self.old or ""), len(self.new or "")) <= _AT_A_GLANCE

    def __str__(self) -> str:
        old, new = (_on_one_line(_visible(one or "")) for one in (self.old, self.new))
        if self.new is None:
            return f"{self.key}: {old} is taken out"
        if self.old is None:
            return f"{self.key}: {new} is added"
        if self.is_short:
            return f"{self.key}: {old} -> {new}"
        told = "".join(_IN_TEXT[one.mark].format(one.text) for one in self.words)
        return f"{self.key}: {_on_one_line(told)}"


# as `git diff --word-diff` writes it
_IN_TEXT: Mapping[Mark, str] = {Mark.SAME: "{}", Mark.OUT: "[-{}-]", Mark.IN: "{{+{}+}}"}


def changes(before: Any, after: Any) -> tuple[Change, ...]:
    """What another version of a rule says otherwise; both as their YAML was read."""
    old, new = dict(_flat(before)), dict(_flat(after))
    told = (Change(key, old.get(key), new.get(key)) for key in dict.fromkeys((*old, *new)))
    return tuple(one for one in told if one.old != one.new)


def differences(before: Any, after: Any) -> tuple[str, ...]:
    """The same in lines: `key: old -> new`, or `key: some [-old-]{+new+} words`."""
    return tuple(map(str, changes(before, after)))


def compared(before: Mapping[str, Values], after: Mapping[str, Values]) -> Iterator[str]:
    """What another folder of rules has otherwise: rules by id, each with what changed in it."""
    for rule_id in sorted(before.keys() | after.keys()):
        if rule_id not in after:
            yield f"{rule_id}: removed"
        elif rule_id not in before:
            yield f"{rule_id}: new"
        else:
            for line in differences(before[rule_id], after[rule_id]):
                yield f"{rule_id}: {line}"


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{path} {number}")
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _words(old: str, new: str) -> Iterator[Words]:
    before, after = (re.findall(r"\s+|\S+", text) for text in (old, new))
    first = _alike(before, after)
    last = _alike(before[first:][::-1], after[first:][::-1])
    middle = before[first : len(before) - last], after[first : len(after) - last]
    found = [(Mark.SAME, before[:first]), *_matched(*middle), (Mark.SAME, before[len(before) - last :])]
    yield from (Words(mark, "".join(some)) for mark, some in found if some)


def _matched(before: list[str], after: list[str]) -> Iterator[tuple[Mark, list[str]]]:
    if max(len(before), len(after)) > _MOST_MATCHED:
        yield from ((Mark.OUT, before), (Mark.IN, after))
        return
    for tag, i, i_end, j, j_end in SequenceMatcher(str.isspace, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Mark.SAME, before[i:i_end]
        else:
            yield from ((Mark.OUT, before[i:i_end]), (Mark.IN, after[j:j_end]))


def _alike(before: list[str], after: list[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((n for n, (old, new) in pairs if old != new), min(len(before), len(after)))


def _visible(text: str) -> str:
    """What cannot be seen, or turns the order of letters, written out: an approver sees all there is."""
    return "".join(one if one.isprintable() or one == "\n" else f"\\u{ord(one):04x}" for one in text)


def _on_one_line(text: str) -> str:
    return text.replace("\n", "\\n")
