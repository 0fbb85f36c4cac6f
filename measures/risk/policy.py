"""The quality team's choices about risk: what is scored, how it is weighed, who comes onto the worklist.

The file that holds them is read in `cds_service/risk_policy.py`; here they are values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

import orjson

from measures.risk.feature import find_features
from measures.risk.points import Points, Rule, expert_points
from measures.risk.score import HORIZONS

GROUPS: Mapping[str, frozenset[str]] = {
    "smi": frozenset({"smi", "smi_and_sud", "antipsychotic_gap", "lithium_gap"}),
    "sud": frozenset({"sud", "moud_ran_out", "overdose_365d"}),
    "sdoh": frozenset({"housing", "social_needs", "dual_eligible"}),
}
"""Which points each weight multiplies."""

TIE_BREAKS = ("change", "points", "patient_id")


@dataclass(frozen=True)
class Moved:
    """From when a risk is told as rising or high: hundredths for a probability, else points."""

    in_100: float
    points: float


@dataclass(frozen=True)
class Foretold:
    """One outcome that is told, and for how many days ahead; the first of them ranks, where it ranks."""

    outcome: str
    horizons: tuple[int, ...] = (HORIZONS[-1], *HORIZONS[:-1])

    @property
    def horizon(self) -> int:
        """What it is ranked by, and the one told where there is room for one."""
        return self.horizons[0]

    @property
    def nearest(self) -> int:
        """What cards and the trend are of: what comes soonest changes first."""
        return min(self.horizons)


@dataclass(frozen=True)
class Policy:
    """Of the `outcomes` the first ranks, and is the one on cards; the others are told beside it. The expert
    points, which stand in while no model is promoted for the first, have no outcome of their own.

    `panel_percent` of the panel are on the list; `cap` is for each care manager, None for no cap.
    """

    version: str = "built in"
    outcomes: tuple[Foretold, ...] = (Foretold("acute"),)
    features_off: frozenset[str] = frozenset()
    points: tuple[Rule, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    panel_percent: float = 10.0
    tie_break: tuple[str, ...] = ("change", "patient_id")
    exclude: frozenset[str] = frozenset({"died", "hospice"})
    cap: int | None = None
    rise: Moved = Moved(in_100=5, points=5)
    high: Moved = Moved(in_100=25, points=25)

    @property
    def first(self) -> Foretold:
        """The outcome that ranks."""
        return self.outcomes[0]

    @property
    def named(self) -> tuple[str, ...]:
        """The outcomes that are told, by id."""
        return tuple(one.outcome for one in self.outcomes)

    def expert_points(self) -> Points:
        """The expert points with this policy's own points, weights and features that are off."""
        return self._weighed(expert_points())

    def _weighed(self, shipped: Points) -> Points:
        own = {rule.feature for rule in self.points}
        rules = [*(rule for rule in shipped.rules if rule.feature not in own), *self.points]
        kept = tuple(self._with_weight(rule) for rule in rules if rule.feature not in self.features_off)
        if kept == shipped.rules:
            return shipped
        asked = {rule.feature for rule in kept}
        features = tuple(one for one in find_features() if one.id in asked or one.essential)
        digest = hashlib.sha256(orjson.dumps([asdict(rule) for rule in kept])).hexdigest()
        return Points(f"{shipped.version}+{digest[:8]}", kept, features)

    def _with_weight(self, rule: Rule) -> Rule:
        weight = 1.0
        for group, features in GROUPS.items():
            if rule.feature in features:
                weight *= self.weights.get(group, 1.0)
        return rule if weight == 1.0 else replace(rule, per=rule.per * weight, points=rule.points * weight)
