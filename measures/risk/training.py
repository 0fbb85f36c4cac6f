"""From data to a model: two models fitted, validated by patient, compared and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from measures.risk.baseline import Baseline, baseline_of
from measures.risk.crossing import Crossed, crossed
from measures.risk.data import Data, Floats, NotEnough, without_the_useless
from measures.risk.drift import profile
from measures.risk.fit import Kind, fit
from measures.risk.lacking import without_scale
from measures.risk.leakage import leaks
from measures.risk.model import Model, Source
from measures.risk.promotion import Verdict, verdict
from measures.risk.validation import Interval95, Performance, gain, performance

FEWEST = 30
"""Events: with fewer nothing is fitted. With 12, a slope or an AUROC says nothing at all."""

FOLDS = 5
Choice = Literal["logistic", "challenger", "auto"]


@dataclass(frozen=True)
class Recipe:
    """How to train: which model to score with (`auto`: see `_chosen`), and the salt that deals the patients
    into folds.
    """

    choice: Choice = "auto"
    salt: str = "throughline"


def train(
    data: Data,
    recipe: Recipe,
    *,
    source: Source,
    outcome: str,
    trained_on: str,
    points: Floats | None = None,
    table: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Model:
    """Raises NotEnough when the data allow no honest model. `points` are the expert points of each row."""
    _refuse_too_little(data)
    with_trees = recipe.choice != "logistic"
    learning = without_the_useless(data)
    unseen = crossed(data, recipe.salt, FOLDS, with_trees=with_trees)
    leaking = leaks(learning)
    than = baseline_of(learning, points, recipe.salt)
    found = _compared(unseen, data, than, leaking)
    kind = _chosen(recipe.choice, found)
    judged = found[kind].verdict
    card = {
        "trained_on": trained_on,
        "rows": len(data.x),
        "patients": len(set(data.groups)),
        "events": data.events,
        "validated": {"folds": FOLDS, "by": "patient"},
        "notes": [*learning.notes, *leaking],
        "profile": profile(learning, unseen.probabilities[kind][:, -1]),
        "calibration": unseen.calibrations[kind].kind,
        "compared_with": than.says,
        "validation": {name: one.as_json() for name, one in found.items()},
        **(more or {}),
    }
    label = f"local, {data.events} events" + ("" if judged.may_be_promoted else f"; {judged.stands}")
    if data.events < FEWEST * 3:
        label += "; degraded: too few events to be relied on"
    label += without_scale(data, learning)
    return Model(
        source,
        kind,
        outcome,
        data.horizons,
        replace(fit(learning, recipe.salt, with_trees=with_trees), calibrations=unseen.calibrations),
        unseen.fits,
        recipe.salt,
        judged,
        label,
        card,
        table,
    )


def _refuse_too_little(data: Data) -> None:
    if not len(data.x):
        raise NotEnough("there are no rows to learn from; check the labels against the records")
    if data.events == len(data.x):
        raise NotEnough("every row has the event: with one class nothing can be learnt; check the target")
    if data.events == 0:
        raise NotEnough("no row has the event: with one class nothing can be learnt; check the target")
    if data.events < FEWEST:
        raise NotEnough(
            f"{data.events} events are too few to fit a model ({FEWEST} is the least, 200 a beginning); "
            "use the expert points until there are more"
        )
    if len(set(data.groups)) < 2 * FOLDS:
        raise NotEnough(
            f"{len(set(data.groups))} patients are too few to set some apart; a split by row instead would "
            "let the model meet again the patients it has learnt"
        )


@dataclass(frozen=True)
class Compared:
    """One of the models on patients it has not seen."""

    performance: Performance | None
    over_baseline: Interval95 | None
    over_logistic: Interval95 | None
    verdict: Verdict

    def as_json(self) -> dict[str, Any]:
        gains = {"over_baseline": self.over_baseline, "over_logistic": self.over_logistic}
        return {
            "performance": self.performance.as_json() if self.performance else None,
            **{name: one.as_json() if one else None for name, one in gains.items()},
            "verdict": self.verdict.as_json(),
        }


def _compared(unseen: Crossed, data: Data, than: Baseline, leaking: Sequence[str]) -> dict[Kind, Compared]:
    y, groups = data.y(), data.groups
    last = {kind: held[:, -1] for kind, held in unseen.probabilities.items()}
    found: dict[Kind, Compared] = {}
    for kind, p in last.items():
        told = performance(y, p, groups)
        over_baseline = gain(y, p, than.scores, groups)
        over_logistic = gain(y, p, last["logistic"], groups) if kind == "challenger" else None
        judged = verdict(data.events, told, over_baseline, over_logistic, leaking, than.says)
        found[kind] = Compared(told, over_baseline, over_logistic, judged)
    return found


def _chosen(choice: Choice, found: Mapping[Kind, Compared]) -> Kind:
    """`auto`: what may be promoted, the challenger before the logistic."""
    if choice != "auto":
        return choice
    straight, grown = found["logistic"], found["challenger"]
    if straight.verdict.may_be_promoted or grown.verdict.may_be_promoted:
        return "challenger" if grown.verdict.may_be_promoted else "logistic"
    # Neither is to be shown. The challenger is the logistic in part, and the more so the fewer the events: it
    # scores in shadow unless patients that neither has learnt from tell against it.
    gained = grown.over_logistic
    return "logistic" if gained is not None and gained.high < 0 else "challenger"


__all__ = ["NotEnough", "Recipe", "train"]
