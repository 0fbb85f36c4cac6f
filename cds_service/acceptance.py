"""How cards are received: shown, accepted and set aside, by rule, role, site and hook, with honest intervals.

A rate is told with its 95 % Wilson interval (Wilson 1927), and not at all below a minimum of cards. Nor can a
part that is too small be found by subtraction: it is told together with the next ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

FEWEST = 20  # cards shown, below which a rate says more about chance than about the rule
FEWEST_REASONS = 5  # cards set aside for one reason, below which it is told among the others
_Z = 1.959964  # of the 95 % interval


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

    A card counts once, by its last outcome; one without feedback counts as shown only. `parts`: how many of
    the smallest were taken together in it.
    """

    rule: str
    role: str
    site: str
    shown: int
    accepted: int
    overridden: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    silent: int = 0  # evaluated, and not shown
    hook: str = ""
    version: str = ""  # of the rule, as the card told it; "" for what was not shown
    parts: int = 1

    @property
    def acceptance(self) -> Interval | None:
        """The share accepted of those shown; None with too few to tell."""
        return wilson(self.accepted, self.shown) if self.shown >= FEWEST else None

    @property
    def overriding(self) -> Interval | None:
        """The share overridden of those shown; None with too few to tell."""
        return wilson(self.overridden, self.shown) if self.shown >= FEWEST else None

    @property
    def unanswered(self) -> int:
        """Cards nobody said anything about: read and left, or never seen."""
        return self.shown - self.accepted - self.overridden

    @property
    def main_reasons(self) -> tuple[tuple[str, int], ...]:
        """Why cards were set aside, the most frequent first; none where too few were shown to tell, and none
        that was given too rarely.
        """
        if self.shown < FEWEST:
            return ()
        often = (one for one in self.reasons.items() if one[1] >= FEWEST_REASONS)
        return tuple(sorted(often, key=lambda one: (-one[1], one[0])))


SPLITS: Mapping[str, tuple[str, ...]] = {
    "": (),
    "role": ("role",),
    "site": ("site",),
    "role-and-site": ("role", "site"),
    "hook": ("hook",),
    "version": ("version",),
}
"""By what the figures of a rule can be told apart."""


def together(receptions: Iterable[Reception], by: Sequence[str] = ()) -> Iterator[Reception]:
    """The same summed over all but the rule and `by`, in the order of the rules, the most shown first."""
    found: dict[tuple[str, ...], list[Reception]] = {}
    for one in receptions:
        key = (one.rule, *(getattr(one, name) for name in by))
        found.setdefault(key, []).append(one)
    summed = [_sum(parts, dict(zip(by, key[1:], strict=True))) for key, parts in found.items()]
    return iter(sorted(summed, key=lambda one: (one.rule, -one.shown, one.role, one.site, one.hook)))


def by_rule(receptions: Iterable[Reception]) -> Iterator[Reception]:
    """The same summed over everything else, one a rule, in the order of their ids."""
    return together(receptions)


def told_apart(receptions: Iterable[Reception], by: Sequence[str]) -> Iterator[Reception]:
    """The same by rule and `by`, each line with enough cards to be told, unless the rule itself has too few.

    What is too small stands together on one line, with as many of the next ones as it takes: the rule's sum
    less the other lines must not betray it.
    """
    rules: dict[str, list[Reception]] = {}
    for one in together(receptions, by):
        rules.setdefault(one.rule, []).append(one)
    for parts in rules.values():
        large = [one for one in parts if one.shown >= FEWEST]
        small = [one for one in parts if one.shown < FEWEST]
        while large and 0 < sum(one.shown for one in small) < FEWEST:
            small.append(large.pop())
        yield from large
        if small:
            yield small[0] if len(small) == 1 else _sum(small, {}, len(small))


def _sum(receptions: Sequence[Reception], apart: Mapping[str, str], parts: int = 1) -> Reception:
    reasons: Counter[str] = Counter()
    for one in receptions:
        reasons.update(one.reasons)
    counts = {name: sum(getattr(one, name) for one in receptions) for name in _COUNTS}
    told: dict[str, Any] = {"role": "", "site": "", **apart}
    return Reception(receptions[0].rule, reasons=dict(reasons), parts=parts, **told, **counts)


_COUNTS = ("shown", "accepted", "overridden", "silent")
