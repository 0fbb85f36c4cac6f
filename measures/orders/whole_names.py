"""What a thing is by its name alone: sure by a whole name known here, perhaps by a word of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_WORD = re.compile(r"[a-z0-9]+")


class WholeNames:
    """Rows of a YAML file: the code a name stands for, its `names` and the words that `tells`.

    A name counts without the words that are `left_out`; with one of `speaks_against` nothing is told.
    """

    def __init__(
        self,
        rows: Iterable[Mapping[str, Any]],
        code: str,
        left_out: Iterable[str],
        speaks_against: Iterable[str] = (),
    ) -> None:
        self._left_out = frozenset(left_out)
        self._against = frozenset(speaks_against)
        self._whole: dict[tuple[str, ...], str] = {}
        self._telling: dict[str, set[str]] = {}
        for row in rows:
            self._whole |= dict.fromkeys(map(self._words, row["names"]), row[code])
            for word in row["tells"]:
                self._telling.setdefault(word, set()).add(row[code])
        self.every = frozenset(self._whole.values())

    def told_by(self, texts: Sequence[str]) -> tuple[str, frozenset[str]]:
        """The code that one of the texts names as a whole, else those that they may be for."""
        for text in texts:
            if code := self._whole.get(self._words(text)):
                return code, frozenset()
        words = {word for text in texts for word in _WORD.findall(text.lower())}
        if not words.isdisjoint(self._against):
            return "", frozenset()
        return "", frozenset().union(*(self._telling.get(word, ()) for word in words))

    def _words(self, text: str) -> tuple[str, ...]:
        return tuple(word for word in _WORD.findall(text.lower()) if word not in self._left_out)


def names_of(concept: object) -> Iterator[str]:
    """What a CodeableConcept calls itself: its text, then what stands beside its codes."""
    if not isinstance(concept, Mapping):
        return
    said: list[Any] = [
        concept.get("text"),
        *(coding.get("display") for coding in concept.get("coding") or ()),
    ]
    yield from (text for text in said if isinstance(text, str) and text.strip())
