"""Expert points watched: whether patients look as they did on the first night, and whether more points went
with more events.

Points are no probability, so nobody can say how many events were to be expected: there is no observed over
expected. What can be told is how often events came within each band of points, month by month, and how inputs
and points are spread, against the first night that was counted here with the same points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, nextafter
from typing import Any

from measures.risk.drift import SCORE
from measures.risk.points import Points
from measures.risk.validation import wilson
from measures.risk.watch import FEWEST_EVENTS, BandMonth, Night, together

BANDS = ("no points", "below 10", "10 to 19", "20 and more")
MORE, FEWER = "more points went with more events", "more points went with fewer events"
_FROM = (10.0, 20.0)
FEWEST_PATIENTS = 11  # of a band: fewer are not shown
EVENT, HORIZON = "acute", 30
"""Points have no outcome of their own: they are held against any emergency visit or hospital stay; days."""

_SCORE_CUTS = [0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0]
_MOST_STEPS = 10


@dataclass(frozen=True)
class Rate:
    """How often events came within a band, with its 95 % interval; all None while the band has too few
    patients, or the months too few events.
    """

    patients: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class BandPeriod:
    """Months told together, a rate for each of BANDS."""

    first: date
    last: date
    rates: tuple[Rate, ...]


def band_of(points: float) -> int:
    """Its number among BANDS."""
    return 0 if points <= 0 else 1 + sum(points >= least for least in _FROM)


def band_periods(months: Iterable[BandMonth]) -> tuple[BandPeriod, ...]:
    """In order, as many months together as it takes to have events enough; the last may lack some.

    Where those of a band that are too few to be told are too few in all months together as well, its smallest
    other month is not told either: the band of all months, less the others, would tell them.
    """
    days: dict[date, list[BandMonth]] = {}
    for one in sorted(months, key=lambda one: one.as_of):
        days.setdefault(one.as_of, []).append(one)
    told = [
        (held[0][0].as_of, held[-1][0].as_of, _rates([one for day in held for one in day]))
        for held in together(days.values(), lambda day: sum(one.observed for one in day))
    ]
    of_band = [_not_told_by_the_others(rates) for rates in zip(*(rates for *_, rates in told), strict=True)]
    return tuple(
        BandPeriod(first, last, tuple(rates[at] for rates in of_band))
        for at, (first, last, _) in enumerate(told)
    )


def all_together(months: Sequence[BandMonth]) -> BandPeriod | None:
    """Every month as one; None without any."""
    days = [one.as_of for one in months]
    return BandPeriod(min(days), max(days), _rates(months)) if days else None


def say_order(months: Sequence[BandMonth]) -> str:
    """Whether more points went with more events, over all months: the lowest band with patients enough
    against the highest.
    """
    told = [rate for rate in _rates(months) if rate.share is not None]
    if len(told) < 2:
        return "too few to tell"
    least, most = told[0], told[-1]
    if (most.low or 0) > (least.high or 0):
        return MORE
    fewer = (most.high or 0) < (least.low or 0)
    return FEWER if fewer else "the bands cannot be told apart yet"


def _not_told_by_the_others(rates: Sequence[Rate]) -> list[Rate]:
    hidden = sum(rate.patients for rate in rates if rate.share is None)
    shown = [rate for rate in rates if rate.share is not None]
    if not shown or not 0 < hidden < FEWEST_PATIENTS:
        return list(rates)
    smallest = min(shown, key=lambda rate: rate.patients)
    return [Rate(rate.patients) if rate is smallest else rate for rate in rates]


def _rates(months: Sequence[BandMonth]) -> tuple[Rate, ...]:
    enough = sum(one.observed for one in months) >= FEWEST_EVENTS
    found = []
    for band in range(len(BANDS)):
        held = [one for one in months if one.band == band]
        patients, observed = sum(one.patients for one in held), sum(one.observed for one in held)
        told = enough and patients >= FEWEST_PATIENTS
        found.append(
            Rate(patients, observed / patients, *wilson(observed, patients)) if told else Rate(patients)
        )
    return tuple(found)


def ranges_of(points: Points) -> dict[str, dict[str, Any]]:
    """The ends of the ranges into which a panel is counted: where a rule begins to add, and each step it adds
    by; of the points themselves a scale.
    """
    cuts: dict[str, set[float]] = {one.id: set() for one in points.features}
    for rule in points.rules:
        if rule.threshold is not None:
            cuts[rule.feature].add(nextafter(rule.threshold, -inf))  # a range ends with its cut
        else:
            cuts[rule.feature].update(float(step) for step in range(min(int(rule.most), _MOST_STEPS)))
    named = {name: {"cuts": sorted(held)} for name, held in cuts.items() if held}
    return {**named, SCORE: {"cuts": _SCORE_CUTS}}


def as_first_counted(points: Points, first: Night | None) -> dict[str, dict[str, Any]]:
    """The ranges with the shares of the first night, as a training has them; without where there is none."""
    held: Mapping[str, Any] = {one["input"]: one.get("shares") for one in first.drift} if first else {}
    ranges = ranges_of(points)
    for name, range_ in ranges.items():
        shares = held.get(name)
        if shares is not None and len(shares) == len(range_["cuts"]) + 2:
            range_["shares"] = shares
    return ranges
