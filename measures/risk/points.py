"""The expert points: the model at a cold start, a sum that anybody can check by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from measures.record import PatientRecord
from measures.risk.feature import Answer, Feature, answers, find_features
from measures.risk.score import POPULATION, Reason, Score, missing_inputs, resources_of, why_to_abstain

FILE = Path(__file__).with_name("points.yaml")
LABEL = "expert points: not a probability"
MODEL = "expert-points"
MOST = 100.0


class PointsError(ValueError):
    """A file of points that cannot be used; the message names each entry at fault, and the mend."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for one feature: so many per unit up to a most, or all at once from a threshold."""

    feature: str
    per: float = 0.0
    most: float = 0.0
    threshold: float | None = None
    points: float = 0.0

    def adds(self, value: float | None) -> float:
        if value is None:
            return 0.0
        if self.threshold is not None:
            return self.points if value >= self.threshold else 0.0
        return self.per * min(max(value, 0.0), self.most)


@dataclass(frozen=True)
class Points:
    """The rules of one file, and the features they ask for."""

    version: str
    rules: tuple[Rule, ...]
    features: tuple[Feature, ...]

    def total(self, values: Mapping[str, float | None]) -> float:
        """0 to 100."""
        return min(MOST, sum(rule.adds(values[rule.feature]) for rule in self.rules))

    def score(self, record: PatientRecord, as_of: date) -> Score:
        """The points of a patient as of the end of a day; it abstains where the essentials are not known."""
        known = answers(record, as_of, self.features)
        abstained = why_to_abstain(self.features, known)
        reasons = () if abstained else self._reasons(known)
        added = sum(reason.adds for reason in reasons)
        return Score(
            patient=record.id,
            as_of=as_of,
            model=MODEL,
            version=self.version,
            label=LABEL,
            population=POPULATION,
            outcome="acute",
            points=None if abstained else min(MOST, added),
            at={},
            base=0.0,
            sum=added,
            reasons_in="points",
            reasons=reasons,
            missing=missing_inputs(self.features, known),
            abstained=abstained,
        )

    def _reasons(self, known: Mapping[str, Answer]) -> tuple[Reason, ...]:
        added: dict[str, float] = {}
        for rule in self.rules:
            points = rule.adds(known[rule.feature].number)
            if points:
                added[rule.feature] = added.get(rule.feature, 0.0) + points
        says = {one.id: one.says for one in self.features}
        found = [
            Reason(name, says[name], known[name].number, points, resources_of(known[name]))
            for name, points in added.items()
        ]
        return tuple(sorted(found, key=lambda reason: (-reason.adds, reason.feature)))


@cache
def expert_points() -> Points:
    """The points that come with Throughline."""
    return read_points(FILE)


def read_points(path: Path) -> Points:
    """Raises PointsError, naming every entry that cannot be used."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    features = {one.id: one for one in find_features()}
    problems: list[str] = []
    rules: list[Rule] = []
    entries = read.get("points") if isinstance(read, dict) else None
    if not isinstance(entries, list):
        raise PointsError(f"{path}: has no list `points`")
    for number, entry in enumerate(entries, start=1):
        try:
            rule = _rule(entry)
        except (KeyError, TypeError, ValueError) as error:
            problems.append(
                f"{path}: entry {number}: {error}; give feature with per and most, or from and points"
            )
            continue
        if rule.feature not in features:
            problems.append(f"{path}: entry {number}: there is no feature {rule.feature!r}")
        rules.append(rule)
    if problems:
        raise PointsError("\n".join(problems))
    asked = {rule.feature for rule in rules}
    chosen = tuple(one for one in find_features() if one.id in asked or one.essential)
    return Points(str(read.get("version", "")), tuple(rules), chosen)


def _rule(entry: Any) -> Rule:
    if "from" in entry:
        return Rule(str(entry["feature"]), threshold=float(entry["from"]), points=float(entry["points"]))
    return Rule(str(entry["feature"]), per=float(entry["per"]), most=float(entry["most"]))
