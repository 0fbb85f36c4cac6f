"""How a risk model is doing, in plain words: what has drifted since its training, and whether events come as
often as it foretold. The same on the page and on the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from measures.risk.drift import SCORE
from measures.risk.feature import find_features
from measures.risk.watch import FEWEST_EVENTS, FEWEST_PATIENTS, Night, Period, Watched
from smart_app.care.wording import count, month, say_full_day

_TONES = {"alarm": "high", "watch": "watch", "stable": "good"}
NOT_TRAINED = "The expert points were not trained on a panel, so there is nothing to compare this one with."


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
    """`headline` is the one sentence to read; `loud` are the inputs to look at, `quiet` all others."""

    headline: str
    tone: str
    about: tuple[str, ...]
    loud: tuple[InputLine, ...] = ()
    quiet: tuple[InputLine, ...] = ()
    periods: tuple[PeriodLine, ...] = ()
    nights: tuple[NightLine, ...] = ()

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


def shown_watch(watched: Watched) -> WatchShown:
    """Of one model on one panel."""
    night = watched.night
    if night is None:
        return WatchShown("Nothing to tell yet: no panel was scored with it here.", "", ())
    scored = f"{count(night.patients, 'patient')} scored as of {say_full_day(night.as_of)}"
    unknown = f"; of {night.abstained} of them too little is known" if night.abstained else ""
    about = [f"{scored}{unknown}."]
    nights = _nights((night, *watched.earlier))
    if not watched.trained:
        return WatchShown(NOT_TRAINED, "", tuple(about), nights=nights)
    if not night.enough:
        about.append(f"With fewer than {FEWEST_PATIENTS} patients scored, chance alone looks like drift.")
    loud = (*night.standing("alarm"), *night.standing("watch"))
    quiet = [one for one in night.drift if one not in loud]
    headline, tone = _headline(night, watched)
    return WatchShown(
        headline,
        tone,
        tuple(about),
        tuple(map(_input, loud)),
        tuple(map(_input, quiet)) if night.enough else (),
        tuple(map(_period, reversed(watched.periods))),
        nights,
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


def _input(one: dict[str, Any]) -> InputLine:
    name = one["input"]
    says = "the score itself" if name == SCORE else _SAYS.get(name, name)
    missing = f"{_percent(one['missing at training'])} at training, {_percent(one['missing here'])} now"
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
