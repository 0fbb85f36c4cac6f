"""Medicines: how many, which kinds, and for how long a supply has run out."""

from __future__ import annotations

import re
from collections.abc import Callable

from measures.event import Event
from measures.events import Events
from measures.medication_cover import by_product, cover
from measures.medication_time import dispense_period, request_period
from measures.risk.as_of import Fact, Known
from measures.risk.feature import DOES_NOT_APPLY, Answer, feature
from measures.risk.features.diagnoses import conditions
from measures.time import DAY, Instant, Interval

COVERED = 90  # days over which the share without supply is counted
TAKEN = 365  # days: an older order says nothing of what is taken now
_OPIOID = frozenset({"opioid_use_disorder", "opioid_use_disorder_in_remission"})
_STOPPED = frozenset({"stopped", "on-hold"})
_OF_OTHER_ILLNESS = re.compile(r"\b(methadone|naltrexone)\b", re.IGNORECASE)
"""Also given for pain or for alcohol: for opioid use disorder where that is on record."""

CLASSES = (
    ("moud", "medicine for opioid use disorder"),
    ("antipsychotic", "antipsychotic"),
    ("lithium", "lithium"),
    ("antidepressant", "antidepressant"),
)


def _supplies(known: Known, kind: str) -> list[Fact]:
    """What was dispensed in the last year or, without any, what was ordered."""

    def found() -> list[Fact]:
        for source in ("MedicationDispense", "MedicationRequest"):
            held = known.within(known.of_medicine(source, kind), TAKEN)
            if kind == "moud" and not _had_opioid_use_disorder(known):
                held = [fact for fact in held if not _OF_OTHER_ILLNESS.search(fact.event.display)]
            if held:
                return held
        return []

    return known.remember(f"supplies of {kind}", found)


def _had_opioid_use_disorder(known: Known) -> bool:
    """On record by the day, in remission or not: treatment is why it is."""
    return any(not _OPIOID.isdisjoint(held) for _, held in conditions(known))


def _was_stopped(known: Known, kind: str) -> bool:
    """Whether somebody stopped the latest order, as far as its status is of this day: what ends by a decision
    has not run out.
    """
    orders = known.of_medicine("MedicationRequest", kind)
    return bool(orders) and orders[-1].event.status in _STOPPED and known.tells_status(orders[-1].event)


def lasting(event: Event) -> Interval | None:
    return (dispense_period if event.kind == "MedicationDispense" else request_period)(event)


def _without(kind: str) -> Callable[[Known], Answer]:
    """The share of the last 90 days, or of those since the first supply, without any; 1 - PDC."""

    def share(known: Known) -> Answer:
        supplies = _supplies(known, kind)
        if not supplies or _was_stopped(known, kind):
            return DOES_NOT_APPLY
        first = max(known.today - COVERED + 1, supplies[0].day)
        window = Interval(_moment(first), _moment(known.today))
        days = known.today - first + 1
        products = by_product(Events(fact.event for fact in supplies))
        held = cover(products, known.once("lasting", lasting, None), window)
        return Answer(1 - held.days / days, supplies) if held.days or not held.unsure.maybe else Answer(None)

    return share


def _ran_out(kind: str) -> Callable[[Known], Answer]:
    """Days since the last supply ran out; 0 while it lasts."""

    def days(known: Known) -> Answer:
        supplies = _supplies(known, kind)
        if not supplies or _was_stopped(known, kind):
            return DOES_NOT_APPLY
        lasts = known.once("lasting", lasting, None)
        ends = [end for fact in supplies if (end := _last_day(lasts(fact.event))) is not None]
        if not ends:
            return Answer(None)
        return Answer(float(max(0, known.today - max(ends))), supplies[-1:])

    return days


def _last_day(period: Interval | None) -> int | None:
    return None if period is None else period.end.day_number


def _moment(day: int) -> Instant:
    return Instant(day * DAY, day * DAY + DAY - 1)


for _kind, _says in CLASSES:
    feature(
        f"{_kind}_gap",
        f"days without {_says}, of the last 90",
        "share",
        "MedicationRequest",
        window=COVERED,
        worse=1,
    )(_without(_kind))
    feature(
        f"{_kind}_ran_out",
        f"days since the {_says} ran out",
        "days",
        "MedicationRequest",
        window=TAKEN,
        worse=1,
        logged=True,
    )(_ran_out(_kind))


@feature(
    "medicines_365d",
    "different medicines in a year",
    "medicines",
    "MedicationRequest",
    window=365,
    logged=True,
)
def medicines(known: Known) -> Answer:
    """Polypharmacy: products ordered, each once."""
    found = known.within(known.of("MedicationRequest"), 365)
    return Answer(float(len({_product(fact.event) for fact in found})), found)


@feature(
    "new_medicines_30d",
    "orders for medicine in 30 days",
    "orders",
    "MedicationRequest",
    window=30,
    logged=True,
)
def new_medicines(known: Known) -> Answer:
    found = known.within(known.of("MedicationRequest"), 30)
    return Answer(float(len(found)), found)


@feature(
    "opioid_orders_90d",
    "opioid pain medicine in 90 days",
    "orders",
    "MedicationRequest",
    window=90,
    worse=1,
    logged=True,
)
def opioid_orders(known: Known) -> Answer:
    return _ordered(known, "opioid", 90)


@feature(
    "sedative_orders_90d",
    "benzodiazepine or sleep medicine in 90 days",
    "orders",
    "MedicationRequest",
    window=90,
    logged=True,
)
def sedative_orders(known: Known) -> Answer:
    return _ordered(known, "sedative", 90)


def _ordered(known: Known, kind: str, days: int) -> Answer:
    found = known.within(known.of_medicine("MedicationRequest", kind), days)
    return Answer(float(len(found)), found)


def _product(event: Event) -> object:
    return event.codes[0] if event.codes else event.display
