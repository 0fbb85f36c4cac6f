"""Training on made-up rows: monotone, additive, calibrated, refused where nothing honest can be made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import orjson
import pytest

from measures.risk.calibration import calibrate
from measures.risk.data import NotEnough, folds
from measures.risk.fit import Kind
from measures.risk.model import ModelError, read_model, write_model
from measures.risk.promotion import Verdict, verdict
from measures.risk.training import Compared, _chosen
from measures.risk.validation import Interval95, Performance, auroc
from tests.risk.charts import made_up
from tests.risk.models import taught


@pytest.mark.parametrize("kind", ["logistic", "challenger"])
def test_probabilities_never_fall_with_the_horizon_and_are_never_0_or_1(model, kind):
    x = np.random.default_rng(2).normal(size=(500, 4)) * 50
    x[::3, 2] = np.nan

    p = model.as_kind(kind).probabilities(x)

    assert (np.diff(p, axis=1) >= 0).all()
    assert (p > 0).all()
    assert (p < 1).all()


@pytest.mark.parametrize("kind", ["logistic", "challenger"])
def test_the_reasons_and_the_base_sum_to_the_log_odds(model, data, kind):
    one = model.as_kind(kind)
    added, base = one.adds(data.x)

    assert added.sum(axis=1) + base == pytest.approx(
        one.calibration.line(one.log_odds(data.x)[:, 0]), abs=1e-9
    )


def test_a_model_finds_what_there_is_to_find_on_patients_it_has_not_seen(model):
    found = model.card["validation"]["logistic"]["performance"]

    assert found["auroc"]["value"] > 0.7
    assert 0.7 < found["slope"] < 1.35


def test_shuffled_labels_teach_nothing():
    data = made_up(1500)
    shuffled = replace(data, event=np.random.default_rng(5).permutation(data.event))
    apart = folds(shuffled.groups, "apart", 5) == 0
    model = taught(shuffled.rows(~apart), "logistic")
    unseen = shuffled.rows(apart)

    assert 0.45 < auroc(unseen.y(), model.probabilities(model.matrix_of(unseen))[:, -1]) < 0.55
    assert 0.45 < model.card["validation"]["logistic"]["performance"]["auroc"]["value"] < 0.55


def test_a_model_read_back_scores_the_same(model, data, tmp_path):
    write_model(model, tmp_path / "m.json")
    again = read_model(tmp_path / "m.json")

    assert again.probabilities(data.x).tolist() == model.probabilities(data.x).tolist()
    assert again.hash == model.hash


def test_a_model_with_an_isotonic_curve_is_written_and_read_back_the_same(model, data, tmp_path):
    z = np.random.default_rng(8).normal(size=4000)
    curve = calibrate(z, (z > 0.3).astype(np.int64))
    curved = replace(model, fit=replace(model.fit, calibrations={"logistic": curve, "challenger": curve}))
    write_model(curved, tmp_path / "m.json")

    assert curve.kind == "isotonic"
    assert (read_model(tmp_path / "m.json").probabilities(data.x) == curved.probabilities(data.x)).all()


def test_a_model_that_was_changed_is_refused(model, tmp_path):
    file = tmp_path / "m.json"
    write_model(model, file)
    said = orjson.loads(file.read_bytes())
    said["fit"]["linear"]["weights"][0] += 1e-6
    file.write_bytes(orjson.dumps(said))

    with pytest.raises(ModelError, match="does not fit its hash"):
        read_model(file)


def test_a_model_of_the_format_before_is_refused_with_the_mend(model, tmp_path):
    file = tmp_path / "m.json"
    write_model(model, file)
    file.write_bytes(file.read_bytes().replace(b"throughline-risk-4", b"throughline-risk-3"))

    with pytest.raises(ModelError, match=r"no risk model of format throughline-risk-4; train it again"):
        read_model(file)


def test_what_is_no_model_is_refused_by_name(tmp_path):
    (tmp_path / "m.json").write_text("not json")

    with pytest.raises(ModelError, match=r"m\.json: is no risk model"):
        read_model(tmp_path / "m.json")


@pytest.mark.parametrize(("event", "says"), [(3, "no row has the event"), (0, "every row has the event")])
def test_one_class_is_refused(data, event, says):
    with pytest.raises(NotEnough, match=says):
        taught(replace(data, event=np.full(len(data.x), event)))


def test_12_events_are_refused_with_what_to_use_instead(data):
    event = np.full(len(data.x), 3)
    event[:: len(event) // 12 + 1] = 1

    with pytest.raises(NotEnough, match=r"12 events are too few.*expert points"):
        taught(replace(data, event=event))


def test_a_column_that_is_all_missing_is_left_out_and_said(data):
    x = data.x.copy()
    x[:, 3] = np.nan
    model = taught(replace(data, x=x), "challenger")

    assert [column.id for column in model.columns] == ["x0", "x1", "x2"]
    assert "left out, always missing here: x3" in model.card["notes"]


def test_platts_line_until_a_thousand_events_and_a_curve_from_then_on():
    random = np.random.default_rng(7)
    z = random.normal(size=4000)

    def came(events):
        return (np.argsort(np.argsort(-z)) < events).astype(np.int64)

    assert calibrate(z, came(999)).kind == "platt"
    assert calibrate(z, came(1000)).kind == "isotonic"


@pytest.mark.parametrize(
    ("gained", "kind"),
    [
        (Interval95(0.005, -0.01, 0.02), "challenger"),
        (Interval95(-0.005, -0.02, 0.01), "challenger"),
        (Interval95(-0.02, -0.03, -0.001), "logistic"),
        (None, "challenger"),
    ],
)
def test_in_shadow_auto_scores_with_the_challenger_unless_unseen_patients_tell_against_it(gained, kind):
    shadow = Verdict("in shadow", ())
    found: dict[Kind, Compared] = {
        "logistic": Compared(None, None, None, shadow),
        "challenger": Compared(None, None, gained, shadow),
    }

    assert _chosen("auto", found) == kind


def test_auto_scores_with_the_logistic_where_it_alone_may_be_promoted():
    found: dict[Kind, Compared] = {
        "logistic": Compared(None, None, None, Verdict("may be promoted", ())),
        "challenger": Compared(None, None, Interval95(0.01, -0.001, 0.02), Verdict("in shadow", ())),
    }

    assert _chosen("auto", found) == "logistic"


def performed(slope, auroc=0.7):
    return Performance(
        1000, 500, 100, Interval95(auroc, auroc - 0.05, auroc + 0.05), 0.3, 0.1, slope, 0.0, 1.0, 0.3, 0.3
    )


@pytest.mark.parametrize(
    ("events", "slope", "points", "logistic", "stands"),
    [
        (450, 1.0, 0.01, 0.01, "may be promoted"),
        (449, 1.0, 0.01, 0.01, "in shadow"),
        (199, 1.0, 0.01, 0.01, "too few events"),
        (450, 0.8, 0.01, 0.01, "may be promoted"),
        (450, 0.79, 0.01, 0.01, "in shadow"),
        (450, 1.26, 0.01, 0.01, "in shadow"),
        (450, 1.0, 0.0, 0.01, "in shadow"),
        (450, 1.0, 0.01, 0.0, "in shadow"),
    ],
)
def test_promotion_needs_events_a_slope_and_gains_whose_intervals_lie_above_0(
    events, slope, points, logistic, stands
):
    found = verdict(events, performed(slope), Interval95(0.05, points, 0.1), Interval95(0.05, logistic, 0.1))

    assert found.stands == stands
    assert len(found.reasons) == 4


@pytest.mark.parametrize(
    ("auroc", "leaks", "stands"),
    [
        (0.90, (), "may be promoted"),
        (0.91, (), "in shadow"),
        (0.80, ("days_after alone tells the outcome",), "in shadow"),
    ],
    ids=["as good as may be", "too good", "one input knows"],
)
def test_what_knows_the_outcome_beforehand_is_not_promoted(auroc, leaks, stands):
    gained = Interval95(0.05, 0.01, 0.1)

    found = verdict(450, performed(1.0, auroc), gained, gained, leaks)

    assert found.stands == stands
    assert (stands == "may be promoted") is all(reason.startswith("met") for reason in found.reasons)
