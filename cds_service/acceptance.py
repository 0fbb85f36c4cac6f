"""How cards are received: shown, accepted and set aside, by rule, role and site, with honest intervals.

A rate is told with its 95 % Wilson interval (Wilson 1927), and not at all below a minimum of cards. From it
changes can be proposed; nothing here changes a rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import sqrt

FEWEST = 20  # cards shown, below which a rate says more about chance than about the rule
_Z = 1.959964  # of the 95 % interval
_RARELY = 0.10  # accepted by fewer than this, with certainty: a candidate for change
_MOSTLY = 0.50  # of the overrides for one reason: that is what to change


@dataclass(frozen=True)
class Interval:
    """A share with its 95 % Wilson interval."""

    share: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.share:.0%} ({self.low:.0%} to {self.high:.0%})"


def wilson(of: int, all_: int) -> Interval:
    """The share of `of` in `all_`, which is at least 1; ValueError otherwise."""
    if not 0 <= of <= all_ or all_ < 1:
        raise ValueError(f"{of} of {all_} is no share")
    share, square = of / all_, _Z * _Z
    middle = (share + square / (2 * all_)) / (1 + square / all_)
    reach = _Z * sqrt(share * (1 - share) / all_ + square / (4 * all_ * all_)) / (1 + square / all_)
    return Interval(share, max(0.0, middle - reach), min(1.0, middle + reach))


@dataclass(frozen=True)
class Reception:
    """What became of the cards of one rule, at one host EHR, for one role, at one site ("" for unknown).

    A card counts once, by its last outcome; one without feedback counts as shown only.
    """

    rule: str
    role: str
    site: str
    shown: int
    accepted: int
    overridden: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    silent: int = 0  # evaluated, and not shown

    @property
    def acceptance(self) -> Interval | None:
        """The share accepted of those shown; None with too few to tell."""
        return wilson(self.accepted, self.shown) if self.shown >= FEWEST else None

    @property
    def overriding(self) -> Interval | None:
        """The share overridden of those shown; None with too few to tell."""
        return wilson(self.overridden, self.shown) if self.shown >= FEWEST else None


def by_rule(receptions: Iterable[Reception]) -> Iterator[Reception]:
    """The same summed over roles and sites, one a rule, in the order of their ids."""
    together: dict[str, list[Reception]] = {}
    for one in receptions:
        together.setdefault(one.rule, []).append(one)
    for rule, parts in sorted(together.items()):
        reasons: Counter[str] = Counter()
        for part in parts:
            reasons.update(part.reasons)
        counts = {name: sum(getattr(part, name) for part in parts) for name in _COUNTS}
        yield Reception(rule, "", "", reasons=dict(reasons), **counts)


_COUNTS = ("shown", "accepted", "overridden", "silent")


@dataclass(frozen=True)
class Proposal:
    """What the feedback on a rule suggests to the quality team; it is theirs to decide."""

    rule: str
    says: str


def proposals(receptions: Iterable[Reception]) -> Iterator[Proposal]:
    """What to think over: rules rarely accepted with certainty, and the reason that is given most."""
    for one in by_rule(receptions):
        rate = one.acceptance
        if rate is None or rate.high >= _RARELY:
            continue
        said = f"accepted {rate} of {one.shown} cards"
        reason, times = max(one.reasons.items(), key=lambda item: item[1], default=("", 0))
        if reason and times > _MOSTLY * one.overridden:
            yield Proposal(one.rule, f"{said}; mostly set aside as {reason}: {_MENDS.get(reason, _NARROW)}")
        else:
            yield Proposal(one.rule, f"{said}: narrow it, give it a lower priority, or retire it")


_NARROW = "narrow its condition"
_MENDS: Mapping[str, str] = {
    "done-elsewhere": "read the missing source, or ask for longer than the current interval",
    "not-appropriate": "add the exclusion that clinicians see",
    "patient-declined": "count a refusal on record as an exception",
    "another-visit": "show it at a visit where it can be done",
    "record-wrong": "mend the record, or the value set that reads it",
}
