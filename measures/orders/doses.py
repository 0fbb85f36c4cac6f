"""How much of a medicine an order comes to a day, in mg, from its dosage; never guessed.

The dose is what each dosage says it is (doseAndRate), times how often it says (timing); what it leaves out
its words may tell, where they leave no doubt and do not contradict it. In tablets or capsules it needs the
strength of the product. What is taken as needed counts as if taken whenever allowed. Of steps one after
another (sequence) the highest counts. Whatever cannot be read, or cannot be a dose, makes the whole dose
unreadable: None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from measures.event import Event
from measures.medication_time import doses_a_day
from measures.orders.dose_in_words import patches_worn, spoken_doses, times_a_day
from measures.orders.strengths import Strength, named_strength, read_strengths, strengths
from measures.shapes import Resource
from measures.statuses import status_code
from measures.vocabulary import own_products

MOST = 10_000  # mg a day of a medicine, micrograms an hour of a patch: beyond it is a slip of the pen
_IN_MG = {"mg": 1.0, "g": 1000.0, "ug": 0.001, "mcg": 0.001, "µg": 0.001}
_A_PIECE = ("tablet", "capsule", "film", "patch", "tab", "cap")
_PIECES = frozenset({"1", "{tbl}", "patches", *_A_PIECE, *(f"{piece}s" for piece in _A_PIECE)})
_BRACED = frozenset(f"{{{piece}}}" for piece in _A_PIECE)


class Pieces(NamedTuple):
    """How many tablets, capsules and the like a dose takes, and whether they can be halved."""

    number: float
    halves: bool

    def can_be(self, number: float) -> bool:
        """Whether a dose can be of so many."""
        return number > 0 and (number * (2 if self.halves else 1)).is_integer()


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
    strength = _named_or_known(order, opioid)
    if strength is None or strength.unit != "MG/HR":
        return None
    worn = [_worn(dosage) for dosage in order.source.get("dosageInstruction") or ()]
    return None if len(worn) != 1 or worn[0] is None else worn[0] * strength.amount * 1000


def _worn(dosage: Resource) -> float | None:
    """How many patches at a time."""
    if not dosage.get("doseAndRate"):
        return patches_worn(words_of(dosage))
    quantity = _quantity(dosage)
    return quantity[0] if quantity is not None and _is_piece(quantity[1]) else None


def _daily(order: Event, of: str) -> float | None:
    steps: dict[object, float] = {}
    for dosage in order.source.get("dosageInstruction") or ():
        a_day = _a_day(dosage, order, of)
        if a_day is None:
            return None
        steps[dosage.get("sequence")] = steps.get(dosage.get("sequence"), 0) + a_day
    return max(steps.values()) if steps else None


def _a_day(dosage: Resource, order: Event, of: str) -> float | None:
    """The mg a day of one dosage: by its elements or, of what they leave out, by its words."""
    amount, times = _amount(dosage, order, of), _times(dosage)
    if amount is not None and times is not None:
        return amount * times
    if (amount is None and dosage.get("doseAndRate")) or (times is None and _is_timed(dosage)):
        return None
    strength = _named_or_known(order, of)
    a_piece = strength.amount if strength is not None and strength.unit == "MG" else None
    spoken = spoken_doses(words_of(dosage))
    told = [(one.amount(a_piece), one.times) for one in spoken]
    if len(told) == 1 and told[0][0] is None:
        told = [(amount, spoken[0].times)]
    agrees = all(mg and amount in (None, mg) and times in (None, often) for mg, often in told)
    return sum(mg * often for mg, often in told if mg) if told and agrees else None


def words_of(dosage: Resource) -> str:
    """What a dosage says in words; what is told the patient, where there is no more."""
    said = dosage.get("text") or dosage.get("patientInstruction")
    return said if isinstance(said, str) else ""


def is_in_words(order: Event) -> bool:
    """Whether the dose of an order is told by words, at least in part."""
    dosages = order.source.get("dosageInstruction") or ()
    return any(
        words_of(dosage) and not (dosage.get("doseAndRate") and dosage.get("timing")) for dosage in dosages
    )


def _times(dosage: Resource) -> float | None:
    """How often a day by its timing; None where that does not say it, in elements or in words."""
    timing = dosage.get("timing") or {}
    times = doses_a_day(timing)
    words = (timing.get("code") or {}).get("text")
    return times_a_day(words) if times is None and not _is_timed(dosage) and words else times


def _is_timed(dosage: Resource) -> bool:
    """Whether its timing says more than words."""
    timing = dosage.get("timing") or {}
    return bool(timing.get("repeat") or timing.get("event") or (timing.get("code") or {}).get("coding"))


def _amount(dosage: Resource, order: Event, of: str) -> float | None:
    """One dose in mg; of a range, the higher."""
    quantity = _quantity(dosage)
    if quantity is None:
        return None
    value, unit = quantity
    if unit in _IN_MG:
        return value * _IN_MG[unit]
    if not _is_piece(unit):
        return None
    strength = _named_or_known(order, of)
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


def _named_or_known(order: Event, of: str) -> Strength | None:
    """The strength of the product ordered, by its name where our own sets do not hold it."""
    return _strength(order, of) or named_strength(order.source.get("medicationCodeableConcept"), of)


def _strength(order: Event, of: str) -> Strength | None:
    """The strength of the product ordered: of the ingredient, or of the only one it has."""
    for code in order.codes:
        found = [s for s in strengths().get(code, ()) if of in s.name]
        if len(found) == 1:
            return found[0]
    return None
