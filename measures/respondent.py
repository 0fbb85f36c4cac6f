"""Whom an assessment is about, as far as scoring asks: sex and age. Both may be unknown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True)
class Person:
    """`age` in completed years."""

    sex: Sex | None = None
    age: int | None = None


NOBODY_KNOWN = Person()
