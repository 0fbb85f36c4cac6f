"""How a patient's risk went: what one model said on earlier days, thinned to what a drawing can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from measures.risk.outlook import Outlook, value
from measures.risk.score import HORIZONS

DAYS = 182  # looked back
APART = 7  # days: of each week the last is told


@dataclass(frozen=True)
class Said:
    """What was said on a day: probabilities by days of horizon, or points under 0, which has no horizon."""

    day: date
    at: Mapping[int, float]


def said(outlook: Outlook) -> Said | None:
    """None where the score abstains."""
    score, now = outlook.score, value(outlook.score)
    if now is None:
        return None
    return Said(score.as_of, dict(score.at) if score.at else {0: now})


def course(earlier: Iterable[Said], now: Said) -> tuple[Said, ...]:
    """One for each week, the oldest first, and last what is said now; days to come are left out."""
    held = [one for one in earlier if now.day - timedelta(DAYS) <= one.day < now.day]
    weeks = {(now.day - one.day).days // APART: one for one in sorted(held, key=lambda one: one.day)}
    return (*sorted(weeks.values(), key=lambda one: one.day), now)


def horizons(told: Iterable[Said]) -> tuple[int, ...]:
    """Those that every day has, the nearest first: earlier days may have kept the nearest alone."""
    of_days = [set(one.at) for one in told]
    common = set.intersection(*of_days) if of_days else set()
    return tuple(one for one in (0, *HORIZONS) if one in common)
