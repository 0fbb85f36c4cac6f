"""A number with its unit and, where the true value is only known to lie beyond it, its comparator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

_COMPARATORS = ("", "<", "<=", ">=", ">", "ad")  # FHIR R4, http://hl7.org/fhir/quantity-comparator, and R5's


class Quantity(NamedTuple):
    """A number with its unit (UCUM code where given, else the unit's text; "{score}" for a bare integer)."""

    number: float
    unit: str
    comparator: str = ""  # FHIR R4, Quantity.comparator: the true value is beyond the number (">14 %")

    def __str__(self) -> str:
        number = self.without_unit()
        return number if self.unit in ("{score}", "1", "") else f"{number} {self.unit}"

    def without_unit(self, decimals: int | None = None) -> str:
        """The number, beyond which it lies where it does: ">14". With so many decimals, else to four
        significant figures, which no clinical result exceeds.
        """
        if decimals is None:
            number = f"{self.number:.4g}" if abs(self.number) < 10_000 else f"{self.number:.0f}"
        else:
            number = f"{self.number:.{decimals}f}"
        return f"{self.comparator} {number}" if self.comparator == "ad" else f"{self.comparator}{number}"

    def times(self, factor: float) -> Quantity:
        """In another unit, whose name the caller knows."""
        return self._replace(number=self.number * factor)

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

    def above(self, limit: float) -> bool | None:
        """Whether the true value is; None where the comparator leaves it open."""
        at_most = self.at_most(limit)
        return None if at_most is None else not at_most

    def at_least(self, limit: float) -> bool | None:
        """Whether the true value is; None where the comparator leaves it open."""
        below = self.below(limit)
        return None if below is None else not below

    def no_more_than(self, other: Quantity) -> bool | None:
        """Whether the true value is at most the other's true value, both in one unit; None where their
        comparators leave it open.
        """
        match other.comparator:
            case "":
                return self.at_most(other.number)
            case ">" | ">=":
                return True if self.at_most(other.number) else None
            case "<":
                return False if self.at_least(other.number) else None
            case "<=":
                return False if self.above(other.number) else None
        return None


def read_quantity(holder: Mapping[str, Any]) -> Quantity | None:
    """The quantity or the integer that a result, or a part of one, holds; None without one."""
    value = holder.get("valueQuantity")
    if isinstance(value, dict):
        number = value.get("value")
        comparator = value.get("comparator") or ""
        if isinstance(number, (int, float)) and comparator in _COMPARATORS:
            return Quantity(float(number), str(value.get("code") or value.get("unit") or ""), comparator)
        return None
    integer = holder.get("valueInteger")
    return (
        Quantity(float(integer), "{score}")
        if isinstance(integer, int) and not isinstance(integer, bool)
        else None
    )
