"""A number with its unit, as a result has it: perhaps a bound (">14 %"), compared no further than that."""

from __future__ import annotations

from typing import NamedTuple

COMPARATORS = ("", "<", "<=", ">=", ">", "ad")
"""FHIR R4, http://hl7.org/fhir/quantity-comparator, and R5's "ad": as much as is needed to reach it."""


class Quantity(NamedTuple):
    """A number with its unit (UCUM code where given, else the unit's text; "{score}" for a bare integer)."""

    number: float
    unit: str
    comparator: str = ""  # FHIR R4, Quantity.comparator: the true value is beyond the number (">14 %")

    def __str__(self) -> str:
        """To four significant figures, which no clinical result exceeds."""
        number = f"{self.number:.4g}" if abs(self.number) < 10_000 else f"{self.number:.0f}"
        number = f"{self.comparator} {number}" if self.comparator == "ad" else f"{self.comparator}{number}"
        return number if self.unit in ("{score}", "1", "") else f"{number} {self.unit}"

    def at_most(self, limit: float) -> bool | None:
        """Whether the true value is; None where the comparator leaves it open ("<14 %" and 9)."""
        match self.comparator:
            case "":
                return self.number <= limit
            case "<" | "<=":
                return True if self.number <= limit else None
            case ">":
                return False if self.number >= limit else None
            case ">=":
                return False if self.number > limit else None
        return None

    def below(self, limit: float) -> bool | None:
        """Whether the true value is; None where the comparator leaves it open."""
        match self.comparator:
            case "":
                return self.number < limit
            case "<":
                return True if self.number <= limit else None
            case "<=":
                return True if self.number < limit else None
            case ">" | ">=":
                return False if self.number >= limit else None
        return None
