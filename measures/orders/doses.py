"""How much of a medicine an order comes to a day, in mg, from its dosage; never guessed.

The dose is what each dosage says it is (doseAndRate), times how often it says (timing). In tablets or
capsules it needs the strength, which our own value sets give in the names of their products, as RxNorm writes
them. What is taken as needed counts as if taken whenever allowed. Of steps one after another (sequence) the
highest counts. Whatever cannot be read, or cannot be a dose, makes the whole dose unreadable: None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import NamedTuple

from measures.event import Event
from measures.medication_time import doses_a_day
from measures.shapes import Resource, status_code
from measures.terminology import RXNORM, CodeKey
from measures.vocabulary import own_products

MOST = 10_000  # mg a day of a medicine, micrograms an hour of a patch: beyond it is a slip of the pen
_IN_MG = {"mg": 1.0, "g": 1000.0, "ug": 0.001, "mcg": 0.001, "µg": 0.001}
_A_PIECE = ("tablet", "capsule", "film", "patch", "tab", "cap")
_PIECES = frozenset({"1", "{tbl}", "patches", *_A_PIECE, *(f"{piece}s" for piece in _A_PIECE)})
_BRACED = frozenset(f"{{{piece}}}" for piece in _A_PIECE)
_STRENGTH = re.compile(
    r"^(?:[\d.]+ (?:HR|ML) )?(?P<name>[a-z][a-z ,'-]*?) (?P<amount>[\d.]+) (?P<unit>MG(?:/\w+)?)\b"
)


class Strength(NamedTuple):
    """One ingredient of a product, as its name gives it: "oxycodone hydrochloride 5 MG"."""

    name: str
    amount: float
    unit: str  # MG of a piece, MG/ML of a liquid, MG/HR of a patch


class Pieces(NamedTuple):
    """How many tablets, capsules and the like a dose takes, and whether they can be halved."""

    number: float
    halves: bool

    def can_be(self, number: float) -> bool:
        """Whether a dose can be of so many."""
        return number > 0 and (number * (2 if self.halves else 1)).is_integer()


@cache
def strengths() -> Mapping[CodeKey, tuple[Strength, ...]]:
    """The ingredients of the products in our own value sets."""
    return {
        (RXNORM, code): found
        for (system, code), name in own_products().items()
        if system == RXNORM and (found := tuple(read_strengths(name)))
    }


def read_strengths(name: str) -> Iterable[Strength]:
    """The ingredients in an RxNorm name, such as "acetaminophen 325 MG / hydrocodone bitartrate 5 MG ..."."""
    for part in name.split(" / "):
        found = _STRENGTH.match(part)
        if found:
            yield Strength(found["name"], float(found["amount"]), found["unit"])


def ingredients_named(name: str) -> str:
    """A product by its ingredients alone, where its name is written as RxNorm writes it; else the name."""
    read = [strength.name for strength in read_strengths(name)]
    return " / ".join(read) if len(read) == len(name.split(" / ")) else name


def daily_mg(order: Event, of: str = "") -> float | None:
    """The mg a day that an order comes to, at most; of the named ingredient of a combination."""
    return _read(order, lambda: _daily(order, of))


def patch_rate(order: Event, opioid: str) -> float | None:
    """The micrograms an hour of the patches worn at a time; None for what is no patch of it, or says no
    number.
    """
    return _read(order, lambda: _rate(order, opioid))


def _read(order: Event, number: Callable[[], float | None]) -> float | None:
    try:
        found = number()
        if found is not None and not 0 <= found <= MOST:
            raise ValueError(f"{found:g} a day cannot be")
        return found
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError, ZeroDivisionError) as error:
        order.name_problem(f"its dosage cannot be read ({error}); no dose is known")
        return None


def ingredient(order: Event) -> str:
    """What the product ordered is called in our own value sets, such as "oxycodone hydrochloride"; or ""."""
    for code in order.codes:
        name = own_products().get(code)
        if name:
            return " / ".join(strength.name for strength in read_strengths(name)) or name
    return ""


def is_another(one: Event, other: Event) -> bool | None:
    """Whether two orders are for different ingredients; None when our value sets do not know one of them."""
    first, second = ingredient(one), ingredient(other)
    return first.split()[0] != second.split()[0] if first and second else None


def _rate(order: Event, opioid: str) -> float | None:
    strength = _strength(order, opioid)
    if strength is None or strength.unit != "MG/HR":
        return None
    worn = [_quantity(dosage) for dosage in order.source.get("dosageInstruction") or ()]
    if len(worn) != 1 or worn[0] is None or not _is_piece(worn[0][1]):
        return None
    return worn[0][0] * strength.amount * 1000


def _daily(order: Event, of: str) -> float | None:
    steps: dict[object, float] = {}
    for dosage in order.source.get("dosageInstruction") or ():
        amount = _amount(dosage, order, of)
        times = doses_a_day(dosage.get("timing") or {})
        if amount is None or times is None:
            return None
        steps[dosage.get("sequence")] = steps.get(dosage.get("sequence"), 0) + amount * times
    return max(steps.values()) if steps else None


def _amount(dosage: Resource, order: Event, of: str) -> float | None:
    """One dose in mg; of a range, the higher."""
    quantity = _quantity(dosage)
    if quantity is None:
        return None
    value, unit = quantity
    if unit in _IN_MG:
        return value * _IN_MG[unit]
    strength = _strength(order, of) if _is_piece(unit) else None
    return value * strength.amount if strength is not None and strength.unit == "MG" else None


def pieces_a_dose(order: Event, dosage: Resource) -> Pieces | None:
    """How many pieces of the product ordered one dose takes; None where it or its strength is not known."""
    quantity, strength = _quantity(dosage), _strength(order, "")
    if quantity is None or strength is None or strength.unit != "MG":
        return None
    value, unit = quantity
    number = value if _is_piece(unit) else value * _IN_MG[unit] / strength.amount
    halves = any(own_products().get(code, "").endswith(" MG Oral Tablet") for code in order.codes)
    return Pieces(number, halves)


def _quantity(dosage: Resource) -> tuple[float, str] | None:
    """How much a dose is, and in what; None unless there is one number in a unit known here.

    Of several doses (calculated, given, ordered) the one that was ordered counts (dose-rate-type).
    """
    given = dosage.get("doseAndRate") or ()
    rates = [given] if isinstance(given, Mapping) else list(given)
    if len(rates) > 1:
        rates = [rate for rate in rates if status_code(rate, "type") == "ordered"]
    if len(rates) != 1:
        return None
    quantity = rates[0].get("doseQuantity") or (rates[0].get("doseRange") or {}).get("high") or {}
    value = quantity.get("value")
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    units = (str(quantity.get(element) or "").strip().lower() for element in ("code", "unit"))
    unit = next((unit for unit in units if unit in _IN_MG or _is_piece(unit)), None)
    return None if unit is None else (float(value), unit)


def _is_piece(unit: str) -> bool:
    return unit in _PIECES or unit in _BRACED


def _strength(order: Event, of: str) -> Strength | None:
    """The strength of the product ordered: of the ingredient, or of the only one it has."""
    for code in order.codes:
        found = [s for s in strengths().get(code, ()) if of in s.name]
        if len(found) == 1:
            return found[0]
    return None
