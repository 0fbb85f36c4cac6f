"""Nobody is judged by parameters learnt from their own rows, and all patients teach the ones that score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from measures.risk.crossing import by_unseen
from measures.risk.data import NotEnough, folds
from measures.risk.validation import auroc
from tests.risk.models import taught


def test_a_patient_is_in_one_fold(data):
    fold = folds(data.groups, "throughline", 5)
    groups = np.array(data.groups)

    assert sum(len(set(groups[fold == one])) for one in range(5)) == len(set(groups))
    assert all(0.1 < (fold == one).mean() < 0.3 for one in range(5))


def test_all_patients_teach_the_parameters_that_score(data):
    """The first as well as the last: without either they are others."""
    whole = taught(data, "logistic")
    for one in (data.groups[0], data.groups[-1]):
        others = data.rows(np.array([group != one for group in data.groups]))
        less = taught(others, "logistic")

        assert less.fit.linear.as_json() != whole.fit.linear.as_json()


def test_the_events_of_a_patient_never_touch_the_parameters_that_judge_the_patient(model, data):
    """The fold's fit is the same when all of them are turned round; the fit of all patients is not."""
    fold = folds(data.groups, model.salt, len(model.folds))
    event = np.where(fold == 2, 3 - data.event, data.event)
    turned = taught(replace(data, event=event), "challenger")

    for kind in ("logistic", "challenger"):
        x = model.folds[2].matrix_of(data)
        assert (turned.folds[2].log_odds(kind, x) == model.folds[2].log_odds(kind, x)).all()
        assert (turned.fit.log_odds(kind, data.x) != model.fit.log_odds(kind, data.x)).any()


def test_the_validation_is_what_the_folds_say_of_patients_they_have_not_seen(model, data):
    told = auroc(data.y(), model.unseen(data)[:, -1])

    assert model.card["validation"]["challenger"]["performance"]["auroc"]["value"] == pytest.approx(told)
    assert told < auroc(data.y(), model.probabilities(data.x)[:, -1])


def test_each_row_is_scored_by_the_fit_of_its_own_fold(model, data):
    fold = folds(data.groups, model.salt, len(model.folds))
    for one, learnt in enumerate(model.folds):
        rows = data.rows(fold == one)

        assert (
            by_unseen(model.folds, "logistic", data, model.salt)[fold == one]
            == learnt.probabilities("logistic", learnt.matrix_of(rows))
        ).all()


def test_events_of_one_fold_alone_are_refused(data):
    event = np.where(folds(data.groups, "throughline", 5) == 0, 0, 3)

    with pytest.raises(NotEnough, match="without those of one fold, have no events"):
        taught(replace(data, event=event))
