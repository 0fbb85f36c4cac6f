"""A result of an instrument, as a note mentions it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a mention is. Only a current result is offered to the clinician."""

    CURRENT = "current"
    HISTORICAL = "historical"
    SOMEONE_ELSES = "someone else's"
    TEMPLATE = "template"
    PLANNED = "planned"
    NEGATED = "negated"


@dataclass(frozen=True)
class Mention:
    """`value` or `positive` or `level` is the result, whichever the note gives; the sentence proves it.

    `start` and `end` are places in the note's text, from the instrument's name to the end of its result.
    """

    instrument: str
    kind: Kind
    sentence: str
    start: int
    end: int
    value: int | None = None
    positive: bool | None = None
    level: str = ""
    date_text: str = ""

    @property
    def has_result(self) -> bool:
        return self.value is not None or self.positive is not None or bool(self.level)
