"""The challenger's trees: walked together, held to what is certain, averaged over the fits of a model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from measures.risk.data import pooled
from measures.risk.fit import fit
from measures.risk.trees import TOGETHER, _flat


def test_more_of_a_column_that_is_worse_never_lowers_the_trees(model):
    x = np.random.default_rng(3).normal(size=(200, 4))
    risen = x + np.array([1.0, 0, 0, 0])

    assert (model.fit.trees.log_odds(risen, 3) >= model.fit.trees.log_odds(x, 3) - 1e-12).all()


def test_the_trees_in_arrays_say_what_scikit_learn_says(data):
    x, came, intervals = pooled(data.x, data.event, 3)
    inputs = np.column_stack([x, intervals])
    grown = HistGradientBoostingClassifier(max_iter=20, random_state=0).fit(inputs, came)
    flat = _flat([stage[0].nodes for stage in grown._predictors], float(grown._baseline_prediction[0, 0]))
    first = intervals == 0

    assert flat.log_odds(x[first], 1)[:, 0] == pytest.approx(grown.decision_function(inputs[first]), abs=1e-9)


@pytest.mark.parametrize("count", [1, TOGETHER, TOGETHER + 1])
def test_rows_say_the_same_alone_and_together(model, data, count):
    trees = model.fit.trees
    together, (added, _) = trees.log_odds(data.x[:count], 3), trees.adds(data.x[:count], 2)
    last = data.x[count - 1 : count]

    assert (trees.log_odds(last, 3) == together[-1]).all()
    assert (trees.adds(last, 2)[0] == added[-1]).all()


def test_the_challenger_scores_with_the_mean_of_all_fits_and_the_logistic_with_one(model, data):
    fits = (model.fit, *model.folds)
    mean = sum(one.log_odds("challenger", data.x) for one in fits) / len(fits)

    assert model.as_kind("challenger").log_odds(data.x) == pytest.approx(mean, abs=1e-9)
    assert np.abs(mean - model.fit.log_odds("challenger", data.x)).max() > 0.01
    assert (model.as_kind("logistic").log_odds(data.x) == model.fit.log_odds("logistic", data.x)).all()


def test_who_was_in_the_training_is_judged_by_one_fit_alone(model, data):
    one = model.folds[0]
    judged = replace(model, folds=(one,) * len(model.folds)).as_kind("challenger")

    assert (judged.unseen(data) == one.probabilities("challenger", data.x)).all()


def test_a_fit_that_lacks_a_column_is_asked_by_the_names_of_its_own(model, data):
    lacking = fit(data.having([0, 3], ()), "s", with_trees=True)
    two = replace(model, folds=(lacking,)).as_kind("challenger")
    added, base = two.adds(data.x)
    told = two.log_odds(data.x)

    of_both = model.fit.log_odds("challenger", data.x), lacking.log_odds("challenger", data.x[:, [0, 3]])
    assert told == pytest.approx(sum(of_both) / 2, abs=1e-9)
    assert added.sum(axis=1) + base == pytest.approx(two.calibration.line(told[:, 0]), abs=1e-9)
