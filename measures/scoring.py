"""How answers become a score: sums with their missing-item rules, bands, cut-offs and alarms.

Truth has three values here too. A form with gaps has no score, but it may already be positive whatever the
missing answers are, or never can be; only where both are possible is `positive` None.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import floor

from measures.answers import Sheet
from measures.instrument import Band, Flag, Instrument, Item, Response, Score
from measures.respondent import Person

UNSCORED = "no score: this form is read, not added up"


@dataclass(frozen=True)
class Alarm:
    """An item whose answer must be seen whatever the total: from so many points on, the flag is raised."""

    item: str
    flag: Flag
    at: float = 1


@dataclass(frozen=True)
class Summed:
    """The sum of the points, times `factor`; up to `prorate` missing items count as the mean of others."""

    prorate: int = 0
    factor: float = 1
    alarms: tuple[Alarm, ...] = ()

    def __call__(self, instrument: Instrument, response: Response, person: Person) -> Score:
        sheet = Sheet(instrument, response)
        score = _total(instrument, sheet, person, self.prorate, self.factor)
        return replace(score, flags=tuple(_raised(sheet, self.alarms)))


def unscored(_instrument: Instrument, _response: Response, _person: Person) -> Score:
    return Score(why_none=UNSCORED)


def _total(instrument: Instrument, sheet: Sheet, person: Person, prorate: int, factor: float) -> Score:
    missing, answered = sheet.missing, len(sheet.scored) - len(sheet.missing)
    sum_ = sum(sheet.points(item) or 0 for item in sheet.scored)
    if not missing:
        return rated(instrument, sum_ * factor, person)
    if answered and len(missing) <= prorate:
        filled = floor(sum_ / answered * len(sheet.scored) * factor + 0.5)
        note = f"{answered} of {len(sheet.scored)} items answered; the rest counted as their mean"
        return replace(rated(instrument, filled, person), missing=missing, prorated=True, note=note)
    low, high = bounds(sheet, sheet.undecided, sum_)
    return Score(
        missing=missing,
        positive=at_cut_off(instrument, low * factor, high * factor, person) if answered else None,
        why_none=why_missing(missing, instrument.missing_rule),
    )


def bounds(sheet: Sheet, undecided: Iterable[Item], known: float) -> tuple[float, float]:
    """The least and the most a sum can still become."""
    low = high = known
    for item in undecided:
        certain = sheet.asks(item.link_id) is True
        low += item.least if certain else min(item.least, 0)
        high += item.most
    return low, high


def rated(instrument: Instrument, value: float, person: Person) -> Score:
    """A total with its word, its tone and whether it is positive."""
    band = band_of(instrument, value, person)
    positive = at_cut_off(instrument, value, value, person)
    return Score(
        value=value,
        word=band.word if band else "",
        tone=band.tone if band else "",
        level=band.code if band else None,
        positive=positive,
        note=instrument.when_sex_unknown if positive is None and instrument.cut_off else "",
    )


def band_of(instrument: Instrument, value: float, person: Person) -> Band | None:
    bands = instrument.bands
    if person.sex is not None:
        bands = instrument.bands_by_sex.get(person.sex, bands)
    return next((band for band in reversed(bands) if value >= band.at), None)


def at_cut_off(instrument: Instrument, low: float, high: float, person: Person) -> bool | None:
    return instrument.cut_off.reached(low, high, person) if instrument.cut_off else None


def why_missing(missing: tuple[str, ...], rule: str) -> str:
    items = "1 item" if len(missing) == 1 else f"{len(missing)} items"
    return f"no score: {items} not answered. {rule}"


def _raised(sheet: Sheet, alarms: tuple[Alarm, ...]) -> Iterable[Flag]:
    for alarm in alarms:
        points = sheet.of(alarm.item)
        if points is None and sheet.answers:
            yield Flag(
                f"{alarm.flag.name}-unanswered", f"{alarm.flag.says.partition(':')[0]}: not answered", "watch"
            )
        elif points is not None and points >= alarm.at:
            yield alarm.flag
