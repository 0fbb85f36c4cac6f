"""The figures that are our own: they are those of scikit-learn where it has them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from measures.risk.validation import auroc


@pytest.mark.parametrize("digits", [0, 1, 12])
def test_the_auroc_is_that_of_scikit_learn_with_many_ties_and_with_none(digits):
    random = np.random.default_rng(3)
    y = (random.random(500) < 0.2).astype(np.int64)
    p = np.round(random.random(500) + 0.3 * y, digits).astype(np.float64)

    assert auroc(y, p) == pytest.approx(roc_auc_score(y, p), abs=1e-12)


@pytest.mark.parametrize("came", [0, 1])
def test_rows_that_came_out_the_same_have_no_auroc(came):
    assert np.isnan(auroc(np.full(5, came), np.arange(5.0)))


def test_scores_that_are_all_the_same_tell_nothing_apart():
    assert auroc(np.array([0, 1, 0, 1]), np.full(4, 0.3)) == 0.5
