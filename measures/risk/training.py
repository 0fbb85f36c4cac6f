"""From data to a model: patients set apart first, two models fitted and calibrated, compared, and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from measures.risk.calibration import Calibration, calibrate
from measures.risk.data import (
    Data,
    Flags,
    Floats,
    Ints,
    NotEnough,
    cumulated,
    folds,
    held_out,
    pooled,
    without_the_useless,
)
from measures.risk.drift import profile
from measures.risk.lacking import without_scale
from measures.risk.leakage import leaks
from measures.risk.linear import Linear, fit_linear
from measures.risk.model import Kind, Model, Source
from measures.risk.promotion import Verdict, verdict
from measures.risk.shares import learn_shares, told_by_others
from measures.risk.trees import Trees, fit_trees
from measures.risk.validation import Interval95, Performance, gain, performance

FEWEST = 30
"""Events: with fewer nothing is fitted. With 12, a slope or an AUROC says nothing at all."""

FOLDS = 5
MANY_ROWS = 20_000  # rows: from here on two folds calibrate as well as five
Choice = Literal["logistic", "challenger", "auto"]
KINDS: tuple[Kind, ...] = ("logistic", "challenger")


@dataclass(frozen=True)
class Recipe:
    """How to train: which model to score with (`auto`: see `_chosen`), how many patients are set apart, and
    the salt that chooses them.
    """

    choice: Choice = "auto"
    apart: float = 0.2
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
    apart = held_out(data.groups, recipe.salt, recipe.apart)
    learning = without_the_useless(data.rows(~apart))
    if not 0 < learning.events < len(learning.x):
        raise NotEnough("the patients left to learn from have no events, or only events; give more patients")
    told = told_by_others(learning, recipe.salt)
    linear = fit_linear(told)
    trees = None if recipe.choice == "logistic" else fit_trees(told)
    shares = learn_shares(learning)
    unseen = _unseen(learning, recipe, with_trees=trees is not None)
    calibrations = unseen.calibrations
    model = Model(
        source, "logistic", outcome, data.horizons, learning.columns, shares, linear, trees, calibrations,
        Verdict("too few events", ()), "", {}, table,
    )  # fmt: skip
    found = _compared(
        model, data.rows(apart), points[apart] if points is not None else None, data.events, unseen.gained
    )
    kind = _chosen(recipe.choice, trees, found)
    judged = found[kind].verdict
    card = {
        "trained_on": trained_on,
        "rows": len(data.x),
        "patients": len(set(data.groups)),
        "events": data.events,
        "rows_set_apart": int(apart.sum()),
        "set_apart": {"share": recipe.apart, "salt": recipe.salt, "by": "patient"},
        "notes": [*learning.notes, *leaks(learning)],
        "profile": profile(learning, model.as_kind(kind).probabilities(learning.x)[:, -1]),
        "calibration": calibrations[kind].kind,
        "validation": {name: one.as_json() for name, one in found.items()},
        **(more or {}),
    }
    label = f"local, {data.events} events; {judged.stands}"
    if data.events < FEWEST * 3:
        label += "; degraded: too few events to be relied on"
    label += without_scale(data, learning)
    return Model(
        source,
        kind,
        outcome,
        data.horizons,
        learning.columns,
        shares,
        linear,
        trees,
        calibrations,
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
class Unseen:
    """What rows to learn from say when scored by fits that saw none of their patients: how to calibrate, and
    by how much the challenger's AUROC is above the logistic's. They are many more than those set apart.
    """

    calibrations: Mapping[str, Calibration]
    gained: Interval95 | None


def _unseen(learning: Data, recipe: Recipe, *, with_trees: bool) -> Unseen:
    count = len(learning.horizons)
    fold = folds(learning.groups, recipe.salt, FOLDS if len(learning.x) < MANY_ROWS else 2)
    log_odds = {kind: np.full((len(learning.x), count), np.nan) for kind in KINDS[: 1 + with_trees]}
    for one in np.unique(fold):
        others, these = learning.rows(fold != one), fold == one
        if not 0 < others.events < len(others.x):
            continue
        others = without_the_useless(others)
        told, at = told_by_others(others, recipe.salt), [learning.columns.index(c) for c in others.columns]
        x = learn_shares(others).of(learning.x[these][:, at])
        log_odds["logistic"][these] = straight = fit_linear(told).log_odds(x)
        if with_trees:
            trees = fit_trees(told)
            log_odds["challenger"][these] = trees.blended(trees.log_odds(x, count), straight)
    scored: Flags = ~np.isnan(log_odds["logistic"][:, 0])
    seen = learning.rows(scored)
    lines: dict[str, Calibration] = {kind: _line(odds[scored], seen.event) for kind, odds in log_odds.items()}
    if not with_trees:
        return Unseen(lines, None)
    last = {kind: cumulated(lines[kind].probability(log_odds[kind][scored]))[:, -1] for kind in KINDS}
    return Unseen(lines, gain(seen.y(), last["challenger"], last["logistic"], seen.groups))


def _line(log_odds: Floats, event: Ints) -> Calibration:
    count = log_odds.shape[1]
    repeated, came, intervals = pooled(log_odds, event, count)
    return calibrate(repeated[np.arange(len(repeated)), intervals], came)


@dataclass(frozen=True)
class Compared:
    """One of the models on the patients set apart."""

    performance: Performance | None
    over_points: Interval95 | None
    over_logistic: Interval95 | None
    verdict: Verdict

    def as_json(self) -> dict[str, Any]:
        gains = {"over_points": self.over_points, "over_logistic": self.over_logistic}
        return {
            "performance": self.performance.as_json() if self.performance else None,
            **{name: one.as_json() if one else None for name, one in gains.items()},
            "verdict": self.verdict.as_json(),
        }


def _compared(
    model: Model, apart: Data, points: Floats | None, events: int, gained: Interval95 | None
) -> dict[Kind, Compared]:
    y = apart.y()
    kinds = KINDS if model.trees else KINDS[:1]
    x = model.matrix_of(apart) if len(apart.x) else np.zeros((0, len(model.columns)))
    scored = {kind: model.as_kind(kind).probabilities(x)[:, -1] for kind in kinds} if len(x) else {}
    found: dict[Kind, Compared] = {}
    for kind in kinds:
        told = performance(y, scored[kind], apart.groups) if scored else None
        over_points = over_logistic = None
        if told is not None:
            if points is not None:
                over_points = gain(y, scored[kind], points, apart.groups)
            if kind == "challenger":
                over_logistic = gained
        found[kind] = Compared(
            told, over_points, over_logistic, verdict(events, told, over_points, over_logistic)
        )
    return found


def _chosen(choice: Choice, trees: Trees | None, found: Mapping[Kind, Compared]) -> Kind:
    """`auto`: what may be promoted, the challenger before the logistic."""
    if trees is None or choice == "logistic":
        return "logistic"
    if choice == "challenger":
        return "challenger"
    straight, grown = found["logistic"], found["challenger"]
    if straight.verdict.may_be_promoted or grown.verdict.may_be_promoted:
        return "challenger" if grown.verdict.may_be_promoted else "logistic"
    # Neither is to be shown. The challenger is the logistic in part, and the more so the fewer the events: it
    # scores in shadow unless patients that neither has learnt from tell against it.
    gained = grown.over_logistic
    return "logistic" if gained is not None and gained.high < 0 else "challenger"


__all__ = ["Linear", "NotEnough", "Recipe", "train"]
