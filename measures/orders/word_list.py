"""Words and phrases looked for in a text as whole words: from word to word, since there may be hundreds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_WORD = re.compile(r"\w+")


class Found(NamedTuple):
    """A phrase, and where in the text it stands."""

    phrase: str
    start: int
    end: int


class WordList:
    """Of several that begin alike the longest is found. All are in small letters, and so is the text."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first_word: dict[str, list[str]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            first = _WORD.match(phrase)
            if first is None:
                raise ValueError(f"{phrase!r} begins with no word")
            self._by_first_word.setdefault(first[0], []).append(phrase)

    def may_be_in(self, text: str) -> bool:
        """Whether one may be found: its first word stands there."""
        return not self._by_first_word.keys().isdisjoint(_WORD.findall(text))

    def is_in(self, text: str) -> bool:
        """Whether one is found."""
        return next(self.find(text), None) is not None

    def find(self, text: str) -> Iterator[Found]:
        """Each that stands there, one after the other."""
        past = 0
        for word in _WORD.finditer(text):
            start = word.start()
            for phrase in self._by_first_word.get(word[0], ()) if start >= past else ():
                end = start + len(phrase)
                if text.startswith(phrase, start) and _WORD.match(text, end) is None:
                    past = end
                    yield Found(phrase, start, end)
                    break
