"""What a model must beat: the points, or the one input that ranks best by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from measures.risk.baseline import POINTS, baseline_of
from measures.risk.promotion import verdict
from measures.risk.validation import Interval95, Performance, auroc
from tests.risk.charts import made_up
from tests.risk.models import taught

DATA = made_up()


def test_where_there_are_points_they_are_what_must_be_beaten():
    points = np.arange(len(DATA.x), dtype=np.float64)

    found = baseline_of(DATA, points, "salt")

    assert found.says == POINTS
    assert (found.scores == points).all()


@pytest.mark.parametrize("turned", [1.0, -1.0])
def test_without_points_it_is_the_input_that_ranks_best_turned_so_that_more_is_likelier(turned):
    data = replace(DATA, x=DATA.x * turned)

    found = baseline_of(data, None, "salt")

    assert found.says == "x0 alone"
    assert auroc(data.y(), found.scores) == pytest.approx(auroc(DATA.y(), DATA.x[:, 0]))


def test_a_level_of_text_is_told_by_other_patients_and_cannot_tell_its_own_rows():
    columns = (replace(DATA.columns[0], levels=len(DATA.x)),)
    own = replace(DATA, columns=columns, x=np.arange(len(DATA.x), dtype=np.float64)[:, None])

    assert auroc(DATA.y(), baseline_of(own, None, "salt").scores) == pytest.approx(0.5, abs=0.01)


def test_an_input_that_is_always_missing_is_no_baseline():
    data = replace(DATA, x=np.full_like(DATA.x, np.nan))

    assert baseline_of(data, None, "salt").says == "no input"


def test_the_verdict_and_the_card_name_what_was_beaten():
    model = taught(made_up(patients=700), "logistic")

    assert model.card["compared_with"] == "x0 alone"
    [said] = [reason for reason in model.verdict.reasons if "AUROC above" in reason]
    assert said.startswith("met: AUROC above x0 alone by +0.")


@pytest.mark.parametrize(("low", "may"), [(0.001, True), (0.0, False)])
def test_a_model_that_is_not_surely_better_than_its_best_input_is_not_promoted(low, may):
    able = Interval95(0.7, 0.65, 0.75)
    found = Performance(5000, 4000, 500, able, 0.2, 0.09, 1.0, 0.0, 1.0, 0.3, 0.3)

    judged = verdict(500, found, Interval95(0.05, low, 0.1), baseline="prior stays alone")

    assert judged.may_be_promoted is may
    assert any("prior stays alone" in reason for reason in judged.reasons)
