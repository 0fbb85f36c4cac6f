"""Counts of blood cells, in every unit that laboratories write them in.

UCUM has one spelling for each ("10*3/uL"), laboratories have dozens: "x10E3/uL", "K/mm3", "thou/cumm". All
that are read here stand for one of three: cells a microliter, thousands a microliter, billions a liter.
"""

from __future__ import annotations

import re
from functools import lru_cache

from measures.quantity import Quantity

_POWER = r"x?10[*^ex]*(?P<power>[369])"  # 10*3, x10E3, 10^9, 10x3; 10 to the 3rd with its 3 set high
_THOUSANDS = r"k|th|thou|thousands?|x?1000"
_COUNT = re.compile(
    rf"(?:(?:{_POWER}|(?P<thousands>{_THOUSANDS})|(?P<billions>g|giga|bil|billions?))\.?)?"
    r"(?:#|cells?|wbc|\{cells?\}|\(cells?\))?"
    r"(?:/|per)(?:1)?(?P<volume>[uμ]l|mcl|mm[*^]?3|cu\.?mm\.?|cmm|microliters?|l|liters?)"
)
_SPELT = str.maketrans({"³": "3", "⁶": "6", "⁹": "9", "µ": "μ", " ": None, "_": None})
_LITERS = ("l", "liter", "liters")


def per_microliter(count: Quantity) -> Quantity | None:
    """The same count in cells a microliter; None in a unit that is not known for one."""
    factor = _factor(count.unit)
    return None if factor is None else count.times(factor)._replace(unit="/uL")


@lru_cache(256)
def _factor(unit: str) -> float | None:
    """How many cells a microliter holds of what the unit counts."""
    read = _COUNT.fullmatch(unit.translate(_SPELT).lower())
    if read is None:
        return None
    power = int(read["power"] or 0) or (3 if read["thousands"] else 9 if read["billions"] else 0)
    if read["volume"] in _LITERS:
        return 10.0 ** (power - 6) if power >= 6 else None  # nobody counts thousands in a liter
    return 10.0**power if power in (0, 3) else None
