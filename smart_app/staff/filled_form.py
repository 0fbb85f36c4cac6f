"""A form as it is shown again: two spellings of one document, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Filled:
    """What the page shows: the fields, the text, and what is wrong, beside its field and by line."""

    fields: dict[str, str]
    text: str
    problems: dict[str, list[str]] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
