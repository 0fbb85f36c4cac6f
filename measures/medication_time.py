"""For how long a medication order or dispense lasts (CumulativeMedicationDuration, in our own words)."""

from __future__ import annotations

from measures.event import Event
from measures.shapes import UNREADABLE, Reading, Resource, read_period
from measures.time import DAY, FOREVER, UNKNOWN, Instant, Interval

_HOURS = {"h": 1.0, "d": 24.0, "wk": 168.0, "mo": 730.0, "min": 1 / 60}
_DAYS = {
    "d": 1.0,
    "day": 1.0,
    "days": 1.0,
    "wk": 7.0,
    "week": 7.0,
    "weeks": 7.0,
    "mo": 30.0,
    "a": 365.0,
    "h": 1 / 24,
}
# Doses a day of the timing abbreviations of v3-GTSAbbreviation and the EventTiming codes in ordinary use.
_DAILY = {
    "QD": 1.0, "DAILY": 1.0, "BED": 1.0, "AM": 1.0, "PM": 1.0, "BID": 2.0, "TID": 3.0, "QID": 4.0, "QOD": 0.5,
    "Q4H": 6.0, "Q6H": 4.0, "Q8H": 3.0, "Q12H": 2.0, "Q24H": 1.0, "WK": 1 / 7, "MO": 1 / 30,
}  # fmt: skip


def request_period(order: Event) -> Interval | None:
    """The days an order covers; None when the order does not say when it starts.

    It starts with the first of the dosage's bounds, authoredOn and the validity period; it lasts the expected
    supply, else quantity / (dose x doses a day), times the fills allowed; else until the bounds end; else
    unknown.
    """
    try:
        return _request_period(order)
    except _UNREADABLE as error:
        _note(order, error)
        return None


def _request_period(order: Event) -> Interval | None:
    source, reading = order.source, order.reading
    supply = source.get("dispenseRequest") or {}
    bounds = _bounds(_first(source.get("dosageInstruction")), reading)
    start = _start(source, supply, bounds, reading)
    if start is None:
        return None
    days = days_supplied(order)
    if days is not None:
        return _lasting(start, days)
    if bounds is not None and bounds.end != FOREVER:
        return Interval(start, bounds.end)
    return Interval(start, Instant(start.earliest, UNKNOWN.latest))


def begins(order: Event) -> Instant:
    """When the days an order covers begin; UNKNOWN when it does not say."""
    days = request_period(order)
    return days.start if days else UNKNOWN


def dosage_bounds(order: Event) -> list[Interval]:
    """The periods for which the dosages of an order are meant (timing.repeat.boundsPeriod)."""
    try:
        found = [_bounds(dosage, order.reading) for dosage in order.source.get("dosageInstruction") or ()]
    except _UNREADABLE as error:
        _note(order, error)
        return []
    return [bounds for bounds in found if bounds is not None]


def days_supplied(order: Event) -> float | None:
    """For how many days an order's supply lasts, all fills allowed together; None when it does not say."""
    days = days_a_fill(order)
    return None if days is None else days * (1 + refills(order))


def days_a_fill(order: Event) -> float | None:
    """For how many days one fill of an order lasts; None when it does not say."""
    try:
        supply = order.source.get("dispenseRequest") or {}
        return _supply_days(supply, _first(order.source.get("dosageInstruction")))
    except _UNREADABLE as error:
        _note(order, error)
        return None


def refills(order: Event) -> int:
    """How many more fills an order allows after the first."""
    repeats = (order.source.get("dispenseRequest") or {}).get("numberOfRepeatsAllowed")
    return repeats if isinstance(repeats, int) else 0


def dispense_period(dispense: Event) -> Interval | None:
    """The days a dispensed supply covers: from the day it was handed over, for daysSupply or quantity / daily
    dose.
    """
    start = dispense.start
    if start == UNKNOWN:
        return None
    source = dispense.source
    try:
        dosage = _first(source.get("dosageInstruction"))
        days = _days(source.get("daysSupply")) or _quantity_days(source.get("quantity"), dosage)
    except _UNREADABLE as error:
        _note(dispense, error)
        return None
    if days is None:
        return Interval(start, Instant(start.earliest, UNKNOWN.latest))
    return _lasting(start, days)


_UNREADABLE = (*UNREADABLE, ZeroDivisionError)


def _note(event: Event, error: Exception) -> None:
    """Name among the record's problems, once, what makes the supply unreadable."""
    problem = f"{event.reference}: its supply cannot be read ({error}); how long it lasts is unknown"
    if problem not in event.reading.problems:
        event.reading.problems.append(problem)


def _first(elements: list[Resource] | None) -> Resource:
    return elements[0] if elements else {}


def _lasting(start: Instant, days: float) -> Interval:
    """From that day for so many days, the first included."""
    extra = (max(round(days), 1) - 1) * DAY
    first = Instant(start.earliest // DAY * DAY, start.latest // DAY * DAY)
    return Interval(first, Instant(first.earliest + extra + DAY - 1, first.latest + extra + DAY - 1))


def _bounds(dosage: Resource, reading: Reading) -> Interval | None:
    period = ((dosage.get("timing") or {}).get("repeat") or {}).get("boundsPeriod")
    return read_period(period, reading) if period else None


def _start(source: Resource, supply: Resource, bounds: Interval | None, reading: Reading) -> Instant | None:
    if bounds is not None and bounds.start.earliest != UNKNOWN.earliest:
        return bounds.start
    text = source.get("authoredOn") or (supply.get("validityPeriod") or {}).get("start")
    return reading.point(text).start if text else None


def _supply_days(supply: Resource, dosage: Resource) -> float | None:
    return _days(supply.get("expectedSupplyDuration")) or _quantity_days(supply.get("quantity"), dosage)


def _days(duration: Resource | None) -> float | None:
    if not duration or not isinstance(duration.get("value"), (int, float)):
        return None
    unit = str(duration.get("code") or duration.get("unit") or "d")
    return float(duration["value"]) * _DAYS[unit] if unit in _DAYS else None


def _quantity_days(quantity: Resource | None, dosage: Resource) -> float | None:
    """Quantity / (dose x doses a day), when all three are given; of a range of doses, the highest."""
    daily = doses_a_day(dosage.get("timing") or {})
    rate = _first(dosage.get("doseAndRate"))
    dose = (rate.get("doseQuantity") or (rate.get("doseRange") or {}).get("high") or {}).get("value")
    if not quantity or daily is None or dose is None or not isinstance(quantity.get("value"), (int, float)):
        return None
    return float(quantity["value"]) / (daily * float(dose))


def doses_a_day(timing: Resource) -> float | None:
    """How many doses a timing comes to a day, the most it allows; None when it does not say."""
    repeat = timing.get("repeat") or {}
    if repeat.get("frequency") and repeat.get("periodUnit") in _HOURS:
        hours = float(repeat.get("period") or 1) * _HOURS[repeat["periodUnit"]]
        return float(repeat.get("frequencyMax") or repeat["frequency"]) * 24 / hours
    for coding in (timing.get("code") or {}).get("coding") or ():
        if coding.get("code") in _DAILY:
            return _DAILY[coding["code"]]
    return len(repeat["timeOfDay"]) if repeat.get("timeOfDay") else None
