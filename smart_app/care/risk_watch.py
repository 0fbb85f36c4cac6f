"""How a risk model is doing, in plain words: what has drifted since its training, and whether events come as
often as it foretold. The same on the page and on the command line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from measures.date_words import month, say_full_day
from measures.risk.bands import (
    BANDS,
    EVENT,
    FEWER,
    HORIZON,
    MORE,
    BandPeriod,
    Rate,
    all_together,
    band_periods,
    say_order,
)
from measures.risk.drift import SCORE
from measures.risk.feature import find_features
from measures.risk.outcome import OUTCOMES
from measures.risk.watch import FEWEST_EVENTS, FEWEST_PATIENTS, BandMonth, Night, Period, Watched
from smart_app.care.wording import count

TRAINING = "at training"
_TONES = {"alarm": "high", "watch": "watch", "stable": "good"}
NO_PROBABILITY = (
    "Points are no probability: how many events were to be expected cannot be said. What can be told is how "
    f"inputs and points are spread, and how often {OUTCOMES[EVENT].says} came within {HORIZON} days."
)


@dataclass(frozen=True)
class InputLine:
    """One input, or the score, beside its training."""

    says: str
    index: str
    stands: str
    missing: str

    @property
    def tone(self) -> str:
        return _TONES[self.stands]


@dataclass(frozen=True)
class PeriodLine:
    """Some months, told together."""

    when: str
    patients: int
    expected: str
    observed: str
    ratio: str
    stands: str

    @property
    def tone(self) -> str:
        calm = {"as expected": "good", "too few to tell": ""}
        return calm.get(self.stands, "high")


@dataclass(frozen=True)
class BandLine:
    """Some months, told together: how often events came in each of BANDS."""

    when: str
    rates: tuple[str, ...]


@dataclass(frozen=True)
class NightLine:
    """A night in one line, for how it went before."""

    when: str
    patients: int
    abstained: int
    score: str
    alarms: int
    watches: int


@dataclass(frozen=True)
class WatchShown:
    """`headline` is the one sentence to read; `loud` are the inputs to look at, `quiet` all others. They are
    compared with what `before` names.
    """

    headline: str
    tone: str
    about: tuple[str, ...]
    loud: tuple[InputLine, ...] = ()
    quiet: tuple[InputLine, ...] = ()
    periods: tuple[PeriodLine, ...] = ()
    nights: tuple[NightLine, ...] = ()
    bands: tuple[BandLine, ...] = ()
    before: str = TRAINING

    def lines(self) -> Iterator[str]:
        """The same for a terminal."""
        yield self.headline
        yield from self.about
        for one in self.loud:
            yield f"  {one.stands}: {one.says}, PSI {one.index}; missing {one.missing}"
        for period in self.periods:
            events = f"{period.observed} events, {period.expected} expected"
            ratio = f", ratio {period.ratio}" if period.ratio else ""
            yield f"  {period.when}: {events}{ratio}: {period.stands}"
        for line in self.bands:
            told = zip(BANDS, line.rates, strict=True)
            yield f"  {line.when}: " + "; ".join(f"{band}, {rate}" for band, rate in told)


def shown_watch(watched: Watched) -> WatchShown:
    """Of one model on one panel."""
    night = watched.night
    if night is None:
        return WatchShown("Nothing to tell yet: no panel was scored with it here.", "", ())
    scored = f"{count(night.patients, 'patient')} scored as of {say_full_day(night.as_of)}"
    unknown = f"; of {night.abstained} of them too little is known" if night.abstained else ""
    about = [f"{scored}{unknown}."]
    nights = _nights((night, *watched.earlier))
    if not night.enough:
        about.append(f"With fewer than {FEWEST_PATIENTS} patients scored, chance alone looks like drift.")
    loud = (*night.standing("alarm"), *night.standing("watch"))
    quiet = [one for one in night.drift if one not in loud] if night.enough else []
    before, bands = TRAINING, _bands(watched.bands)
    if watched.trained:
        headline, tone = _headline(night, watched)
    else:
        about.append(NO_PROBABILITY)
        headline, tone = _headline_of_points(night, watched)
        if watched.first in (None, night.as_of):
            loud, quiet = (), []
        else:
            before = f"on {say_full_day(watched.first)}"
    return WatchShown(
        headline,
        tone,
        tuple(about),
        tuple(_input(one, before) for one in loud),
        tuple(_input(one, before) for one in quiet),
        tuple(map(_period, reversed(watched.periods))),
        nights,
        bands,
        before,
    )


def _headline(night: Night, watched: Watched) -> tuple[str, str]:
    if watched.stale:
        return f"Its scores are called stale: {watched.stale}. Train it again, or roll it back.", "high"
    alarms = len(night.standing("alarm"))
    if alarms:
        return f"{count(alarms, 'input')} beyond the alarm: look at where the data come from.", "high"
    if night.standing("watch"):
        return "It holds; some inputs are to be watched.", "watch"
    if not night.enough:
        return "Too few patients to tell.", ""
    events = any(period.ratio is not None for period in watched.periods)
    return ("It holds." if events else "Inputs and scores are as at training."), "good"


def _headline_of_points(night: Night, watched: Watched) -> tuple[str, str]:
    if watched.first is None:
        return "Too few patients to tell.", ""
    alarms, order = len(night.standing("alarm")), say_order(watched.bands)
    if alarms:
        return f"{count(alarms, 'input')} beyond the alarm: look at where the data come from.", "high"
    if order in (FEWER, MORE):
        return f"{order[0].upper()}{order[1:]}.", "good" if order == MORE else "high"
    if watched.first == night.as_of:
        return "This is the first night: later ones are compared with it.", ""
    since = f"since {say_full_day(watched.first)}"
    if night.standing("watch"):
        return f"Some inputs are to be watched {since}; of events, {order}.", "watch"
    return f"Inputs and points are as before {since}; of events, {order}.", "good"


def _bands(months: Sequence[BandMonth]) -> tuple[BandLine, ...]:
    """The latest first; above them all together, where there are several."""
    told, whole = band_periods(months), all_together(months)
    lines = tuple(map(_band, reversed(told)))
    if whole is None or len(told) < 2:
        return lines
    return (BandLine(f"All, {_months(whole.first, whole.last)}", tuple(map(_rate, whole.rates))), *lines)


def _band(one: BandPeriod) -> BandLine:
    return BandLine(_months(one.first, one.last), tuple(map(_rate, one.rates)))


def _rate(one: Rate) -> str:
    if one.share is None or one.low is None or one.high is None:
        return "too few to tell"
    return f"{_percent(one.share)} of {one.patients:,} ({_percent(one.low)} to {_percent(one.high)})"


def _input(one: dict[str, Any], before: str) -> InputLine:
    name = one["input"]
    says = "the score itself" if name == SCORE else _SAYS.get(name, name)
    missing = f"{_percent(one['missing at training'])} {before}, {_percent(one['missing here'])} now"
    return InputLine(says, f"{one['psi']:.2f}", one["stands"], missing)


def _period(one: Period) -> PeriodLine:
    few = one.ratio is None and 0 < one.observed < FEWEST_EVENTS
    ratio = "" if one.ratio is None else f"{one.ratio:.2f} ({one.low:.2f} to {one.high:.2f})"
    return PeriodLine(
        _months(one.first, one.last),
        one.patients,
        f"{one.expected:.1f}",
        f"fewer than {FEWEST_EVENTS}" if few else str(one.observed),
        ratio,
        one.stands,
    )


def _nights(nights: tuple[Night, ...]) -> tuple[NightLine, ...]:
    return tuple(
        NightLine(
            say_full_day(one.as_of),
            one.patients,
            one.abstained,
            f"{one.score['psi']:.2f}" if one.score and one.enough else "",
            len(one.standing("alarm")),
            len(one.standing("watch")),
        )
        for one in nights
    )


def _months(first: date, last: date) -> str:
    """ "Oct 2026", or "Aug 2026 to Oct 2026"."""
    told = [f"{month(day)} {day.year}" for day in (first, last)]
    return told[0] if told[0] == told[1] else " to ".join(told)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


_SAYS = {one.id: one.says for one in find_features()}
