"""The patterns of `patterns.yaml`, compiled once: names, words between, verdicts, cues of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from measures.notes.mention import Kind

FILE = Path(__file__).parent / "patterns.yaml"
_POINTS = r"\d{1,3}(?!\d|\.\d)"
PLACES = ("before", "before_nothing", "between", "after", "after_nothing", "around", "section", "blank")


@dataclass(frozen=True)
class Patterns:
    """`cues` has the patterns of a kind by where they are looked for."""

    name: re.Pattern[str]
    instruments: Mapping[str, str]  # group of `name` -> instrument id
    link_words: frozenset[str]
    link_back: frozenset[str]
    number_first: re.Pattern[str]
    positive: re.Pattern[str]
    negative: re.Pattern[str]
    levels: Mapping[str, re.Pattern[str]]
    item_only: re.Pattern[str]
    cues: Mapping[Kind, Mapping[str, re.Pattern[str]]]
    older_after: re.Pattern[str]
    arrow: re.Pattern[str]


class PatternsError(ValueError):
    """`patterns.yaml` does not hold what it has to; the message says what, and where."""


@cache
def read_patterns() -> Patterns:
    """The patterns of the file beside this one. Raises PatternsError."""
    return patterns_of(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def patterns_of(said: Mapping[str, Any]) -> Patterns:
    words = {name: str(words) for name, words in said["words"].items()}
    names = [(id, f"(?i:{_any(ns)})") for id, ns in said["names"].items()]
    names += [(id, _any(ns)) for id, ns in said["in_capitals"].items()]
    groups = {f"n{n}": id for n, (id, _) in enumerate(names)}
    every = "|".join(f"(?P<n{n}>{pattern})" for n, (_, pattern) in enumerate(names))
    verdicts = said["verdicts"]
    return Patterns(
        name=re.compile(rf"(?<![\w-])(?:{every})"),
        instruments=groups,
        link_words=frozenset(map(str, said["link_words"])),
        link_back=frozenset(map(str, said["link_back"])),
        number_first=re.compile(rf"\b(?:{_any(said['number_first'])})\s+(?=\d)", re.IGNORECASE),
        positive=_compiled("verdicts.positive", verdicts["positive"], words),
        negative=_compiled("verdicts.negative", verdicts["negative"], words),
        levels={level: _compiled(f"levels.{level}", ps, words) for level, ps in said["levels"].items()},
        item_only=_compiled("item_only", said["item_only"], words),
        cues={kind: _cues(kind, said["kinds"].get(kind.value, {}), words) for kind in Kind},
        older_after=re.compile(rf"(?:{_any(said['older_after'])})(?P<old>{_POINTS}(?!/\d))", re.IGNORECASE),
        arrow=re.compile(rf"\s*(?:{_any(said['arrows'])})\s*(?P<new>{_POINTS})", re.IGNORECASE),
    )


def _cues(kind: Kind, said: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    unknown = set(said) - set(PLACES)
    if unknown:
        raise PatternsError(f"kinds.{kind}: there is no place {', '.join(unknown)}; use {', '.join(PLACES)}")
    cues = {place: _compiled(f"kinds.{kind}.{place}", patterns, words) for place, patterns in said.items()}
    if "section" in said:  # a heading: at the start of a line, before a colon or alone
        heading = rf"^\s*(?:{_any(_filled(p, words) for p in said['section'])})\s*(?::|$)"
        cues["section"] = re.compile(heading, re.IGNORECASE)
    return cues


def _compiled(place: str, patterns: Iterable[str], words: Mapping[str, str]) -> re.Pattern[str]:
    try:
        return re.compile(_any(_filled(pattern, words) for pattern in patterns), re.IGNORECASE)
    except re.error as error:
        raise PatternsError(f"{FILE.name}: {place}: no regular expression: {error}") from None


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    for name, listed in words.items():
        pattern = pattern.replace(f"{{{name}}}", listed)
    return pattern


def _any(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)
