"""Answers that are worked out when somebody asks: what no card comes to need costs a call nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

Answer = TypeVar("Answer")


class Asked(Mapping[str, Answer]):
    """Answers by name, each worked out once; what `answer` gives None for is absent."""

    def __init__(self, names: Iterable[str], answer: Callable[[str], Answer | None]) -> None:
        self._names = frozenset(names)
        self._answer = answer
        self._answered: dict[str, Answer | None] = {}

    def __getitem__(self, name: str) -> Answer:
        if name not in self._answered:
            self._answered[name] = self._answer(name) if name in self._names else None
        answer = self._answered[name]
        if answer is None:
            raise KeyError(name)
        return answer

    def __iter__(self) -> Iterator[str]:
        return (name for name in sorted(self._names) if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
