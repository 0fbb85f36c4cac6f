"""A model that scores records, as `risk train` would have made it, and one that may be promoted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from measures.risk.data import Data
from measures.risk.feature import find_features
from measures.risk.learning import columns_of
from measures.risk.model import Model
from measures.risk.promotion import Verdict
from measures.risk.training import Choice, Recipe, train
from tests.risk.charts import made_up

COLUMNS = ("ed_visits_90d", "hospital_stays_365d", "phq9_last", "gad7_last")


def taught(data: Data, choice: Choice = "auto") -> Model:
    """By these rows, as a command would on one fixed day."""
    return train(data, Recipe(choice=choice), source="record", outcome="acute", trained_on="2026-01-01")


@cache
def trained(seed: int = 1) -> Model:
    """On made-up rows; its verdict is whatever they deserve."""
    features = {one.id: one for one in find_features()}
    data = replace(made_up(seed=seed), columns=columns_of([features[name] for name in COLUMNS]))
    return taught(data, "logistic")


def promotable(seed: int = 1) -> Model:
    return replace(trained(seed), verdict=Verdict("may be promoted", ("met: 900 events; 450 are needed",)))


def in_shadow(seed: int = 1) -> Model:
    reason = "not met: 300 events; 450 are needed"
    return replace(trained(seed), verdict=Verdict("in shadow", (reason,)))
