"""A risk and its reasons in words, the same on cards, pages and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from measures.risk.feature import Feature, find_features
from measures.risk.outcome import OUTCOMES
from measures.risk.score import Reason, Score

NAMES_SUBSTANCE_USE = frozenset(
    {
        "alcohol_use_disorder", "opioid_use_disorder", "sud", "smi_and_sud", "overdose_365d", "overdose_ever",
        "days_since_overdose", "moud_gap", "moud_ran_out", "opioid_orders_90d", "crises_7d", "crises_30d",
        "crises_90d", "crises_365d", "days_since_crises",
    }
)  # fmt: skip
"""Reasons that are never told where others can read along, such as in a card's summary."""

_YES_OR_NO = "yes or no"
_A_TIME = (" a week", " a year")  # units of a change: its sign is told
_SHARES = {"share": "", "share lost": " fewer"}
_SAID_ALREADY = frozenset(
    {"", "visits", "contacts", "kinds", "medicines", "orders", "conditions", "injuries"}
)


A_CRISIS = "a crisis"


def say_event(score: Score) -> str:
    """What may come, such as "an emergency visit or hospital stay". Expert points were fitted to no outcome:
    they weigh what leads to a crisis of any kind.
    """
    known = score.points is None and score.outcome in OUTCOMES
    return OUTCOMES[score.outcome].says if known else A_CRISIS


def say_reason(reason: Reason) -> str:
    """What is on record, with its value and unit: "last PHQ-9: 19 points"."""
    feature = _features().get(reason.feature)
    unit = feature.unit if feature else ""
    if reason.value is None:
        return f"{reason.says}: not known"
    if unit == _YES_OR_NO:
        return reason.says if reason.value else f"{reason.says}: no"
    if unit in _SHARES:
        return f"{reason.says}: {reason.value * 100:.0f} %{_SHARES[unit]}"
    if feature and feature.levels:
        return f"{reason.says}: {feature.levels[int(reason.value)]}"
    if unit.endswith(_A_TIME):
        return f"{reason.says}: {reason.value:+.1f} {unit}"
    number = f"{reason.value:.3g}" if abs(reason.value) < 1000 else f"{reason.value:.0f}"
    if " to " in unit:  # a scale, such as 0 to 3
        return f"{reason.says}: {number} on a scale of {unit}"
    said = unit in _SAID_ALREADY or reason.says.startswith(unit)
    return f"{reason.says}: {number}" + ("" if said else f" {unit}")


def each_fact_once(reasons: Iterable[Reason]) -> list[Reason]:
    """For a list that is cut short: of reasons with the same number from the same resources, such as three
    emergency visits in 90 days and in 365, one, where the heaviest stood. Of one question over several
    windows it is the narrowest, which says the others too. Where all reasons stand, all do: they sum to the
    score.
    """
    told: dict[object, list[Reason]] = {}
    for reason in reasons:
        fact = (reason.resources, reason.value) if reason.resources else reason.feature
        told.setdefault(fact, []).append(reason)
    return [min(_asked_alike(alike), key=_window) for alike in told.values()]


def _asked_alike(reasons: Sequence[Reason]) -> Iterator[Reason]:
    """Those that ask what the first asks."""
    asked = _question(reasons[0])
    return (one for one in reasons if _question(one) == asked)


def _question(reason: Reason) -> str:
    return reason.feature.removesuffix(f"_{_window(reason)}d")


def _window(reason: Reason) -> int:
    feature = _features().get(reason.feature)
    return (feature.window if feature else None) or 0


def say_value(score: Score, horizon: int) -> str:
    """ "24 in 100", "18 points", or nothing where the score abstains."""
    chance = score.at.get(horizon)
    if chance is not None:
        return f"{in_100(chance)} in 100"
    if score.points is None:
        return ""
    told = say_points(score.points)
    return f"{told} point" if told == "1" else f"{told} points"


def say_points(points: float) -> str:
    """ "50", "50.5": the same wherever they are told."""
    return f"{round(points, 1):g}"


def in_100(chance: float) -> str:
    """Whole; what is neither 0 nor 1 is never rounded to them."""
    whole = round(chance * 100)
    if whole == 0 and chance > 0:
        return "<1"
    return ">99" if whole == 100 and chance < 1 else str(whole)


@cache
def _features() -> Mapping[str, Feature]:
    return {one.id: one for one in find_features()}
